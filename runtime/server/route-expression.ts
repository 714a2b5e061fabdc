import { addressParts, type AddressPart } from '../core/parameters'

/** How a route matches; the defaults are those of Express. */
export interface RouteSettings {
  /** Whether the case of letters matters. Default: no. */
  readonly caseSensitive?: boolean
  /** Whether a trailing slash is part of the path. Default: no. */
  readonly strict?: boolean
}

/** The parts of the path of an address: without query, fragment and outer slashes. */
export function pathParts(address: string): AddressPart[] {
  const [path = ''] = address.split(/[?#]/, 1)
  return addressParts(withoutOuterSlashes(path)).filter(
    (part) => 'parameter' in part || part.text !== '',
  )
}

/**
 * The paths of requests to an address, with a group for each parameter in address order. Literals match raw or
 * percent-encoded (RFC 3986 §2.1).
 *
 * Matching takes linear time for any path: only the last parameter of a segment can match several lengths. The others
 * end at the first occurrence of the text after them.
 */
export function pathExpression(address: string): RegExp {
  return createExpression(address, (value) => `(${value})`, {})
}

/**
 * The same paths for a router, without groups: Express decodes groups itself, and sends its own response if it cannot.
 * RegExp routes ignore the router's settings, so they are part of the expression.
 */
export function routerExpression(address: string, settings: RouteSettings): RegExp {
  return createExpression(address, (value) => `(?:${value})`, settings)
}

function createExpression(
  address: string,
  group: (value: string) => string,
  { caseSensitive = false, strict = false }: RouteSettings,
): RegExp {
  const parts = pathParts(address)
  const source = parts
    .map((part, index) =>
      'parameter' in part ? group(valueSource(parts.slice(index + 1))) : textSource(part.text),
    )
    .join('')
  const end = source === '' || strict ? '$' : '/?$'
  return new RegExp(`^/${source}${end}`, caseSensitive ? '' : 'i')
}

/** The value of a parameter; depends on the parts after it. */
function valueSource([next, ...others]: readonly AddressPart[]): string {
  if (next === undefined) return LAST_VALUE
  if ('parameter' in next) return '%[0-9a-f]{2}|[^/]'
  const isLast = next.text.includes('/') || others.length === 0
  return isLast ? LAST_VALUE : `[^/](?:(?!${textSource(next.text)})[^/])*`
}

const LAST_VALUE = '[^/]+?'

function textSource(text: string): string {
  return [...text].map(characterSource).join('')
}

function characterSource(character: string): string {
  if (/[\w/~-]/.test(character)) return character
  const encoded = [...new TextEncoder().encode(character)]
    .map((byte) => `%${byte.toString(16).padStart(2, '0')}`)
    .join('')
  return /[\x21-\x7e]/.test(character) ? `(?:\\${character}|${encoded})` : encoded
}

function withoutOuterSlashes(path: string): string {
  let [start, end] = [0, path.length]
  while (path[start] === '/') start += 1
  // If all characters are slashes, `end` is less than `start`, and the result is empty.
  while (path[end - 1] === '/') end -= 1
  return path.slice(start, end)
}
