import { isEqual, isMultiple, isObject } from '../../runtime/validation'
import { isReference, type Pattern, type Schema, type SchemaNode } from '../schema/schema'
import { hasFormat } from './formats'
import { isFastOnShortText } from '../schema/regex-safety'

/** Returns the schema of a module. */
export type ResolveSchema = (name: string) => Schema | undefined

/** Maximum text length for an expression of the document, see `isFastOnShortText`. */
const MAX_PATTERN_INPUT = 64

/** Maximum number of references to follow: a few schemas can reference each other in 2^64 ways. */
const MAX_REFERENCES = 20_000

/** Thrown if the check of a schema would take too long. */
class BudgetExceeded extends Error {}

/** Runs a check with a limit on the number of references; `undefined` if the limit is exceeded. */
export function withBudget<T>(
  resolve: ResolveSchema,
  check: (resolve: ResolveSchema) => T,
): T | undefined {
  let remaining = MAX_REFERENCES
  try {
    return check((name) => {
      if (remaining === 0) throw new BudgetExceeded()
      remaining -= 1
      return resolve(name)
    })
  } catch (error) {
    if (error instanceof BudgetExceeded) return undefined
    throw error
  }
}

/**
 * Whether a value matches a schema: JSON Schema draft 7, consistent with the generated validators. False if the check
 * could take too long, because the result only selects examples.
 */
export function isValidValue(
  schema: Schema,
  value: unknown,
  resolve: ResolveSchema,
  depth = 0,
): boolean {
  if (typeof schema === 'boolean') return schema
  if (depth > 64) return false
  if (isReference(schema)) {
    const target = resolve(schema.reference)
    return target === undefined || isValidValue(target, value, resolve, depth + 1)
  }
  const inner = (other: Schema, part: unknown): boolean =>
    isValidValue(other, part, resolve, depth + 1)
  return (
    isValidType(schema, value) &&
    (schema.values?.some((allowed) => isEqual(allowed, value)) ?? true) &&
    (schema.format === undefined || hasFormat(value, schema.format)) &&
    (typeof value !== 'number' || isValidNumber(schema, value)) &&
    (typeof value !== 'string' || isValidString(schema, value)) &&
    (!Array.isArray(value) || isValidArray(schema, value, inner)) &&
    (!isObject(value) || isValidObject(schema, value, inner)) &&
    isValidCombination(schema, value, inner)
  )
}

type IsValidPart = (schema: Schema, part: unknown) => boolean

function isValidType({ types }: SchemaNode, value: unknown): boolean {
  if (types === undefined) return true
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
  return types.some((allowed) =>
    allowed === 'integer' ? Number.isInteger(value) : allowed === type,
  )
}

function isValidNumber(schema: SchemaNode, value: number): boolean {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
  return (
    Number.isFinite(value) &&
    value >= (minimum ?? -Infinity) &&
    value <= (maximum ?? Infinity) &&
    value > (exclusiveMinimum ?? -Infinity) &&
    value < (exclusiveMaximum ?? Infinity) &&
    (multipleOf === undefined || isMultiple(value, multipleOf))
  )
}

function isValidString({ minLength, maxLength, pattern }: SchemaNode, value: string): boolean {
  const length = [...value].length
  return (
    length >= (minLength ?? 0) &&
    length <= (maxLength ?? Infinity) &&
    (pattern === undefined || matchesPattern(pattern, value))
  )
}

export function matchesPattern(pattern: Pattern, text: string): boolean {
  return (
    text.length <= MAX_PATTERN_INPUT &&
    isFastOnShortText(pattern) &&
    new RegExp(pattern.source, pattern.flags).test(text)
  )
}

function isValidArray(schema: SchemaNode, value: readonly unknown[], inner: IsValidPart): boolean {
  const { tuple = [], items, contains, minItems, maxItems, uniqueItems } = schema
  return (
    value.length >= (minItems ?? 0) &&
    value.length <= (maxItems ?? Infinity) &&
    value.every((item, index) => inner(tuple[index] ?? items ?? true, item)) &&
    (contains === undefined || value.some((item) => inner(contains, item))) &&
    (uniqueItems !== true ||
      value.every((item, index) => value.slice(0, index).every((other) => !isEqual(other, item))))
  )
}

function isValidObject(
  schema: SchemaNode,
  value: Readonly<Record<string, unknown>>,
  inner: IsValidPart,
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
        ...patternProperties.filter(({ pattern }) => matchesPattern(pattern, name)),
      ].map((part) => part.schema)
      return (own.length > 0 ? own : [additionalProperties]).every((part) =>
        inner(part, value[name]),
      )
    })
  )
}

function isValidCombination(schema: SchemaNode, value: unknown, inner: IsValidPart): boolean {
  const isValidFor = (other: Schema): boolean => inner(other, value)
  const branch =
    schema.if === undefined ? undefined : isValidFor(schema.if) ? schema.then : schema.else
  return (
    (schema.allOf?.every(isValidFor) ?? true) &&
    (schema.anyOf?.some(isValidFor) ?? true) &&
    (schema.oneOf === undefined || schema.oneOf.filter(isValidFor).length === 1) &&
    (schema.not === undefined || !isValidFor(schema.not)) &&
    (branch === undefined || isValidFor(branch))
  )
}
