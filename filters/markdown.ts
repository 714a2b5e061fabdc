import { Code } from './code'

/**
 * `{{markdown x}}`: document text as text of a Markdown file, in paragraphs. It stays text: no heading, list, link, image,
 * HTML, entity, or code comes of it. (GitHub shows a bare URL as a link to just that URL.)
 */
export function markdown(value: unknown): Code {
  const text = value === undefined || value === null ? '' : visible(String(value))
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

/** `{{codeSpan x}}`: document text as a span of code, on one line, whatever backticks it holds. */
export function codeSpan(value: unknown): Code {
  const text = visible(String(value)).replaceAll(/\s+/g, ' ').trim()
  if (text === '') return new Code('` `')
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length))
  const ticks = '`'.repeat(longest + 1)
  const space = longest > 0 ? ' ' : ''
  return new Code(`${ticks}${space}${text}${space}${ticks}`)
}

/**
 * `{{jsonText x}}`: any JSON value as the text of a JSON file, also within a fenced block of Markdown. Quotes, backslashes, the
 * other controls and lone surrogates are `JSON.stringify`'s to escape.
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

/** One kind of line end, and nothing that nobody can see. */
function visible(text: string): string {
  return text
    .replaceAll(/\r\n?|[\u2028\u2029\u0085\v\f]/g, '\n')
    .replaceAll(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu, '\ufffd')
}
