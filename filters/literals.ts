import { Code } from './code'

/**
 * `{{literal x}}`: a TypeScript string literal.
 *
 * Also escapes text that is unsafe in other contexts (a comment, a template literal or a `<script>`) and characters
 * that are invisible in a review (controls, bidirectional marks, lone surrogates, U+2028 and U+2029).
 */
export function literal(value: unknown): Code {
  if (value instanceof Code) return literal(value.text)
  if (typeof value !== 'string') {
    throw new TypeError(`literal takes a string, not ${value === null ? 'null' : typeof value}`)
  }
  // The quotes that need no escape, as in Prettier.
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'"
  return new Code(`${quote}${escapeText(value, quote)}${quote}`)
}

/** `{{json x}}`: any JSON value as a TypeScript expression; `undefined` prints as `undefined`. */
export function json(value: unknown): Code {
  return new Code(jsonExpression(value))
}

/** `{{propertyName x}}`: a property name, in an object literal or in a type. */
export function propertyName(value: unknown): Code {
  const name = String(value)
  // Only the computed form defines `__proto__` as an own property of an object literal.
  if (name === '__proto__') return new Code(`['__proto__']`)
  return IDENTIFIER.test(name) ? new Code(name) : literal(name)
}

/** `input{{member x}}`: the access to a property of an object. */
export function member(value: unknown): Code {
  const name = String(value)
  return new Code(IDENTIFIER.test(name) ? `.${name}` : `[${literal(name).text}]`)
}

/** An identifier in ASCII. */
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/

/** `{{regexp x}}`: the literal of a regular expression that this pack generated. */
export function regexp(value: unknown): Code {
  if (!(value instanceof RegExp)) throw new TypeError('regexp takes a RegExp')
  return new Code(`/${value.source.replaceAll(/[^\x20-\x7e]/g, unicodeEscape)}/${value.flags}`)
}

function jsonExpression(value: unknown): string {
  if (value === undefined) return 'undefined'
  if (typeof value === 'string') return literal(value).text
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return Number.isNaN(value) ? 'Number.NaN' : value > 0 ? 'Infinity' : '-Infinity'
  }
  if (Object.is(value, -0)) return '-0'
  if (Array.isArray(value)) return `[${value.map(jsonExpression).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(
      ([name, member]) => `${propertyName(name).text}: ${jsonExpression(member)}`,
    )
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
  }
  return JSON.stringify(value)
}

const SHORT_ESCAPES: Record<string, string> = {
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
  '\\': String.raw`\\`,
  '`': String.raw`\x60`,
}

function escapeText(text: string, quote: string): string {
  return text
    .replaceAll(UNSAFE, (character) => SHORT_ESCAPES[character] ?? unicodeEscape(character))
    .replaceAll(quote, `\\${quote}`)
    .replaceAll('*/', String.raw`*\/`)
    .replaceAll('/*', String.raw`/\*`)
    .replaceAll('${', String.raw`\${`)
    .replaceAll('</', String.raw`<\/`)
    .replaceAll('<!', String.raw`<\!`)
    .replaceAll('{{', String.raw`{\x7b`)
}

/**
 * Backtick, backslash, and these Unicode categories: controls, formats, lone surrogates, private use, unassigned, separators.
 */
const UNSAFE = /[`\\]|[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu

function unicodeEscape(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    const unit = character.charCodeAt(index)
    return unit < 256
      ? `\\x${unit.toString(16).padStart(2, '0')}`
      : `\\u${unit.toString(16).padStart(4, '0')}`
  }).join('')
}
