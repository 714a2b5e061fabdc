/** Appends member names to a JSON pointer (RFC 6901). */
export function appendToPointer(pointer: string, path: readonly string[]): string {
  return [pointer, ...path.map(escapeSegment)].join('/')
}

/** A JSON pointer as a URI fragment, e.g. `#/channels/user~1signedup`. */
export function jsonPointer(...path: readonly string[]): string {
  return appendToPointer('#', path)
}

function escapeSegment(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

/** The member name of one segment of a JSON pointer. */
export function unescapeSegment(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~')
}
