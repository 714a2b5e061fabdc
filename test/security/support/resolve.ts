import type { AsyncAPIDocumentInterface } from '@asyncapi/parser'

/**
 * A document with its references resolved to shared objects, as the parser does it, but without asking whether it is
 * valid: the parser takes a second for each of these documents and refuses most, and no promise of the pack is to hang on that.
 */
export function resolved(document: object): AsyncAPIDocumentInterface {
  const root = structuredClone(document) as Record<string, unknown>
  const seen = new Set<unknown>()
  const follow = (value: unknown, steps = 0): unknown => {
    const reference = (value as { $ref?: unknown } | null)?.$ref
    if (typeof reference !== 'string' || !reference.startsWith('#/') || steps > 20) return value
    let target: unknown = root
    for (const part of reference.slice(2).split('/')) {
      const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
      if (typeof target !== 'object' || target === null || !Object.hasOwn(target, name)) return true
      target = (target as Record<string, unknown>)[name]
    }
    // A reference that leads to itself allows everything.
    return target === value ? true : follow(target, steps + 1)
  }
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return
    seen.add(value)
    for (const [key, member] of Object.entries(value)) {
      const target = follow(member)
      if (target !== member) {
        Object.defineProperty(value, key, { value: target, enumerable: true })
      }
      walk(target)
    }
  }
  walk(root)
  const schemas = (root['components'] as { schemas?: Record<string, object> } | undefined)?.schemas
  for (const [name, schema] of Object.entries(schemas ?? {})) {
    if (typeof schema === 'object' && !Object.hasOwn(schema, 'x-parser-schema-id')) {
      Object.assign(schema, { 'x-parser-schema-id': name })
    }
  }
  return { json: () => root } as unknown as AsyncAPIDocumentInterface
}
