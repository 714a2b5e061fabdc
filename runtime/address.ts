import { ParameterError } from './parameters'

const PLACEHOLDER = /\{([^{}]+)\}/g

/**
 * Fills the parameters of an address in. Values are percent-encoded, so that none can leave its place;
 * the address's own text is kept as RFC 6570 §3.1 says: triplets stay, what a URI may not have is encoded.
 *
 * @param address the document's address, e.g. `rooms/{roomId}/events`
 * @param values one string for each name, not yet encoded
 * @throws ParameterError where a value is missing, or cannot stand in a path: `''`, `.`, `..`, lone surrogates
 */
export function fillAddress(address: string, values: Readonly<Record<string, string>>): string {
  let filled = ''
  let end = 0
  for (const match of address.matchAll(PLACEHOLDER)) {
    const [placeholder, name = ''] = match
    filled += encodeLiteral(address.slice(end, match.index)) + encodeValue(name, values)
    end = match.index + placeholder.length
  }
  return filled + encodeLiteral(address.slice(end))
}

function encodeLiteral(text: string): string {
  return encodeURI(text)
    .replace(/%25([0-9a-f]{2})/gi, '%$1')
    .replaceAll('#', '%23')
}

function encodeValue(name: string, values: Readonly<Record<string, string>>): string {
  const value = Object.hasOwn(values, name) ? values[name] : undefined
  // URL parsers resolve `.` and `..` even where they are percent-encoded (WHATWG URL, §4.4).
  if (value === undefined || value === '' || value === '.' || value === '..') {
    throw new ParameterError(
      name,
      `parameter "${name}" is ${value === undefined ? 'missing' : `"${value}"`}: a part of a path is needed`,
    )
  }
  try {
    return encodeURIComponent(value)
  } catch {
    throw new ParameterError(name, `parameter "${name}" holds a lone surrogate`)
  }
}
