/** The parsed document as plain JSON, references resolved to shared objects. It may have cycles, and any shape a document can have. */
export type Raw = Readonly<Record<string, unknown>>

/** The value where it is an object, else an empty one. */
export function record(value: unknown): Raw {
  return isRecord(value) ? value : {}
}

export function isRecord(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** Own entries whose values are objects. */
export function entries(value: unknown): (readonly [string, Raw])[] {
  return Object.entries(record(value)).flatMap(([key, member]) =>
    isRecord(member) ? [[key, member] as const] : [],
  )
}

/** A JSON pointer (RFC 6901) as a fragment, e.g. `#/channels/user~1signedup`. */
export function pointer(...path: readonly string[]): string {
  return `#/${path.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`
}
