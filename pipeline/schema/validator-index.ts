import { findFormat } from './formats'
import { isReference, type Schema, type SchemaNode } from './schema'

/** Finds the schemas that need validation, so that no validator is generated or called for schemas that accept everything. */
export class ValidatorIndex {
  readonly #validated = new Set<string>()
  readonly #modules: ReadonlyMap<string, Schema>
  readonly #checksFormats: boolean

  /** @param checksFormats whether formats are checked */
  constructor(modules: ReadonlyMap<string, Schema>, checksFormats = true) {
    this.#modules = modules
    this.#checksFormats = checksFormats
    // Fixed-point iteration for cyclic references: starts with no validated modules and adds modules until nothing changes.
    let open = [...modules]
    for (let before = Infinity; open.length < before;) {
      before = open.length
      open = open.filter(([name, schema]) => {
        if (!this.needsValidator(schema)) return true
        this.#validated.add(name)
        return false
      })
    }
  }

  /** Whether the schema refuses some value. False positives are possible, e.g. `not: { not: {} }`. */
  needsValidator(schema: Schema): boolean {
    if (typeof schema === 'boolean') return !schema
    if (isReference(schema)) return this.#validated.has(schema.reference)
    return (
      schema.types !== undefined ||
      schema.values !== undefined ||
      this.#restrictsScalars(schema) ||
      this.#restrictsObjects(schema) ||
      this.#restrictsArrays(schema) ||
      this.#restrictsCombined(schema)
    )
  }

  /** Modules that a schema references and that have a validator. */
  dependencies(schema: Schema): string[] {
    return [...referencedModules(schema)].filter((name) => this.#validated.has(name))
  }

  /** Like `dependencies`, transitively. */
  reachable(schemas: readonly Schema[]): Set<string> {
    const found = new Set<string>()
    const queue = schemas.flatMap((schema) => this.dependencies(schema))
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      if (found.has(name)) continue
      found.add(name)
      queue.push(...this.dependencies(this.#modules.get(name) ?? true))
    }
    return found
  }

  #restrictsScalars(node: SchemaNode): boolean {
    const { minLength = 0, format } = node
    return (
      minLength > 0 ||
      isAnyDefined(node.maxLength, node.pattern, node.multipleOf) ||
      isAnyDefined(node.minimum, node.maximum, node.exclusiveMinimum, node.exclusiveMaximum) ||
      (this.#checksFormats &&
        isAnyDefined(findFormat(format, 'string'), findFormat(format, 'number')))
    )
  }

  #restrictsObjects(node: SchemaNode): boolean {
    const { required = [], minProperties = 0, properties = [], patternProperties = [] } = node
    return (
      required.length > 0 ||
      minProperties > 0 ||
      node.maxProperties !== undefined ||
      [...properties, ...patternProperties].some(({ schema }) => this.needsValidator(schema)) ||
      this.needsValidator(node.additionalProperties ?? true) ||
      this.needsValidator(node.propertyNames ?? true)
    )
  }

  #restrictsArrays(node: SchemaNode): boolean {
    const { minItems = 0, tuple = [], items = true } = node
    return (
      minItems > 0 ||
      isAnyDefined(node.maxItems, node.uniqueItems, node.contains) ||
      tuple.some((schema) => this.needsValidator(schema)) ||
      this.needsValidator(items)
    )
  }

  #restrictsCombined(node: SchemaNode): boolean {
    const { allOf = [], anyOf, dependencies = [] } = node
    const needs = (schema: Schema): boolean => this.needsValidator(schema)
    return (
      allOf.some(needs) ||
      (anyOf?.every(needs) ?? false) ||
      (node.oneOf !== undefined && this.#restrictsOneOf(node.oneOf)) ||
      (node.not !== undefined && node.not !== false) ||
      (node.if !== undefined && this.#restrictsConditional(node, node.if)) ||
      dependencies.some(({ schema }) => needs(schema))
    )
  }

  /** `oneOf` accepts everything only if exactly one alternative is possible (not `false`) and accepts everything. */
  #restrictsOneOf(alternatives: readonly Schema[]): boolean {
    const possible = alternatives.filter((schema) => schema !== false)
    const [first] = possible
    return first === undefined || possible.length > 1 || this.needsValidator(first)
  }

  #restrictsConditional(node: SchemaNode, condition: Schema): boolean {
    const then = node.then ?? true
    const otherwise = node.else ?? true
    if (condition === false) return this.needsValidator(otherwise)
    if (!this.needsValidator(condition)) return this.needsValidator(then)
    return this.needsValidator(then) || this.needsValidator(otherwise)
  }
}

function isAnyDefined(...values: readonly unknown[]): boolean {
  return values.some((value) => value !== undefined)
}

export function referencedModules(schema: Schema, found = new Set<string>()): Set<string> {
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
    if (part !== undefined) referencedModules(part, found)
  }
  return found
}
