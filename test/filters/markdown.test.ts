import * as plugin from 'prettier/plugins/markdown'
import { Code } from '../../filters/code'
import { codeSpan, jsonText, markdown } from '../../filters/markdown'
import { HOSTILE } from '../support/hostile'

interface Node {
  readonly type: string
  readonly url?: string
  readonly children?: readonly Node[]
}

/** The kinds of nodes that a Markdown file has. */
function kinds(text: string): Set<string> {
  const parser = plugin.parsers.remark as unknown as { parse(text: string, options: object): Node }
  const found = new Set<string>()
  const visit = (node: Node): void => {
    // A bare URL is a link to the text itself.
    if (!/^https?:/.test(node.url ?? '')) found.add(node.type)
    node.children?.forEach(visit)
  }
  visit(parser.parse(text, { originalText: text }))
  return found
}

const MARKUP = [
  '# heading',
  'text\n===',
  'text\n---',
  '- item',
  '+ item',
  '* item',
  '1. item',
  '12) item',
  '> quote',
  '    code',
  '```\ncode\n```',
  '~~~\ncode',
  '[link](javascript:alert(1))',
  '![image](x)',
  '[a]: http://x',
  '<b>bold</b>',
  '<http://x.example>',
  '&lt;',
  '**bold** _em_ ~~del~~',
  '| a | b |\n|---|---|',
  '$x$',
  'a  \nb',
  '---',
  '***',
]

it.each([...HOSTILE, ...MARKUP])('%j as Markdown is nothing but text', (text) => {
  const allowed = new Set(['root', 'paragraph', 'sentence', 'text', 'word', 'whitespace', 'break'])
  expect(
    [...kinds(`before\n\n${markdown(text).text}\n\nafter`)].filter((kind) => !allowed.has(kind)),
  ).toEqual([])
})

it.each([...HOSTILE, ...MARKUP])('%j is one span of code', (text) => {
  const span = codeSpan(text).text
  expect(span).not.toMatch(/[\n\r]/)
  expect([...kinds(`# ${span} end`)].sort()).toEqual(
    ['heading', 'inlineCode', 'root', 'sentence', 'text', 'whitespace', 'word'].filter((kind) =>
      kinds(`# ${span} end`).has(kind),
    ),
  )
  expect(kinds(`# ${span} end`)).toContain('inlineCode')
})

it.each([...HOSTILE, ...MARKUP])('%j as JSON is read back as it was', (text) => {
  const written = jsonText({ [text]: [text] }).text
  expect(JSON.parse(written)).toEqual({ [text]: [text] })
  expect(written).not.toMatch(/[`<>]/)
})

it('keeps paragraphs', () => {
  expect(markdown('One.\n\n\nTwo.').text).toBe('One.\n\nTwo.')
})

it('has no spaces or lines around it, and no repeated empty lines', () => {
  expect(markdown(' \n\n one \n\n\n\n  two  \n ').text).toBe('one\n\ntwo')
})

it('prints nothing for what is not there', () => {
  expect(markdown(undefined).text).toBe('')
  expect(markdown(null).text).toBe('')
})

it('accepts a name as text', () => {
  const name = new Code('Room_id')
  expect([markdown(name).text, codeSpan(name).text, jsonText(name).text]).toEqual([
    String.raw`Room\_id`,
    '`Room_id`',
    '"Room_id"',
  ])
})

// Markdown has dialects, and any of them can show the file.
it.each([...'\\`*_[]{}<>&~|$'])('%s is escaped at every position', (character) => {
  expect(markdown(`a${character}b ${character}`).text).toBe(`a\\${character}b \\${character}`)
})

it.each([...'#+=:-'])('%s is escaped where it begins a line', (character) => {
  expect(markdown(`a${character}b\n ${character} c`).text).toBe(`a${character}b\n\\${character} c`)
})

it.each([
  { given: '1. a', want: String.raw`1\. a` },
  { given: '12) a', want: String.raw`12\) a` },
  { given: '123456789. a', want: String.raw`123456789\. a` },
  { given: '1234567890. a', want: '1234567890. a' },
  { given: '12 a', want: '12 a' },
])('$given is not a list', ({ given, want }) => {
  expect(markdown(given).text).toBe(want)
})

it.each(['\n', '\r', '\r\n', '\u2028', '\u2029', '\u0085', '\v', '\f'])(
  '%j is the end of a line',
  (end) => {
    expect(markdown(`one${end}# two`).text).toBe('one\n\\# two')
    expect(codeSpan(`one${end}two`).text).toBe('`one two`')
  },
)

const INVISIBLE = [
  { kind: 'a control', character: '\u0007' },
  { kind: 'a control of C1', character: '\u009b' },
  { kind: 'delete', character: '\u007f' },
  { kind: 'a format', character: '\u202e' },
  { kind: 'a format beyond U+FFFF', character: '\u{e0041}' },
  { kind: 'a lone surrogate', character: '\ud800' },
  { kind: 'a private character', character: '\ue000' },
  { kind: 'an unassigned character', character: '\u0378' },
]

it.each(INVISIBLE)('$kind is replaced by U+FFFD', ({ character }) => {
  expect(markdown(`a${character}b`).text).toBe('a\ufffdb')
  expect(codeSpan(`a${character}b`).text).toBe('`a\ufffdb`')
})

it('a tab is a tab', () => {
  expect(markdown('a\tb').text).toBe('a\tb')
})

it.each([
  ...INVISIBLE,
  { kind: 'a line separator', character: '\u2028' },
  { kind: 'a paragraph separator', character: '\u2029' },
  ...[...'`<>&'].map((character) => ({ kind: character, character })),
])('$kind is escaped in JSON, and comes back', ({ character }) => {
  const written = jsonText(`a${character}b`).text
  expect(written).toMatch(/^"a(?:\\u[0-9a-f]{4})+b"$/)
  expect(JSON.parse(written)).toBe(`a${character}b`)
})

it('JSON has lines, and null for what is not there', () => {
  expect(jsonText({ a: [1] }).text).toBe('{\n  "a": [\n    1\n  ]\n}')
  expect(jsonText(undefined).text).toBe('null')
})

it.each([
  { given: '', want: '` `' },
  { given: ' \n ', want: '` `' },
  { given: ' a  b ', want: '`a b`' },
  { given: 'a`b', want: '`` a`b ``' },
  { given: '``a`', want: '``` ``a` ```' },
])('$given as a span of code is $want', ({ given, want }) => {
  expect(codeSpan(given).text).toBe(want)
})
