import { Code } from '../../filters/code'
import { filters } from '../../filters/filters'
import { Engine } from '../../pipeline/engine'

const CONTEXT = {
  text: 'of the document',
  count: 0,
  yes: true,
  nothing: undefined,
  name: new Code('Safe'),
  list: [
    { text: 'one', name: new Code('A') },
    { text: 'two', name: new Code('B') },
  ],
}

function render(source: string, partials: Record<string, string> = {}): string {
  const engine = new Engine(filters)
  for (const [name, partial] of Object.entries(partials)) {
    engine.partial(name, `partials/${name}.hbs`, partial)
  }
  return engine.template('template/x.ts.hbs', source)(CONTEXT)
}

describe('what a template may print', () => {
  test.each([
    { given: '{{name}} {{count}} {{yes}}', want: 'Safe 0 true' },
    { given: '{{literal text}}', want: `'of the document'` },
    { given: '{{literal (pascal text)}}', want: `'OfTheDocument'` },
    {
      given: '{{#each list}}{{name}}{{@index}}{{#unless @last}}, {{/unless}}{{/each}}',
      want: 'A0, B1',
    },
    { given: '{{#each list as |item|}}{{item.name}}{{/each}}', want: 'AB' },
    { given: '{{#each list}}{{../name}}{{/each}}', want: 'SafeSafe' },
    { given: '{{#if nothing}}1{{else}}2{{/if}}', want: '2' },
    { given: '{{#with list}}{{length}}{{/with}}', want: '2' },
    {
      given:
        '{{#if nothing}}\n1\n{{else if count}}\n2\n{{else if yes}}\n{{name}}\n{{else}}\n4\n{{/if}}\n.',
      want: 'Safe\n.',
    },
    { given: '<T>("&")', want: '<T>("&")' },
  ])('$given', ({ given, want }) => {
    expect(render(given)).toBe(want)
  })

  test('an indented partial leaves template literals alone', () => {
    expect(render('  {{> p}}', { p: '`a\nb`' })).toBe('  `a\nb`')
  })
})

describe('text of the document is refused', () => {
  test.each([
    '{{text}}',
    '{{{text}}}',
    '{{&text}}',
    '{{"literal of the template"}}',
    '{{@root.text}}',
    '{{#each list}}{{text}}{{/each}}',
    '{{#each list}}{{../text}}{{/each}}',
    '{{#with text}}{{this}}{{/with}}',
    '{{#each list as |item|}}{{item.text}}{{/each}}',
    '{{#if yes}}{{text}}{{/if}}',
    '{{#if count}}{{else}}{{text}}{{/if}}',
    '{{#unless count}}{{{text}}}{{/unless}}',
    '{{#*inline "p"}}{{text}}{{/inline}}{{> p}}',
    '{{#> p}}{{/p}}',
    '{{> p}}',
    '{{> q value=text}}',
  ])('%s', (source) => {
    expect(() => render(source, { p: '{{text}}', q: '{{value}}' })).toThrow(
      'text of the document cannot be printed as it is; print it through a filter',
    )
  })
})

describe('what is wrong is told with template and line', () => {
  test.each([
    { given: '\n{{text}}', want: 'template/x.ts.hbs:2: text of the document' },
    { given: '\n\n{{typo}}', want: 'template/x.ts.hbs:3: there is no "typo" here' },
    {
      given: '{{#if lst}}{{/if}}',
      want: 'template/x.ts.hbs:1: there is no "lst" here (did you mean "list"?)',
    },
    { given: '{{#each typo}}{{/each}}', want: 'there is no "typo" here' },
    { given: '{{#if nothing}}{{else if typo}}{{/if}}', want: 'there is no "typo" here' },
    {
      given: '{{#each list as |item|}}\n{{#if item.typo}}{{/if}}{{/each}}',
      want: 'x.ts.hbs:2: there is no "typo"',
    },
    { given: '{{literal typo}}', want: 'there is no "typo" here' },
    { given: '{{constructor}}', want: 'undefined cannot be printed' },
    { given: '{{nothing}}', want: 'undefined cannot be printed' },
    { given: '{{list}}', want: 'a list cannot be printed' },
    { given: '{{litral text}}', want: 'there is no filter "litral" (did you mean "literal"?)' },
    { given: '{{literal (shout text)}}', want: 'there is no filter "shout"' },
    { given: '{{literal text=text}}', want: 'the filter "literal" takes no named arguments' },
    { given: '{{#list}}{{/list}}', want: '"{{#list}}" is not a block' },
    { given: '{{log text}}', want: 'there is no filter "log"' },
    { given: 'a\n{{#if yes}}', want: 'template/x.ts.hbs:2: Parse error' },
    { given: '{{> missing}}', want: 'template/x.ts.hbs:1: The partial missing could not be found' },
    { given: '\n{{> p}}', want: 'partials/p.hbs:3: there is no "typo" here' },
    { given: '{{> p2}}\n{{typo}}', want: 'template/x.ts.hbs:2: there is no "typo" here' },
    { given: '{{literal count}}', want: 'template/x.ts.hbs:1: literal takes a string, not number' },
  ])('$given', ({ given, want }) => {
    expect(() => render(given, { p: 'a\nb\n{{typo}}', p2: 'fine' })).toThrow(want)
  })
})

test('environments do not share helpers', () => {
  new Engine({ shout: (text: string) => new Code(text.toUpperCase()) }).template(
    'a.hbs',
    '{{shout text}}',
  )
  expect(() => render('{{shout text}}')).toThrow('there is no filter "shout"')
})

test('a filter that returns text, not Code, does not get it printed', () => {
  const filter = ((text: string) => text) as unknown as () => Code
  const engine = new Engine({ raw: filter })
  expect(() => engine.template('a.hbs', '{{raw text}}')(CONTEXT)).toThrow('text of the document')
})
