/** A literal part of an address, or a parameter. */
export type AddressPart = { readonly text: string } | { readonly parameter: string }

/**
 * Splits an address into literals and `{parameters}` (RFC 6570 level 1, as in AsyncAPI). Parameter names are any text
 * without braces; unbalanced braces are literal.
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

/** The parameter names of an address in order, without duplicates. */
export function addressParameters(address: string): string[] {
  return [
    ...new Set(
      addressParts(address).flatMap((part) => ('parameter' in part ? [part.parameter] : [])),
    ),
  ]
}

/** Whether an address is a valid URL path without changes: it has no parameters, and no characters that need encoding. */
export function isLiteralPath(address: string): boolean {
  return /^[\w!$&'()*+,./:;=?@~-]*$/.test(address)
}

/** Whether the end of one parameter is ambiguous because another follows in the same segment (`{a}{b}`, `{a}-{b}`). */
export function isAmbiguous(address: string): boolean {
  let inSegment = false
  for (const part of addressParts(address)) {
    if ('text' in part) inSegment &&= !part.text.includes('/')
    else if (inSegment) return true
    else inSegment = true
  }
  return false
}
