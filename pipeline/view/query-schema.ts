import { asArray, asObject, asString, isJsonObject, type JsonObject } from '../json'
import { appendToPointer } from '../json-pointer'
import { isAnnotation, unusedKeywords } from '../schema/keywords'

type Note = (message: string) => void

/** The schema of a query as a list of parameters: members of `allOf` are merged, other conditions are notes. */
export function flattenQuery(schema: JsonObject, pointer: string, note: Note): JsonObject {
  const parts = partsOf(schema, pointer)
  for (const part of parts) noteUnapplied(part, note)
  const schemas = parts.map((part) => part.schema)
  const properties = mergeProperties(schemas)
  const [reference] = schemas.flatMap((part) => asString(part['$ref']) ?? [])
  const [additional] = schemas.flatMap((part) => part['additionalProperties'] ?? [])
  return {
    type: 'object',
    ...(reference !== undefined && { $ref: reference }),
    ...(properties.length > 0 && { properties: Object.fromEntries(properties) }),
    ...(additional !== undefined && { additionalProperties: additional }),
    required: schemas.flatMap((part) => asArray(part['required'])),
  }
}

/** Declares the required parameters without a schema: they have the schema of all other parameters. */
export function declareRequired(schema: JsonObject): JsonObject {
  const { additionalProperties: other } = schema
  const declared = asObject(schema['properties'])
  const missing = asArray(schema['required']).flatMap((name): [string, unknown][] =>
    typeof name !== 'string' || Object.hasOwn(declared, name)
      ? []
      : [[name, isJsonObject(other) ? other : {}]],
  )
  if (missing.length === 0) return schema
  return { ...schema, properties: { ...declared, ...Object.fromEntries(missing) } }
}

interface Part {
  readonly schema: JsonObject
  readonly pointer: string
}

/** A schema and the members of its `allOf`, each once. */
function partsOf(schema: unknown, pointer: string, seen = new Set<unknown>()): Part[] {
  if (!isJsonObject(schema) || seen.has(schema)) return []
  seen.add(schema)
  const members = asArray(schema['allOf']).flatMap((member, index) =>
    partsOf(member, appendToPointer(pointer, ['allOf', String(index)]), seen),
  )
  return [{ schema, pointer }, ...members]
}

/** A parameter of several parts has the schemas of all of them. */
function mergeProperties(schemas: readonly JsonObject[]): [string, unknown][] {
  const merged = new Map<string, unknown[]>()
  for (const { properties } of schemas) {
    for (const [name, schema] of Object.entries(asObject(properties))) {
      merged.set(name, [...(merged.get(name) ?? []), schema])
    }
  }
  return [...merged].map(([name, [first, ...others]]) => [
    name,
    others.length === 0 ? first : { allOf: [first, ...others] },
  ])
}

const APPLIED = ['$ref', 'properties', 'required', 'allOf']

function noteUnapplied({ schema, pointer }: Part, note: Note): void {
  const reasons = new Map(unusedKeywords(schema).map(({ keyword, reason }) => [keyword, reason]))
  for (const [keyword, value] of Object.entries(schema)) {
    if (APPLIED.includes(keyword) || isAnnotation(keyword)) continue
    if (keyword === 'additionalProperties' && typeof value === 'boolean') continue
    if (keyword === 'type' && [value].flat().includes('object')) continue
    const reason = reasons.get(keyword) ?? UNAPPLIED
    note(`${appendToPointer(pointer, [keyword])}: ${reason}`)
  }
}

const UNAPPLIED =
  'it has no effect on a query, whose parameters are checked one by one; state the condition in the description'
