import { isReference, type Pattern, type Schema, type SchemaNode } from '../models/schema'
import { hasFormat } from './formats'
import { isQuick } from './pattern-cost'

/** Finds the schema of a module by its name. */
export type Resolve = (name: string) => Schema | undefined

/** Longest text that an expression of the document is tried on here: it may take time without bounds. */
const LONGEST_TRY = 64

/** References that are followed before the answer is given up: a few schemas can refer to each other in 2^64 ways. */
const MAX_REFERENCES = 20_000

/** A question about a schema that would take too long to answer. */
class TooLong extends Error {}

/** An answer that may follow so many references and no more; `undefined` where that does not suffice. */
export function withinLimits<T>(resolve: Resolve, answer: (resolve: Resolve) => T): T | undefined {
  let left = MAX_REFERENCES
  try {
    return answer((name) => {
      if (left === 0) throw new TooLong()
      left -= 1
      return resolve(name)
    })
  } catch (error) {
    if (error instanceof TooLong) return undefined
    throw error
  }
}

/**
 * Whether a value meets a schema: JSON Schema draft 7, as the generated validators decide. Where the answer could take too
 * long it is no: this only chooses among examples.
 */
export function holds(schema: Schema, value: unknown, resolve: Resolve, depth = 0): boolean {
  if (typeof schema === 'boolean') return schema
  if (depth > 64) return false
  if (isReference(schema)) {
    const target = resolve(schema.reference)
    return target === undefined || holds(target, value, resolve, depth + 1)
  }
  const inner = (other: Schema, part: unknown): boolean => holds(other, part, resolve, depth + 1)
  return (
    holdsType(schema, value) &&
    (schema.values?.some((allowed) => equal(allowed, value)) ?? true) &&
    (schema.format === undefined || hasFormat(value, schema.format)) &&
    (typeof value !== 'number' || holdsNumber(schema, value)) &&
    (typeof value !== 'string' || holdsText(schema, value)) &&
    (!Array.isArray(value) || holdsArray(schema, value, inner)) &&
    (!isObject(value) || holdsObject(schema, value, inner)) &&
    holdsCombined(schema, value, inner)
  )
}

type Inner = (schema: Schema, part: unknown) => boolean

function holdsType({ types }: SchemaNode, value: unknown): boolean {
  if (types === undefined) return true
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
  return types.some((allowed) =>
    allowed === 'integer' ? Number.isInteger(value) : allowed === type,
  )
}

function holdsNumber(schema: SchemaNode, value: number): boolean {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
  const quotient = multipleOf === undefined ? 0 : value / multipleOf
  return (
    Number.isFinite(value) &&
    value >= (minimum ?? -Infinity) &&
    value <= (maximum ?? Infinity) &&
    value > (exclusiveMinimum ?? -Infinity) &&
    value < (exclusiveMaximum ?? Infinity) &&
    Number.isInteger(quotient)
  )
}

function holdsText({ minLength, maxLength, pattern }: SchemaNode, value: string): boolean {
  const length = [...value].length
  return (
    length >= (minLength ?? 0) &&
    length <= (maxLength ?? Infinity) &&
    (pattern === undefined || matches(pattern, value))
  )
}

export function matches({ source, flags }: Pattern, text: string): boolean {
  return (
    text.length <= LONGEST_TRY &&
    isQuick(source, LONGEST_TRY) &&
    new RegExp(source, flags).test(text)
  )
}

function holdsArray(schema: SchemaNode, value: readonly unknown[], inner: Inner): boolean {
  const { tuple = [], items, contains, minItems, maxItems, uniqueItems } = schema
  return (
    value.length >= (minItems ?? 0) &&
    value.length <= (maxItems ?? Infinity) &&
    value.every((item, index) => inner(tuple[index] ?? items ?? true, item)) &&
    (contains === undefined || value.some((item) => inner(contains, item))) &&
    (uniqueItems !== true ||
      value.every((item, index) => value.slice(0, index).every((other) => !equal(other, item))))
  )
}

function holdsObject(
  schema: SchemaNode,
  value: Readonly<Record<string, unknown>>,
  inner: Inner,
): boolean {
  const { properties = [], patternProperties = [], additionalProperties = true } = schema
  const names = Object.keys(value)
  return (
    names.length >= (schema.minProperties ?? 0) &&
    names.length <= (schema.maxProperties ?? Infinity) &&
    (schema.required ?? []).every((name) => Object.hasOwn(value, name)) &&
    (schema.propertyNames === undefined ||
      names.every((name) => inner(schema.propertyNames ?? true, name))) &&
    (schema.dependencies ?? []).every(
      (dependency) => !Object.hasOwn(value, dependency.name) || inner(dependency.schema, value),
    ) &&
    names.every((name) => {
      const own = [
        ...properties.filter((property) => property.name === name),
        ...patternProperties.filter(({ pattern }) => matches(pattern, name)),
      ].map((part) => part.schema)
      return (own.length > 0 ? own : [additionalProperties]).every((part) =>
        inner(part, value[name]),
      )
    })
  )
}

function holdsCombined(schema: SchemaNode, value: unknown, inner: Inner): boolean {
  const holdsIt = (other: Schema): boolean => inner(other, value)
  const branch =
    schema.if === undefined ? undefined : holdsIt(schema.if) ? schema.then : schema.else
  return (
    (schema.allOf?.every(holdsIt) ?? true) &&
    (schema.anyOf?.some(holdsIt) ?? true) &&
    (schema.oneOf === undefined || schema.oneOf.filter(holdsIt).length === 1) &&
    (schema.not === undefined || !holdsIt(schema.not)) &&
    (branch === undefined || holdsIt(branch))
  )
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Equality of JSON values: the order of properties does not matter. */
function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => equal(item, b[index]))
  }
  if (!isObject(a) || !isObject(b)) return false
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && equal(a[name], b[name]))
  )
}
