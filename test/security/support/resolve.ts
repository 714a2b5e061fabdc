import type { AsyncAPIDocumentInterface } from '@asyncapi/parser'

/**
 * A document with its references resolved to shared objects, as the parser does it, but without validation. The
 * parser takes a second for each of these documents and rejects most; no promise of the pack may depend on that.
 */
export function resolved(document: object): AsyncAPIDocumentInterface {
  const root = copyOf(document) as Record<string, unknown>
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
  const queue: unknown[] = [root]
  for (let value = queue.pop(); value !== undefined; value = queue.pop()) {
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    seen.add(value)
    for (const [key, member] of Object.entries(value)) {
      const target = follow(member)
      if (target !== member) {
        Object.defineProperty(value, key, { value: target, enumerable: true })
      }
      if (target !== undefined) queue.push(target)
    }
  }
  const schemas = (root['components'] as { schemas?: Record<string, object> } | undefined)?.schemas
  for (const [name, schema] of Object.entries(schemas ?? {})) {
    if (typeof schema === 'object' && !Object.hasOwn(schema, 'x-parser-schema-id')) {
      Object.assign(schema, { 'x-parser-schema-id': name })
    }
  }
  return { json: () => root, meta: () => undefined } as unknown as AsyncAPIDocumentInterface
}

/** A copy of a tree, however deep it is; parts that are shared stay shared. */
function copyOf(tree: object): object {
  const copies = new Map<object, object>()
  const queue: object[] = []
  const copy = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    const known = copies.get(value)
    if (known !== undefined) return known
    const made = Array.isArray(value) ? [] : {}
    copies.set(value, made)
    queue.push(value)
    return made
  }
  const root = copy(tree) as object
  for (let value = queue.pop(); value !== undefined; value = queue.pop()) {
    for (const [key, member] of Object.entries(value)) {
      Object.defineProperty(copies.get(value), key, {
        value: copy(member),
        enumerable: true,
        writable: true,
        configurable: true,
      })
    }
  }
  return root
}
