import { asArray, asObject, isJsonObject } from '../json'

/** A constant of a schema that is comparable with text on the wire. */
export type Scalar = string | number | boolean

/** Maximum levels of `allOf`, `oneOf` and `anyOf` to search; documents have three. */
const MAX_DEPTH = 8

/** The values of `const` or `enum`, including compositions; undefined if the schema does not list values. */
export function constantsOf(schema: unknown, depth = 0): readonly Scalar[] | undefined {
  if (!isJsonObject(schema) || depth > MAX_DEPTH) return undefined
  const listed = 'const' in schema ? [schema['const']] : asArray(schema['enum'])
  const scalars = listed.filter(isScalar)
  if (scalars.length > 0) return scalars.length === countWithoutNull(listed) ? scalars : undefined
  for (const part of asArray(schema['allOf'])) {
    const found = constantsOf(part, depth + 1)
    if (found !== undefined) return found
  }
  return unionOf(alternativesOf(schema), (branch) => constantsOf(branch, depth + 1))
}

/**
 * The constants of a property that the schema, a member of its `allOf` or each of its alternatives declares; undefined if
 * there are none.
 */
export function propertyConstants(
  schema: unknown,
  property: string,
  depth = 0,
): readonly Scalar[] | undefined {
  if (!isJsonObject(schema) || depth > MAX_DEPTH) return undefined
  const properties = asObject(schema['properties'])
  const own = Object.hasOwn(properties, property) ? constantsOf(properties[property]) : undefined
  if (own !== undefined) return own
  for (const part of asArray(schema['allOf'])) {
    const found = propertyConstants(part, property, depth + 1)
    if (found !== undefined) return found
  }
  return unionOf(alternativesOf(schema), (branch) => propertyConstants(branch, property, depth + 1))
}

/** Names of all properties that a schema declares, in document order. */
export function propertyNames(schema: unknown, depth = 0): readonly string[] {
  if (!isJsonObject(schema) || depth > MAX_DEPTH) return []
  const parts = [...asArray(schema['allOf']), ...alternativesOf(schema)]
  return [
    ...Object.keys(asObject(schema['properties'])),
    ...parts.flatMap((part) => propertyNames(part, depth + 1)),
  ]
}

function alternativesOf(schema: Readonly<Record<string, unknown>>): readonly unknown[] {
  return [...asArray(schema['oneOf']), ...asArray(schema['anyOf'])]
}

/** The constants of alternatives; undefined unless every alternative has constants. */
function unionOf(
  branches: readonly unknown[],
  find: (branch: unknown) => readonly Scalar[] | undefined,
): readonly Scalar[] | undefined {
  if (branches.length === 0) return undefined
  const found = branches.map(find)
  return found.every((one) => one !== undefined) ? [...new Set(found.flat())] : undefined
}

function isScalar(value: unknown): value is Scalar {
  return ['string', 'number', 'boolean'].includes(typeof value)
}

function countWithoutNull(values: readonly unknown[]): number {
  return values.filter((value) => value !== null).length
}
