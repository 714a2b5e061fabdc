import type { Schema } from './schema'

/** The six kinds of JSON values. They share no value, so what a schema allows can be told for each of them alone. */
export const KINDS = ['string', 'number', 'boolean', 'object', 'array', 'null'] as const

export type Kind = (typeof KINDS)[number]

/** What a schema allows, kind by kind. */
export type Form = Readonly<Record<Kind, Allowed>>

/**
 * Values of one kind. It may hold more than the schema allows, never less; `exact` says that it holds just these, so that
 * its opposite is known too.
 */
export type Allowed = { readonly exact: boolean } & (
  | { readonly is: 'none' | 'any' }
  | { readonly is: 'values'; readonly values: readonly unknown[] }
  | { readonly is: 'pieces'; readonly all: readonly Piece[] }
)

/** A condition on objects or arrays. */
export type Piece =
  | { readonly piece: 'reference'; readonly name: string }
  | ObjectPiece
  | ArrayPiece
  | { readonly piece: 'either'; readonly alternatives: readonly Allowed[] }

export interface ObjectPiece {
  readonly piece: 'object'
  readonly properties: readonly PropertyPiece[]
  /** Schemas of the properties that have no name: any one of them. Null where nothing is said. */
  readonly index: readonly Schema[] | null
}

export interface PropertyPiece {
  readonly name: string
  /** All of them hold. */
  readonly schemas: readonly Schema[]
  readonly required: boolean
}

export interface ArrayPiece {
  readonly piece: 'array'
  readonly tuple: readonly Schema[]
  /** Null where no more items may follow. */
  readonly items: Schema | null
  readonly minItems: number
}

export const NONE: Allowed = { is: 'none', exact: true }
export const ANY: Allowed = { is: 'any', exact: true }

export function everyKind(allowed: Allowed | ((kind: Kind) => Allowed)): Form {
  const of = typeof allowed === 'function' ? allowed : () => allowed
  return Object.fromEntries(KINDS.map((kind) => [kind, of(kind)])) as Form
}

export function both(a: Form, b: Form): Form {
  return everyKind((kind) => bothAllowed(a[kind], b[kind]))
}

export function either(forms: readonly Form[]): Form {
  return everyKind((kind) => eitherAllowed(forms.map((form) => form[kind])))
}

/** What the schema of a form refuses, as far as that is known. */
export function opposite(form: Form): Form {
  return everyKind((kind) => {
    const allowed = form[kind]
    if (allowed.is === 'none') return ANY
    if (allowed.is === 'any') return allowed.exact ? NONE : { is: 'any', exact: false }
    if (allowed.is === 'values' && allowed.exact && kind === 'boolean') {
      const values = [true, false].filter((value) => !allowed.values.includes(value))
      return values.length > 0 ? { is: 'values', values, exact: true } : NONE
    }
    if (allowed.is === 'values' && allowed.exact && kind === 'null') return NONE
    return { is: 'any', exact: false }
  })
}

/** The same form, not known to be exact. */
export function roughly(form: Form): Form {
  return everyKind((kind) => ({
    ...form[kind],
    exact: form[kind].is === 'none' && form[kind].exact,
  }))
}

function bothAllowed(a: Allowed, b: Allowed): Allowed {
  if (a.is === 'none' || b.is === 'none') return NONE
  const exact = a.exact && b.exact
  if (a.is === 'any') return { ...b, exact }
  if (b.is === 'any') return { ...a, exact }
  if (a.is === 'values' && b.is === 'values') {
    const texts = new Set(b.values.map((value) => JSON.stringify(value)))
    const values = a.values.filter((value) => texts.has(JSON.stringify(value)))
    return values.length > 0 ? { is: 'values', values, exact } : NONE
  }
  if (a.is === 'values') return { ...a, exact: false }
  if (b.is === 'values') return { ...b, exact: false }
  if (a.is !== 'pieces' || b.is !== 'pieces') return { is: 'any', exact: false }
  return { is: 'pieces', all: b.all.reduce(addPiece, a.all), exact }
}

function eitherAllowed(list: readonly Allowed[]): Allowed {
  const some = list.filter(({ is }) => is !== 'none')
  const exact = some.every((allowed) => allowed.exact)
  const any = some.find(({ is }) => is === 'any')
  if (any !== undefined)
    return { is: 'any', exact: some.some((one) => one.is === 'any' && one.exact) }
  const [first, ...others] = some
  if (first === undefined) return NONE
  if (others.length === 0) return first
  if (some.every((allowed) => allowed.is === 'values')) {
    const values = new Map(
      some.flatMap(({ values }) => values.map((value) => [JSON.stringify(value), value])),
    )
    return { is: 'values', values: [...values.values()], exact }
  }
  return { is: 'pieces', all: [{ piece: 'either', alternatives: some }], exact: false }
}

/** Object conditions without an index signature become one, so that they read as one type. */
function addPiece(all: readonly Piece[], piece: Piece): readonly Piece[] {
  if (piece.piece === 'reference') {
    return all.some((other) => other.piece === 'reference' && other.name === piece.name)
      ? all
      : [...all, piece]
  }
  if (piece.piece !== 'object' || piece.index !== null) return [...all, piece]
  const at = all.findIndex((other) => other.piece === 'object' && other.index === null)
  const other = all[at]
  if (other?.piece !== 'object') return [...all, piece]
  const properties = new Map(other.properties.map((property) => [property.name, property]))
  for (const property of piece.properties) {
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
  return all.with(at, { piece: 'object', properties: [...properties.values()], index: null })
}

function mergeSchemas(a: readonly Schema[], b: readonly Schema[]): readonly Schema[] {
  const all = [...new Set([...a, ...b])].filter((schema) => schema !== true)
  return all.length > 0 ? all : [true]
}
