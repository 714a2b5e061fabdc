import * as plugin from 'prettier/plugins/markdown'
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
    // A bare URL is a link to just what it says.
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

it('prints nothing for what is not there', () => {
  expect(markdown(undefined).text).toBe('')
})
