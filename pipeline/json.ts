/** An object of the parsed document, with any content. References are resolved to shared objects, so it can contain cycles. */
export type JsonObject = Readonly<Record<string, unknown>>

/** The value if it is an object, otherwise an empty object. */
export function asObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function asString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** Own entries whose values are objects. */
export function objectEntries(value: unknown): (readonly [string, JsonObject])[] {
  return Object.entries(asObject(value)).flatMap(([key, member]) =>
    isJsonObject(member) ? [[key, member] as const] : [],
  )
}
