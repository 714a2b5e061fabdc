import type { Code } from './code'
import { regexp } from './literals'

/** A literal stretch of an address, or a parameter in it. */
export type AddressPart = { readonly text: string } | { readonly parameter: string }

/**
 * Splits an address into literals and `{parameters}` (RFC 6570 level 1, as AsyncAPI has it). Parameter names may be any text
 * without braces; braces that do not pair are literal.
 */
export function addressParts(address: string): AddressPart[] {
  const parts: AddressPart[] = []
  let end = 0
  for (const match of address.matchAll(/\{([^{}]+)\}/g)) {
    if (match.index > end) parts.push({ text: address.slice(end, match.index) })
    parts.push({ parameter: match[1] ?? '' })
    end = match.index + match[0].length
  }
  if (end < address.length) parts.push({ text: address.slice(end) })
  return parts
}

/** The names of an address's parameters, in order, each once. */
export function addressParameters(address: string): string[] {
  return [
    ...new Set(
      addressParts(address).flatMap((part) => ('parameter' in part ? [part.parameter] : [])),
    ),
  ]
}

/** Whether an address stands in a URL as it is: without parameters, and without a character that has to be encoded. */
export function isPath(address: string): boolean {
  return /^[\w!$&'()*+,./:;=?@~-]*$/.test(address)
}

/** Whether two parameters stand where no one can tell where the first ends (`{a}{b}`, `{a}-{b}`). */
export function isAmbiguous(address: string): boolean {
  let inSegment = false
  for (const part of addressParts(address)) {
    if ('text' in part) inSegment &&= !part.text.includes('/')
    else if (inSegment) return true
    else inSegment = true
  }
  return false
}

/**
 * The path of a request to an address, as one RegExp that Express 4 and 5 match alike: a group per parameter in address
 * order, literals raw or percent-encoded (RFC 3986 §2.1), with or without a trailing slash, in any case.
 *
 * It takes time in proportion to the path, whatever the path: of the parameters in one segment only the last may be long or
 * short, the others end where the text behind them stands first.
 */
export function routeExpression(address: string): RegExp {
  const path = address.split(/[?#]/, 1)[0] ?? ''
  const parts = addressParts(withoutOuterSlashes(path))
  const source = parts
    .map((part, index) =>
      'parameter' in part ? group(parts.slice(index + 1)) : textSource(part.text),
    )
    .join('')
  return new RegExp(String.raw`^\/${source}${source === '' ? '' : String.raw`\/?`}$`, 'i')
}

/** The group of a parameter, given what follows it. */
function group([next, ...others]: readonly AddressPart[]): string {
  if (next === undefined) return LAST_GROUP
  if ('parameter' in next) return String.raw`((?:%[\da-f]{2}|[^\/]))`
  const isLast = next.text.includes('/') || others.length === 0
  return isLast ? LAST_GROUP : String.raw`([^\/](?:(?!${textSource(next.text)})[^\/])*)`
}

const LAST_GROUP = String.raw`([^\/]+?)`

function textSource(text: string): string {
  return [...text].map(literalSource).join('')
}

function withoutOuterSlashes(path: string): string {
  let [start, end] = [0, path.length]
  while (path[start] === '/') start += 1
  // Where all is slashes the end comes before the start, and nothing is left.
  while (path[end - 1] === '/') end -= 1
  return path.slice(start, end)
}

/** `{{route address}}` */
export function route(address: unknown): Code {
  return regexp(routeExpression(String(address)))
}

function literalSource(character: string): string {
  if (/[\w~-]/.test(character)) return character
  if (character === '/') return String.raw`\/`
  const encoded = [...Buffer.from(character)]
    .map((byte) => `%${byte.toString(16).padStart(2, '0')}`)
    .join('')
  return /[\x21-\x7e]/.test(character) ? `(?:\\${character}|${encoded})` : encoded
}
