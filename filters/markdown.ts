import { Code } from './code'

/**
 * `{{markdown x}}`: document text as paragraphs of a Markdown file. Escapes headings, lists, links, images, HTML,
 * entities and code. (GitHub renders a bare URL as a link to that URL.)
 */
export function markdown(value: unknown): Code {
  const text = value === undefined || value === null ? '' : replaceInvisible(String(value))
  return new Code(
    text
      .split('\n')
      .map((line) =>
        line
          .trim()
          .replaceAll(/[\\`*_[\]{}<>&~|$]/g, String.raw`\$&`)
          .replace(/^[#+=:-]/, String.raw`\$&`)
          .replace(/^(\d{1,9})([.)])/, String.raw`$1\$2`),
      )
      .join('\n')
      .replaceAll(/\n{3,}/g, '\n\n')
      .trim(),
  )
}

/** `{{codeSpan x}}`: document text as a one-line code span; backticks are allowed. */
export function codeSpan(value: unknown): Code {
  const text = replaceInvisible(String(value)).replaceAll(/\s+/g, ' ').trim()
  if (text === '') return new Code('` `')
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length))
  const ticks = '`'.repeat(longest + 1)
  const space = longest > 0 ? ' ' : ''
  return new Code(`${ticks}${space}${text}${space}${ticks}`)
}

/**
 * `{{jsonText x}}`: any JSON value as text of a JSON file, also within a fenced code block of Markdown.
 * `JSON.stringify` escapes quotes, backslashes, the other controls and lone surrogates.
 */
export function jsonText(value: unknown): Code {
  return new Code(
    JSON.stringify(value ?? null, null, 2).replaceAll(
      /[`<>&\u007f-\u009f\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu,
      (character) =>
        Array.from(
          { length: character.length },
          (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
        ).join(''),
    ),
  )
}

/** Normalizes line ends, and replaces invisible characters. */
function replaceInvisible(text: string): string {
  return text
    .replaceAll(/\r\n?|[\u2028\u2029\u0085\v\f]/g, '\n')
    .replaceAll(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu, '\ufffd')
}
