import { isNode, isReference, type Schema } from './schema'

/** The property whose constant distinguishes the alternatives, and the alternative of each constant. */
export interface Discrimination {
  readonly property: string
  readonly alternatives: ReadonlyMap<string, Schema>
}

/** Constants of the required properties of a schema, by name. */
type Constants = ReadonlyMap<string, readonly unknown[]>

/** Undefined unless one property has distinct text constants in every alternative. */
export function discriminate(
  alternatives: readonly Schema[],
  resolve: (module: string) => Schema | undefined,
): Discrimination | undefined {
  if (alternatives.length < 2) return undefined
  const constants = alternatives.map((schema) => constantsOf(schema, resolve, new Set()))
  const [first, ...others] = constants
  for (const property of first?.keys() ?? []) {
    if (!others.every((other) => other.has(property))) continue
    const found = new Map<string, Schema>()
    const values = constants.flatMap((own, index) =>
      (own.get(property) ?? []).map((value) => {
        const schema = alternatives[index]
        if (typeof value === 'string' && schema !== undefined) found.set(value, schema)
        return value
      }),
    )
    // `'__proto__'` in an object literal would set the prototype.
    if (found.size === values.length && !found.has('__proto__')) {
      return { property, alternatives: found }
    }
  }
  return undefined
}

function constantsOf(
  schema: Schema,
  resolve: (module: string) => Schema | undefined,
  open: ReadonlySet<string>,
): Constants {
  if (isReference(schema)) {
    const { reference } = schema
    if (open.has(reference)) return new Map()
    return constantsOf(resolve(reference) ?? true, resolve, new Set([...open, reference]))
  }
  if (!isNode(schema)) return new Map()
  const own = (schema.properties ?? []).flatMap(({ name, schema: inner }) =>
    isNode(inner) && inner.values !== undefined ? [[name, inner.values] as const] : [],
  )
  const parts = (schema.allOf ?? []).flatMap((part) => [...constantsOf(part, resolve, open)])
  return new Map([...parts, ...own])
}
