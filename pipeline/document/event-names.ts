import { asObject, asString } from '../json'
import { propertyConstants, propertyNames, type Scalar } from './schema-constants'

/** The property that distinguishes one message of a channel from the others, and its values. */
export interface Discriminator {
  readonly property: string
  readonly values: readonly string[]
}

/** Properties that documents use for the event name, most common first. */
const NAMING_PROPERTIES = ['type', 'event', 'event_type', 'eventType', 'kind', 'object']

interface Candidate {
  readonly property: string
  readonly values: readonly (readonly Scalar[] | undefined)[]
}

/**
 * Finds the property that distinguishes the payloads of a channel: a declared `discriminator`, otherwise the property
 * for which most payloads have constants. All constants must be disjoint.
 * @param schemas one for each message
 * @returns one for each message; null if its payload has no such constant
 */
export function discriminatorsOf(schemas: readonly unknown[]): (Discriminator | null)[] {
  const declared = schemas.map(declaredDiscriminator)
  if (declared.some((one) => one !== null)) {
    const properties = new Set(declared.flatMap((one) => one?.property ?? []))
    const [only = ''] = properties
    return schemas.map((schema, index) => {
      const own = declared[index] ?? null
      if (own !== null || properties.size > 1) return own
      return toDiscriminator(only, propertyConstants(schema, only))
    })
  }
  const best = bestCandidate(schemas)
  if (best === undefined) return schemas.map(() => null)
  return best.values.map((values) => toDiscriminator(best.property, values))
}

/** Reads `discriminator`: AsyncAPI has the property name, OpenAPI an object that contains it. */
function declaredDiscriminator(schema: unknown): Discriminator | null {
  const raw = asObject(schema)
  const property =
    asString(raw['discriminator']) ?? asString(asObject(raw['discriminator'])['propertyName'])
  if (property === undefined) return null
  const values = propertyConstants(schema, property)
  if (values !== undefined) return toDiscriminator(property, values)
  // Without a constant, the value is the name of the schema (AsyncAPI, "discriminator").
  const id = asString(raw['x-parser-schema-id'])
  return id === undefined || id.startsWith('<') ? null : { property, values: [id] }
}

function bestCandidate(schemas: readonly unknown[]): Candidate | undefined {
  const candidates = [...new Set(schemas.flatMap((schema) => propertyNames(schema)))]
    .map((property) => ({
      property,
      values: schemas.map((schema) => propertyConstants(schema, property)),
    }))
    .filter((candidate) => isDistinctive(candidate, schemas.length))
  const rank = ({ property }: Candidate): number => {
    const index = NAMING_PROPERTIES.indexOf(property)
    return index === -1 ? NAMING_PROPERTIES.length : index
  }
  const coverage = ({ values }: Candidate): number =>
    values.filter((one) => one !== undefined).length
  return candidates.sort((a, b) => coverage(b) - coverage(a) || rank(a) - rank(b))[0]
}

function isDistinctive({ property, values }: Candidate, count: number): boolean {
  const sets = values.filter((one) => one !== undefined)
  if (sets.length === 0) return false
  const all = sets.flat().map(String)
  if (new Set(all).size < all.length) return false
  if (count === 1) return NAMING_PROPERTIES.includes(property)
  // A list of values in only one payload is a state, not a name; one constant is a name.
  return sets.length > 1 || all.length === 1
}

function toDiscriminator(
  property: string,
  values: readonly Scalar[] | undefined,
): Discriminator | null {
  return values === undefined ? null : { property, values: values.map(String) }
}
