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
  return addressParts(address).some(
    (part, index, parts) =>
      'parameter' in part &&
      parts
        .slice(0, index)
        .some((other, at) => 'parameter' in other && !between(parts, at, index).includes('/')),
  )
}

/**
 * The path of a request to an address, as one RegExp that Express 4 and 5 match alike: a group per parameter in address
 * order, literals raw or percent-encoded (RFC 3986 §2.1), with or without a trailing slash, in any case.
 */
export function routeExpression(address: string): RegExp {
  const path = address.split(/[?#]/, 1)[0] ?? ''
  const source = addressParts(path.replace(/^\/+/, '').replace(/\/+$/, ''))
    .map((part) =>
      'parameter' in part ? String.raw`([^\/]+?)` : [...part.text].map(literalSource).join(''),
    )
    .join('')
  return new RegExp(String.raw`^\/${source}${source === '' ? '' : String.raw`\/?`}$`, 'i')
}

/** `{{route address}}` */
export function route(address: unknown): Code {
  return regexp(routeExpression(String(address)))
}

function between(parts: readonly AddressPart[], from: number, to: number): string {
  return parts
    .slice(from + 1, to)
    .map((part) => ('text' in part ? part.text : ''))
    .join('')
}

function literalSource(character: string): string {
  if (/[\w~-]/.test(character)) return character
  if (character === '/') return String.raw`\/`
  const encoded = [...Buffer.from(character)]
    .map((byte) => `%${byte.toString(16).padStart(2, '0')}`)
    .join('')
  return /[\x21-\x7e]/.test(character) ? `(?:\\${character}|${encoded})` : encoded
}
