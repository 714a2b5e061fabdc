import { isJsonObject, type JsonObject } from '../json'

/** A schema object of the parsed document. */
export type RawSchema = JsonObject

export function isRawSchema(value: unknown): value is RawSchema {
  return isJsonObject(value)
}

/** A direct subschema. */
export interface Subschema {
  readonly schema: unknown
  /** Path from the outer schema. */
  readonly path: readonly string[]
  /** Suffix to the outer schema's name, if the subschema needs a name. */
  readonly nameSuffix: string
  /** Whether the subschema applies to the same value as the outer schema, not to a property or an item of it. */
  readonly isInPlace: boolean
}

const SINGLE_SUBSCHEMAS = {
  additionalProperties: 'Value',
  propertyNames: 'Name',
  additionalItems: 'Item',
  contains: 'Item',
} as const

/** All direct subschemas of a schema, in reading order. */
export function subschemas(schema: RawSchema): Subschema[] {
  const found: Subschema[] = []
  const add = (
    value: unknown,
    path: readonly string[],
    nameSuffix: string,
    isInPlace = false,
  ): void => {
    if (isRawSchema(value)) found.push({ schema: value, path, nameSuffix, isInPlace })
  }
  for (const [name, member] of schemaMembers(schema['properties']))
    add(member, ['properties', name], name)
  for (const [name, member] of schemaMembers(schema['patternProperties'])) {
    add(member, ['patternProperties', name], 'Value')
  }
  const items = schema['items']
  if (Array.isArray(items)) {
    items.forEach((item, index) => {
      add(item, ['items', String(index)], `Item${index + 1}`)
    })
  } else {
    add(items, ['items'], 'Item')
  }
  for (const [keyword, nameSuffix] of Object.entries(SINGLE_SUBSCHEMAS))
    add(schema[keyword], [keyword], nameSuffix)
  for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
    const list = schema[keyword]
    if (!Array.isArray(list)) continue
    list.forEach((item, index) => {
      add(item, [keyword, String(index)], `Option${index + 1}`, true)
    })
  }
  for (const keyword of ['not', 'if', 'then', 'else']) {
    add(schema[keyword], [keyword], keyword, true)
  }
  for (const [name, member] of schemaMembers(schema['dependencies'])) {
    add(member, ['dependencies', name], name, true)
  }
  return found
}

export function schemaMembers(value: unknown): [string, unknown][] {
  return isRawSchema(value) ? Object.entries(value) : []
}
