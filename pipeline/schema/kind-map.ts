import type { Schema } from './schema'

/** The six kinds of JSON values. They are disjoint, so a schema can be described for each kind separately. */
export const KINDS = ['string', 'number', 'boolean', 'object', 'array', 'null'] as const

export type Kind = (typeof KINDS)[number]

/** Values that a schema allows, by kind. */
export type KindMap = Readonly<Record<Kind, KindConstraint>>

/**
 * Values of one kind: a superset of the values that the schema allows. `isExact`: both sets are equal, so the
 * complement is known too.
 */
export type KindConstraint = { readonly isExact: boolean } & (
  | { readonly type: 'none' | 'any' }
  | { readonly type: 'values'; readonly values: readonly unknown[] }
  | { readonly type: 'structural'; readonly parts: readonly StructuralConstraint[] }
)

/** A constraint on objects or arrays. */
export type StructuralConstraint =
  | { readonly type: 'reference'; readonly name: string }
  | ObjectConstraint
  | ArrayConstraint
  | { readonly type: 'anyOf'; readonly alternatives: readonly KindConstraint[] }

export interface ObjectConstraint {
  readonly type: 'object'
  readonly properties: readonly PropertyConstraint[]
  /** Alternative schemas of undeclared properties; null if they are unconstrained. */
  readonly index: readonly Schema[] | null
}

export interface PropertyConstraint {
  readonly name: string
  /** The property must match all of them. */
  readonly schemas: readonly Schema[]
  readonly required: boolean
}

export interface ArrayConstraint {
  readonly type: 'array'
  readonly tuple: readonly Schema[]
  /** Null if no additional items are allowed. */
  readonly items: Schema | null
  readonly minItems: number
}

export const NONE: KindConstraint = { type: 'none', isExact: true }
export const ANY: KindConstraint = { type: 'any', isExact: true }

export function mapKinds(constraint: KindConstraint | ((kind: Kind) => KindConstraint)): KindMap {
  const of = typeof constraint === 'function' ? constraint : () => constraint
  return Object.fromEntries(KINDS.map((kind) => [kind, of(kind)])) as KindMap
}

export function intersectKinds(a: KindMap, b: KindMap): KindMap {
  return mapKinds((kind) => intersectConstraints(a[kind], b[kind]))
}

export function unionKinds(kindMaps: readonly KindMap[]): KindMap {
  return mapKinds((kind) => unionConstraints(kindMaps.map((kindMap) => kindMap[kind])))
}

/** The values that a schema rejects, as far as they are known. */
export function complementKinds(kindMap: KindMap): KindMap {
  return mapKinds((kind) => {
    const constraint = kindMap[kind]
    if (constraint.type === 'none') return ANY
    if (constraint.type === 'any')
      return constraint.isExact ? NONE : { type: 'any', isExact: false }
    if (constraint.type === 'values' && constraint.isExact && kind === 'boolean') {
      const values = [true, false].filter((value) => !constraint.values.includes(value))
      return values.length > 0 ? { type: 'values', values, isExact: true } : NONE
    }
    if (constraint.type === 'values' && constraint.isExact && kind === 'null') return NONE
    return { type: 'any', isExact: false }
  })
}

/** The same kinds, marked as inexact. */
export function asInexact(kindMap: KindMap): KindMap {
  return mapKinds((kind) => ({
    ...kindMap[kind],
    isExact: kindMap[kind].type === 'none' && kindMap[kind].isExact,
  }))
}

function intersectConstraints(a: KindConstraint, b: KindConstraint): KindConstraint {
  if (a.type === 'none' || b.type === 'none') return NONE
  const isExact = a.isExact && b.isExact
  if (a.type === 'any') return { ...b, isExact }
  if (b.type === 'any') return { ...a, isExact }
  if (a.type === 'values' && b.type === 'values') {
    const texts = new Set(b.values.map((value) => JSON.stringify(value)))
    const values = a.values.filter((value) => texts.has(JSON.stringify(value)))
    return values.length > 0 ? { type: 'values', values, isExact } : NONE
  }
  if (a.type === 'values') return { ...a, isExact: false }
  if (b.type === 'values') return { ...b, isExact: false }
  if (a.type !== 'structural' || b.type !== 'structural') return { type: 'any', isExact: false }
  return { type: 'structural', parts: b.parts.reduce(addConstraint, a.parts), isExact }
}

function unionConstraints(list: readonly KindConstraint[]): KindConstraint {
  const some = list.filter(({ type }) => type !== 'none')
  const isExact = some.every((constraint) => constraint.isExact)
  const any = some.find(({ type }) => type === 'any')
  if (any !== undefined)
    return { type: 'any', isExact: some.some((one) => one.type === 'any' && one.isExact) }
  const [first, ...others] = some
  if (first === undefined) return NONE
  if (others.length === 0) return first
  if (some.every((constraint) => constraint.type === 'values')) {
    const values = new Map(
      some.flatMap(({ values }) => values.map((value) => [JSON.stringify(value), value])),
    )
    return { type: 'values', values: [...values.values()], isExact }
  }
  return { type: 'structural', parts: [{ type: 'anyOf', alternatives: some }], isExact: false }
}

/** Merges object constraints without an index signature, so that they form one type. */
function addConstraint(
  parts: readonly StructuralConstraint[],
  constraint: StructuralConstraint,
): readonly StructuralConstraint[] {
  if (constraint.type === 'reference') {
    return parts.some((other) => other.type === 'reference' && other.name === constraint.name)
      ? parts
      : [...parts, constraint]
  }
  if (constraint.type !== 'object' || constraint.index !== null) return [...parts, constraint]
  const at = parts.findIndex((other) => other.type === 'object' && other.index === null)
  const other = parts[at]
  if (other?.type !== 'object') return [...parts, constraint]
  const properties = new Map(other.properties.map((property) => [property.name, property]))
  for (const property of constraint.properties) {
    const known = properties.get(property.name)
    properties.set(
      property.name,
      known === undefined
        ? property
        : {
            name: property.name,
            schemas: mergeSchemas(known.schemas, property.schemas),
            required: known.required || property.required,
          },
    )
  }
  return parts.with(at, { type: 'object', properties: [...properties.values()], index: null })
}

function mergeSchemas(a: readonly Schema[], b: readonly Schema[]): readonly Schema[] {
  const all = [...new Set([...a, ...b])].filter((schema) => schema !== true)
  return all.length > 0 ? all : [true]
}
