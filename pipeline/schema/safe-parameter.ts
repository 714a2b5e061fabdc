import { regexRisk } from './regex-safety'
import { isReference, type Schema, type SchemaNode } from './schema'

/** Maximum text length, in characters, for a pattern with polynomial time. */
const MAX_LENGTH = 256

/** A schema of a parameter, with the changes that were made to it. */
export interface SafeSchema {
  readonly schema: Schema
  readonly changes: readonly string[]
}

/**
 * Parameters are validated before a request is authorized, so their patterns must be fast for any text. Omits
 * exponential patterns, and limits the text length for polynomial patterns.
 */
export function safeParameterSchema(
  schema: Schema,
  modules: ReadonlyMap<string, Schema>,
): SafeSchema {
  const changes = new Set<string>()
  const replaced = safe(schema, modules, changes, new Set())
  return changes.size === 0 ? { schema, changes: [] } : { schema: replaced, changes: [...changes] }
}

function safe(
  schema: Schema,
  modules: ReadonlyMap<string, Schema>,
  changes: Set<string>,
  open: ReadonlySet<string>,
): Schema {
  const inner = (part: Schema): Schema => safe(part, modules, changes, open)
  if (typeof schema === 'boolean') return schema
  if (isReference(schema)) {
    const { reference } = schema
    // Recursive schemas describe objects or arrays; they are checked unchanged.
    if (open.has(reference)) return schema
    const target = modules.get(reference) ?? true
    return safe(target, modules, changes, new Set([...open, reference]))
  }
  const parts: SchemaNode = {
    ...schema,
    ...(schema.items !== undefined && { items: inner(schema.items) }),
    ...(schema.tuple !== undefined && { tuple: schema.tuple.map(inner) }),
    ...(schema.contains !== undefined && { contains: inner(schema.contains) }),
    ...(schema.allOf !== undefined && { allOf: schema.allOf.map(inner) }),
    ...(schema.anyOf !== undefined && { anyOf: schema.anyOf.map(inner) }),
    ...(schema.oneOf !== undefined && { oneOf: schema.oneOf.map(inner) }),
    ...(schema.not !== undefined && { not: inner(schema.not) }),
    ...(schema.if !== undefined && { if: inner(schema.if) }),
    ...(schema.then !== undefined && { then: inner(schema.then) }),
    ...(schema.else !== undefined && { else: inner(schema.else) }),
  }
  return safePattern(parts, changes)
}

function safePattern(node: SchemaNode, changes: Set<string>): SchemaNode {
  if (node.pattern === undefined) return node
  const risk = regexRisk(node.pattern)
  if (risk === 'none') return node
  if (risk === 'polynomial') {
    if ((node.maxLength ?? Infinity) <= MAX_LENGTH) return node
    changes.add(
      `values longer than ${MAX_LENGTH} characters are refused, because the pattern is slow on long text; add maxLength`,
    )
    return { ...node, maxLength: MAX_LENGTH }
  }
  changes.add(
    'the pattern is not checked, because it can block the server before requests are authorized',
  )
  const others: { -readonly [Key in keyof SchemaNode]: SchemaNode[Key] } = { ...node }
  delete others.pattern
  return others
}
