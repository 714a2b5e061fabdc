import { Code } from './code'

/**
 * `{{comment a b …}}`: one JSDoc block of the given texts, a paragraph each; nothing where all are empty.
 * Block tags are the caller's to write, with `commentText` for what comes from the document.
 */
export function comment(...texts: unknown[]): Code {
  const paragraphs = texts
    .filter((text) => text !== undefined && text !== null)
    .map((text) => commentText(String(text)))
  return commentBlock(paragraphs)
}

/**
 * `{{summary "Listens to %." address a b …}}`: as `comment`, with a first paragraph in which `%` stands for a text of the
 * document, shown as code.
 */
export function summary(sentence: unknown, value: unknown, ...texts: unknown[]): Code {
  const shown = `\`${commentText(String(value)).replaceAll(/[`\n]/g, ' ')}\``
  return comment(new Code(String(sentence).replace('%', () => shown)), ...texts)
}

/** A JSDoc block of paragraphs that are safe already; nothing where all are empty. */
export function commentBlock(paragraphs: readonly string[]): Code {
  const lines = paragraphs
    .filter((paragraph) => paragraph !== '')
    .join('\n\n')
    .split('\n')
  if (lines.every((line) => line === '')) return new Code('')
  if (lines.length === 1) return new Code(`/** ${lines[0] ?? ''} */\n`)
  return new Code(`/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join('\n')}\n */\n`)
}

/** Longest text that is shown whole, in characters: a comment is for people. */
const MAX_TEXT = 20_000

function shortened(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
}

/** The `@` of a tag: not within a word, as in an address of mail, nor escaped already, by an odd number of backslashes. */
const TAG = /(?<![\p{L}\p{N}_])(?<!(?<!\\)(?:\\\\)*\\)@(?=[\p{L}_])/gu

/**
 * Document text as it may stand in a JSDoc block: it cannot end the comment, start a tag (`@ts-ignore` would be obeyed),
 * close a `<script>`, or hide anything. A very long one is cut.
 */
export function commentText(text: string): string {
  return shortened(text)
    .replaceAll(/\r\n?|[\u2028\u2029\u0085\v\f]/g, '\n')
    .replaceAll(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu, '\ufffd')
    .replaceAll('*/', String.raw`*\/`)
    .replaceAll('/*', String.raw`/\*`)
    .replaceAll('</', String.raw`<\/`)
    .replaceAll(TAG, String.raw`\@`)
    .trim()
}
