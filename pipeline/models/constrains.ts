import { validatorText } from '../../filters/validators'
import { KINDS } from './forms'
import { isReference, type Schema } from './schema'

/** Tells which schemas have something to check, so that no validator is written or called for those that take everything. */
export class Constraints {
  readonly #checked = new Set<string>()
  readonly #modules: ReadonlyMap<string, Schema>
  readonly #formats: boolean

  /** @param formats whether formats are checked */
  constructor(modules: ReadonlyMap<string, Schema>, formats = true) {
    this.#modules = modules
    this.#formats = formats
    // A circle of references adds nothing by itself: from "none of them" upwards until nothing changes.
    let open = [...modules]
    for (let before = Infinity; open.length < before;) {
      before = open.length
      open = open.filter(([name, schema]) => {
        if (!this.constrains(schema)) return true
        this.#checked.add(name)
        return false
      })
    }
  }

  /** Whether a validator of the schema would have anything in it. */
  constrains(schema: Schema): boolean {
    if (typeof schema === 'boolean') return !schema
    if (isReference(schema)) return this.#checked.has(schema.reference)
    // Most schemas say what they are, and are not worth a try; a list of all types says nothing.
    const count = schema.types?.length ?? 0
    if (count > 0 && count < KINDS.length) return true
    const request = { name: 'check', schema, exported: false }
    return validatorText([request], this.called(schema), this.#formats).code !== ''
  }

  /** Modules below a schema whose validators are called. */
  called(schema: Schema): string[] {
    return [...references(schema)].filter((name) => this.#checked.has(name))
  }

  /** The same, with the modules below those, and so on. */
  reachable(schemas: readonly Schema[]): Set<string> {
    const found = new Set<string>()
    const queue = schemas.flatMap((schema) => this.called(schema))
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      if (found.has(name)) continue
      found.add(name)
      queue.push(...this.called(this.#modules.get(name) ?? true))
    }
    return found
  }
}

/** Modules that a schema refers to. */
export function references(schema: Schema, found = new Set<string>()): Set<string> {
  if (typeof schema === 'boolean') return found
  if (isReference(schema)) return found.add(schema.reference)
  const { tuple, allOf, anyOf, oneOf, properties, patternProperties, dependencies } = schema
  const parts: readonly (Schema | undefined)[] = [
    ...[tuple, allOf, anyOf, oneOf].flatMap((list) => list ?? []),
    ...[properties, patternProperties, dependencies].flatMap(
      (list) => list?.map((one) => one.schema) ?? [],
    ),
    ...[schema.items, schema.contains, schema.additionalProperties, schema.propertyNames],
    ...[schema.not, schema.if, schema.then, schema.else],
  ]
  for (const part of parts) {
    if (part !== undefined) references(part, found)
  }
  return found
}
