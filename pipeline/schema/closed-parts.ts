import { isRawSchema, schemaMembers, type RawSchema } from './raw-schema'

interface Part {
  readonly schema: RawSchema
  readonly path: readonly string[]
}

/** A keyword `additionalProperties`, as a path from the schema, and what it does to the other parts. */
interface ClosedPart {
  readonly path: readonly string[]
  readonly problem: string
}

/**
 * Parts of a schema with `allOf` whose `additionalProperties: false` forbids properties of the other parts. The keyword
 * applies to the properties of its own part only (JSON Schema draft 7, validation, §6.5.6), unlike inheritance.
 */
export function closedParts(schema: RawSchema): ClosedPart[] {
  const parts = partsOf({ schema, path: [] }, new Set())
  return parts.flatMap((part): ClosedPart[] => {
    const { additionalProperties, patternProperties } = part.schema
    if (additionalProperties !== false || isRawSchema(patternProperties)) return []
    const own = new Set(namesOf(part.schema))
    const isForbidden = (name: string): boolean => !own.has(name)
    const others = parts.filter((other) => other !== part).map((other) => other.schema)
    const required = others.flatMap(requiredOf).filter(isForbidden)
    const forbidden = [...others.flatMap(namesOf).filter(isForbidden), ...required]
    if (forbidden.length === 0) return []
    return [
      { path: [...part.path, 'additionalProperties'], problem: problemOf(forbidden, required) },
    ]
  })
}

function problemOf(forbidden: readonly string[], required: readonly string[]): string {
  const quoted = (names: readonly string[]): string =>
    [...new Set(names)].map((name) => JSON.stringify(name)).join(', ')
  const effect =
    required.length === 0
      ? 'they can never be present'
      : `no object is valid, because ${quoted(required)} must be present`
  return `false forbids the properties of the other parts (${quoted(forbidden)}), so ${effect}; remove the keyword, or repeat the properties beside it`
}

/** The schema and the members of its `allOf`, without loops. */
function partsOf(part: Part, seen: Set<RawSchema>): Part[] {
  const { schema, path } = part
  if (seen.has(schema)) return []
  seen.add(schema)
  const { allOf } = schema
  if (!Array.isArray(allOf)) return [part]
  return [
    part,
    ...allOf.flatMap((member: unknown, index) =>
      isRawSchema(member)
        ? partsOf({ schema: member, path: [...path, 'allOf', String(index)] }, seen)
        : [],
    ),
  ]
}

function namesOf(schema: RawSchema): string[] {
  return schemaMembers(schema['properties']).map(([name]) => name)
}

function requiredOf({ required }: RawSchema): string[] {
  return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : []
}
