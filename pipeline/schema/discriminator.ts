import { unescapeSegment } from '../json-pointer'
import { isRawSchema, schemaMembers, type RawSchema } from './raw-schema'
import { UNDOCUMENTED, type Schema, type SchemaNode } from './schema'

/** A `discriminator` of a document: the property that names the schema of a value. */
export interface Discriminator {
  readonly property: string
  /** Values of the property by name of the schema; empty for AsyncAPI, which has no `mapping`. */
  readonly mapping: ReadonlyMap<string, readonly string[]>
}

/**
 * The discriminator of a schema, or of a schema that it extends with `allOf`. AsyncAPI has the name of the property.
 * OpenAPI has an object, which AsyncAPI documents call `x-discriminator`, because the parser refuses it under its own name.
 */
export function discriminatorOf(
  raw: unknown,
  open: ReadonlySet<RawSchema> = new Set(),
): Discriminator | undefined {
  if (!isRawSchema(raw) || open.has(raw)) return undefined
  const { discriminator, 'x-discriminator': extension, allOf } = raw
  if (isRawSchema(extension) && typeof extension['propertyName'] === 'string') {
    return { property: extension['propertyName'], mapping: readMapping(extension['mapping']) }
  }
  if (isRawSchema(discriminator) && typeof discriminator['propertyName'] === 'string') {
    const { propertyName, mapping } = discriminator
    return { property: propertyName, mapping: readMapping(mapping) }
  }
  if (typeof discriminator === 'string') return { property: discriminator, mapping: new Map() }
  const parts: readonly unknown[] = Array.isArray(allOf) ? allOf : []
  for (const part of parts) {
    const found = discriminatorOf(part, new Set([...open, raw]))
    if (found !== undefined) return found
  }
  return undefined
}

/** A schema whose property has one of the values. */
export function withConstant(schema: Schema, name: string, values: readonly string[]): SchemaNode {
  const constant: SchemaNode = { documentation: UNDOCUMENTED, types: ['string'], values }
  const narrowed: SchemaNode = {
    documentation: UNDOCUMENTED,
    properties: [{ name, schema: constant }],
    required: [name],
  }
  return { documentation: UNDOCUMENTED, allOf: [schema, narrowed] }
}

/**
 * Names of the components that a value of a schema with a discriminator can have, but that the schema does not list: those
 * that extend it with `allOf`, and those of its `mapping`. In alphabetical order.
 */
export function unlistedSubtypes(
  raw: RawSchema,
  components: ReadonlyMap<string, object>,
): readonly string[] {
  const discriminator = discriminatorOf(raw)
  if (discriminator === undefined || 'oneOf' in raw || 'anyOf' in raw) return []
  const isOwn = 'discriminator' in raw || 'x-discriminator' in raw
  return [...components]
    .filter(
      ([name, component]) =>
        component !== raw &&
        ((isOwn && discriminator.mapping.has(name)) || hasPart(component, raw)),
    )
    .map(([name]) => name)
    .sort()
}

/** Whether a schema is a member of `allOf`, at any depth. */
function hasPart(raw: unknown, part: RawSchema, open: ReadonlySet<unknown> = new Set()): boolean {
  if (!isRawSchema(raw) || !Array.isArray(raw['allOf']) || open.has(raw)) return false
  const inner = new Set([...open, raw])
  return raw['allOf'].some((member) => member === part || hasPart(member, part, inner))
}

function readMapping(mapping: unknown): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, readonly string[]>()
  for (const [value, target] of schemaMembers(mapping)) {
    if (typeof target !== 'string') continue
    const name = unescapeSegment(target.split('/').at(-1) ?? target)
    values.set(name, [...(values.get(name) ?? []), value])
  }
  return values
}

/**
 * Values of the discriminating property in each alternative; an empty list where the alternative has constants itself.
 *
 * If `mapping` has no entry for a schema, its value is the name of the schema. Without `mapping`, documents often break this
 * rule, and a wrong constant would refuse every message, so the names count only if examples have them.
 * @param names of the schemas, undefined for a schema in place
 * @returns undefined if the values are unknown
 */
export function discriminatorValues(
  { property, mapping }: Discriminator,
  alternatives: readonly unknown[],
  names: readonly (string | undefined)[],
): (readonly string[])[] | undefined {
  const values = alternatives.map((alternative, index) => {
    if (hasConstants(alternative, property)) return []
    const name = names[index]
    if (name === undefined) return undefined
    return mapping.get(name) ?? [name]
  })
  if (!values.every((one) => one !== undefined)) return undefined
  const all = values.flat()
  if (new Set(all).size < all.length) return undefined
  if (all.length === 0 || mapping.size > 0) return values
  const examples = alternatives.flatMap((one) => exampleValues(one, property))
  const isConfirmed = examples.length > 0 && examples.every((value) => all.includes(value))
  return isConfirmed ? values : undefined
}

function hasConstants(
  raw: unknown,
  property: string,
  open: ReadonlySet<RawSchema> = new Set(),
): boolean {
  if (!isRawSchema(raw) || open.has(raw)) return false
  const { properties, allOf } = raw
  const own = isRawSchema(properties) ? properties[property] : undefined
  if (isRawSchema(own) && ('const' in own || Array.isArray(own['enum']))) return true
  const inner = new Set([...open, raw])
  return Array.isArray(allOf) && allOf.some((part) => hasConstants(part, property, inner))
}

/** What the examples of a schema, and of the property in it, have in a property. */
function exampleValues(raw: unknown, property: string): string[] {
  if (!isRawSchema(raw)) return []
  const own = isRawSchema(raw['properties']) ? raw['properties'][property] : undefined
  return [
    ...examplesOf(raw).map((example) => (isRawSchema(example) ? example[property] : undefined)),
    ...(isRawSchema(own) ? examplesOf(own) : []),
  ].filter((value) => typeof value === 'string')
}

function examplesOf({ examples, example, default: value }: RawSchema): readonly unknown[] {
  const list: readonly unknown[] = Array.isArray(examples) ? examples : []
  return [...list, example, value].filter((one) => one !== undefined)
}
