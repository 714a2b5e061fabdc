import { formatCheck } from '../../filters/formats'
import { isReference, type Schema, type SchemaNode } from './schema'

/** Keywords that only describe, or that do nothing without another one. */
const SILENT = new Set([
  'documentation',
  'then',
  'else',
  'format',
  'minLength',
  'minItems',
  'minProperties',
])

/** Tells which schemas have something to check, so that no validator is written for those that take everything. */
export class Constraints {
  readonly #known = new Map<string, boolean>()
  readonly #formats: boolean

  /** @param formats whether formats are checked */
  constructor(modules: ReadonlyMap<string, Schema>, formats = true) {
    this.#formats = formats
    for (const name of modules.keys()) this.#known.set(name, false)
    // A circle of references adds nothing by itself: from "none of them" upwards until nothing changes.
    for (let changed = true; changed;) {
      changed = false
      for (const [name, schema] of modules) {
        if (this.#known.get(name) === true || !this.constrains(schema)) continue
        this.#known.set(name, true)
        changed = true
      }
    }
  }

  constrains(schema: Schema): boolean {
    if (typeof schema === 'boolean') return !schema
    if (isReference(schema)) return this.#known.get(schema.reference) ?? false
    return this.#ofNode(schema)
  }

  /** Modules below a schema whose validators are called. */
  called(schema: Schema): string[] {
    return [...references(schema)].filter((name) => this.#known.get(name) === true)
  }

  #ofNode(node: SchemaNode): boolean {
    const some = (list: readonly Schema[] = []): boolean => list.some((one) => this.constrains(one))
    const format = formatCheck(node.format, 'string') ?? formatCheck(node.format, 'number')
    if (this.#formats && format !== undefined) return true
    if ((node.minLength ?? 0) > 0 || (node.minItems ?? 0) > 0 || (node.minProperties ?? 0) > 0) {
      return true
    }
    return Object.keys(node).some((keyword) => {
      if (SILENT.has(keyword)) return false
      switch (keyword as keyof SchemaNode) {
        case 'tuple':
          return some(node.tuple)
        case 'items':
          return some([node.items ?? true])
        case 'properties':
          return some(node.properties?.map(({ schema }) => schema))
        case 'patternProperties':
          return some(node.patternProperties?.map(({ schema }) => schema))
        case 'dependencies':
          return some(node.dependencies?.map(({ schema }) => schema))
        case 'additionalProperties':
          return some([node.additionalProperties ?? true])
        case 'propertyNames':
          return some([node.propertyNames ?? true])
        case 'allOf':
          return some(node.allOf)
        case 'anyOf':
          return node.anyOf?.every((one) => this.constrains(one)) ?? false
        case 'not':
          return node.not !== false
        case 'required':
          return (node.required ?? []).length > 0
        case 'if':
          return some([node.then ?? true, node.else ?? true])
        default:
          return true
      }
    })
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
