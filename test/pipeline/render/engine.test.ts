import Handlebars from 'handlebars'
import { Code } from '../../../filters/code'
import { filters } from '../../../filters'
import { Engine } from '../../../pipeline/render/engine'

const CONTEXT = {
  text: 'of the document',
  count: 0,
  yes: true,
  nothing: undefined,
  none: null,
  whole: { nested: 1 },
  call: () => 'of the document',
  large: 1n,
  name: new Code('Safe'),
  list: [
    { text: 'one', name: new Code('A') },
    { text: 'two', name: new Code('B') },
  ],
}

function render(source: string, partials: Record<string, string> = {}): string {
  const engine = new Engine(filters)
  for (const [name, partial] of Object.entries(partials)) {
    engine.registerPartial(name, `partials/${name}.hbs`, partial)
  }
  return engine.compileTemplate('template/x.ts.hbs', source)(CONTEXT)
}

function messageOf(source: string): string {
  const fail = (): never => {
    // What a filter of a fork throws need not be an error.
    throw 'out of order' as unknown as Error
  }
  try {
    return new Engine({ ...filters, fail }).compileTemplate('template/x.ts.hbs', source)(CONTEXT)
  } catch (error) {
    return String(error).replace('TemplateError: ', '').replace(', fail', '')
  }
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

/** Handlebars has helpers beside the blocks; what they return would be printed as it is. */
describe('the other helpers of Handlebars are none', () => {
  test.each([
    { given: '{{#lookup this "text"}}{{/lookup}}', want: '"{{#lookup}}" is not a block' },
    { given: '{{^lookup this "text"}}{{/lookup}}', want: '"{{#lookup}}" is not a block' },
    {
      given: '{{#if count}}{{else lookup this "text"}}{{/if}}',
      want: '"{{#lookup}}" is not a block',
    },
    { given: '{{lookup this "text"}}', want: 'there is no filter "lookup"' },
    { given: '{{literal (lookup this "text")}}', want: 'there is no filter "lookup"' },
    { given: '{{> (lookup this "text")}}', want: 'there is no filter "lookup"' },
    { given: '{{lookup}}', want: 'there is no "lookup" here' },
    { given: '{{#log text}}{{/log}}', want: '"{{#log}}" is not a block' },
    { given: '{{#if (log text)}}{{/if}}', want: 'there is no filter "log"' },
    { given: '{{log}}', want: 'there is no "log" here' },
    { given: '{{#helperMissing text}}{{/helperMissing}}', want: 'is not a block' },
    { given: '{{helperMissing}}', want: 'there is no "helperMissing" here' },
    { given: '{{#blockHelperMissing text}}{{/blockHelperMissing}}', want: 'is not a block' },
    { given: '{{#literal text}}{{/literal}}', want: '"{{#literal}}" is not a block' },
    { given: '{{#if}}{{/if}}', want: '"{{#if}}" is not a block' },
    { given: '{{if yes}}', want: 'there is no filter "if"' },
    { given: '{{* text}}', want: 'Missing decorator: "text"' },
  ])('$given', ({ given, want }) => {
    expect(() => render(given)).toThrow(want)
  })
})

describe('errors name the template and the line', () => {
  test.each([
    { given: '\n{{text}}', want: 'template/x.ts.hbs:2: text of the document' },
    { given: '{{literal lst.text}}', want: 'there is no "lst" here (did you mean "list"?)' },
    {
      given: '{{#each list}}{{literal yes.text}}{{/each}}',
      want: 'there is no "yes" here (another part of the view has it: docs/template-context.md)',
    },
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
    { given: '{{> missing}}', want: 'template/x.ts.hbs:1: there is no partial "missing"' },
    { given: '\n{{> p}}', want: 'partials/p.hbs:3: there is no "typo" here' },
    { given: '{{> p2}}\n{{typo}}', want: 'template/x.ts.hbs:2: there is no "typo" here' },
    { given: '{{literal count}}', want: 'template/x.ts.hbs:1: literal takes a string, not number' },
  ])('$given', ({ given, want }) => {
    expect(() => render(given, { p: 'a\nb\n{{typo}}', p2: 'fine' })).toThrow(want)
  })
})

/** The message is all that someone who writes a template has to go by. */
describe('error texts are exact', () => {
  const all = Object.keys(filters).join(', ')

  test.each([
    { given: '{{zzzzzz}}', want: ':1: there is no "zzzzzz" here' },
    {
      given: '{{#if neste}}{{/if}}',
      want: ':1: there is no "neste" here (did you mean "nested"?)',
    },
    { given: '{{[a\nb]}}', want: ':1: there is no "[a\nb]" here' },
    { given: '{{shout text}}', want: `:1: there is no filter "shout"; the filters are ${all}` },
    {
      given: '{{name text=text}}',
      want: `:1: there is no filter "name"; the filters are ${all}`,
    },
    {
      given: '{{literal (pascal (shout text))}}',
      want: `:1: there is no filter "shout"; the filters are ${all}`,
    },
    { given: '{{nothing}}', want: ':1: undefined cannot be printed; print it through a filter' },
    { given: '{{none}}', want: ':1: null cannot be printed; print it through a filter' },
    { given: '{{list}}', want: ':1: a list cannot be printed; print it through a filter' },
    { given: '{{whole}}', want: ':1: an object cannot be printed; print it through a filter' },
    { given: '{{call}}', want: ':1: a function cannot be printed; print it through a filter' },
    { given: '{{large}}', want: ':1: a bigint cannot be printed; print it through a filter' },
    { given: '{{#if yes}}{{/each}}', want: ": if doesn't match each - 1:3" },
    { given: '\n{{fail}}', want: ':2: out of order' },
  ])('$given', ({ given, want }) => {
    expect(messageOf(given)).toBe(`template/x.ts.hbs${want}`)
  })

  test('the hint is found in a cyclic view', () => {
    const view: Record<string, unknown> = { address: 'x', none: null }
    view['self'] = [view]
    expect(() => new Engine(filters).compileTemplate('x.hbs', '{{adress}}')(view)).toThrow(
      'x.hbs:1: there is no "adress" here (did you mean "address"?)',
    )
  })

  test('the error has no line of another template', () => {
    const engine = new Engine(filters)
    engine.compileTemplate('first.hbs', '\n{{count}}')(CONTEXT)
    expect(() => engine.compileTemplate('second.hbs', '{{> p 1 2}}')(CONTEXT)).toThrow(
      /^second\.hbs: Unsupported number of partial arguments/,
    )
  })
})

test('environments do not share helpers', () => {
  new Engine({ shout: (text: string) => new Code(text.toUpperCase()) }).compileTemplate(
    'a.hbs',
    '{{shout text}}',
  )
  expect(() => render('{{shout text}}')).toThrow('there is no filter "shout"')
})

test('a filter that returns text, not Code, does not get it printed', () => {
  const filter = ((text: string) => text) as unknown as () => Code
  const engine = new Engine({ raw: filter })
  expect(() => engine.compileTemplate('a.hbs', '{{raw text}}')(CONTEXT)).toThrow(
    'text of the document',
  )
})

describe('a template that several engines compile', () => {
  afterEach(() => {
    jest.restoreAllMocks()
  })

  test('is parsed once, and again if its text or the names of the filters differ', () => {
    const parse = jest.spyOn(Handlebars, 'parse')
    const result = (source: string, name: string): string =>
      new Engine({ [name]: () => new Code('x') }).compileTemplate('once.hbs', source)(CONTEXT)
    expect([result('{{one}}', 'one'), result('{{one}}', 'one')]).toEqual(['x', 'x'])
    expect(parse).toHaveBeenCalledTimes(1)
    expect(result('{{one}}!', 'one')).toBe('x!')
    expect(() => result('{{one}}!', 'two')).toThrow('there is no "one" here')
    expect(parse).toHaveBeenCalledTimes(3)
  })

  test('uses the filters and the partials of the engine that renders it', () => {
    const [first, second] = ['first', 'second'].map((text) => {
      const engine = new Engine({ option: () => new Code(text) })
      engine.registerPartial('p', 'partials/p.hbs', `${text} {{option}}`)
      return engine.compileTemplate('shared.hbs', '{{option}}: {{> p}}')
    })
    expect([first?.(CONTEXT), second?.(CONTEXT), first?.(CONTEXT)]).toEqual([
      'first: first first',
      'second: second second',
      'first: first first',
    ])
  })
})
