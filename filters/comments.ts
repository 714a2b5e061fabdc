import { Code } from './code'

/**
 * `{{comment a b …}}`: one JSDoc block with a paragraph for each text; empty if all texts are empty.
 * The caller writes block tags, with `commentText` for text of the document.
 */
export function comment(...texts: unknown[]): Code {
  return commentBlock(paragraphsOf(texts))
}

/**
 * `{{summary "Listens to %." address a b …}}`: like `comment`, with a first paragraph in which text of the document, as
 * code, replaces `%`. Further lines of the sentence are block tags: they follow the other paragraphs.
 */
export function summary(sentence: unknown, value: unknown, ...texts: unknown[]): Code {
  const shown = `\`${commentText(String(value)).replaceAll(/[`\n]/g, ' ')}\``
  const [first = '', ...tags] = String(sentence).split('\n')
  return commentBlock([
    first.replace('%', () => shown),
    ...paragraphsOf(texts),
    tags.map((tag) => tag.trim()).join('\n'),
  ])
}

function paragraphsOf(texts: readonly unknown[]): string[] {
  return texts
    .filter((text) => text !== undefined && text !== null)
    .map((text) => commentText(String(text)))
}

/** A JSDoc block of escaped paragraphs; empty if all of them are empty. */
export function commentBlock(paragraphs: readonly string[]): Code {
  const lines = paragraphs
    .filter((paragraph) => paragraph !== '')
    .join('\n\n')
    .split('\n')
  if (lines.every((line) => line === '')) return new Code('')
  if (lines.length === 1) return new Code(`/** ${lines[0] ?? ''} */\n`)
  return new Code(`/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join('\n')}\n */\n`)
}

/** Maximum length of a text before it is truncated, in characters: comments are for human readers. */
const MAX_TEXT = 20_000

function truncate(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
}

/** The `@` of a tag: not within a word, as in an email address, and not after an odd number of backslashes (escaped). */
const JSDOC_TAG = /(?<![\p{L}\p{N}_])(?<!(?<!\\)(?:\\\\)*\\)@(?=[\p{L}_])/gu

/**
 * Document text for a JSDoc block. It cannot end the comment, start a tag (`@ts-ignore` would take effect), close a
 * `<script>`, or contain invisible characters. Truncates very long text.
 */
export function commentText(text: string): string {
  return truncate(text)
    .replaceAll(/\r\n?|[\u2028\u2029\u0085\v\f]/g, '\n')
    .replaceAll(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu, '\ufffd')
    .replaceAll('*/', String.raw`*\/`)
    .replaceAll('/*', String.raw`/\*`)
    .replaceAll('</', String.raw`<\/`)
    .replaceAll(JSDOC_TAG, String.raw`\@`)
    .trim()
}
