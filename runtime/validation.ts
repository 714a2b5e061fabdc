import type { ValidationError, ValidationResult } from './core/model'

/**
 * A generated validator: returns whether a value matches its schema, and reports the errors. Pointers are relative to the
 * value.
 */
export type Validator = (value: unknown, report: ValidationReport) => boolean

/**
 * Collects the errors of validators through the functions below: V8 and minifiers optimize functions better than methods.
 */
export interface ValidationReport {
  /** Number of errors so far. */
  count: number
  errors: ValidationError[] | undefined
  /** Maximum number of errors to keep. */
  readonly maxErrors: number
  /** Index of the first error of the last validator that returned. */
  start: number
}

function createReport(maxErrors: number): ValidationReport {
  return { count: 0, errors: undefined, maxErrors, start: 0 }
}

/** Keeps no errors: for alternatives, of which only the result is used. */
export const DISCARD: ValidationReport = /* @__PURE__ */ createReport(0)

/** Adds an error. @returns whether the validator must stop */
export function addError(
  report: ValidationReport,
  pointer: string,
  expected: string,
  found: unknown,
): boolean {
  if (report.count < report.maxErrors) {
    const error = { pointer, expected, found: valueText(found) }
    if (report.errors === undefined) report.errors = [error]
    else report.errors.push(error)
    report.count += 1
  }
  return report.count >= report.maxErrors
}

/** Adds the only error of a validator. @returns false, the result of the validator */
export function fail(
  report: ValidationReport,
  pointer: string,
  expected: string,
  found: unknown,
): false {
  report.start = report.count
  addError(report, pointer, expected, found)
  return false
}

/** The result of a validator: whether there are no errors after the first `start`. */
export function isValid(report: ValidationReport, start: number): boolean {
  report.start = start
  return report.count === start
}

/** Prepends the location of a part to the pointers of the errors of its validator. @returns whether to stop */
export function prefixErrors(report: ValidationReport, pointer: string): boolean {
  for (const error of report.errors?.slice(report.start) ?? []) {
    error.pointer = pointer + error.pointer
  }
  return report.count >= report.maxErrors
}

/**
 * Adds the errors of the alternative that a constant property of the value selects. If it selects none, adds the error that
 * no alternative matches.
 * @returns whether the validator must stop
 */
export function addAlternativeErrors(
  report: ValidationReport,
  pointer: string,
  expected: string,
  value: unknown,
  property: string,
  checks: Readonly<Record<string, Validator>>,
): boolean {
  const constant = isObject(value) ? ownProperty(value, property) : undefined
  const isKnown = typeof constant === 'string' && Object.hasOwn(checks, constant)
  const check = isKnown ? checks[constant] : undefined
  if (check !== undefined && !check(value, report)) return prefixErrors(report, pointer)
  return addError(report, pointer, expected, value)
}

/** More errors than fit in memory: a small integer, which engines compare faster than `Infinity`. */
const UNLIMITED = 0x3fffffff

const VALID: ValidationResult = /* @__PURE__ */ Object.freeze({ valid: true })

/** Runs a validator. */
export function validate(
  check: Validator | null,
  value: unknown,
  options?: { all?: boolean },
): ValidationResult {
  try {
    const report = createReport(options?.all === true ? UNLIMITED : 1)
    if (check === null || check(value, report)) return VALID
    return { valid: false, errors: report.errors ?? [] }
  } catch (error) {
    // The stack is too short for the nesting of the value; all other errors are rethrown.
    if (!(error instanceof RangeError)) throw error
    const expected = 'a value that is nested less deeply'
    return { valid: false, errors: [{ pointer: '', expected, found: 'a deeply nested value' }] }
  }
}

/** Maximum length of the text of a value in an error, in characters. */
const MAX_FOUND = 80

/** Describes a value: short text as JSON, everything else by type and size. */
export function valueText(value: unknown): string {
  switch (typeof value) {
    case 'number':
    case 'boolean':
      return String(value)
    case 'undefined':
      return 'nothing'
    case 'string': {
      const text = JSON.stringify(value.slice(0, MAX_FOUND))
      return value.length > MAX_FOUND ? `${text}… (${value.length} characters)` : text
    }
    case 'object':
      if (value === null) return 'null'
      return Array.isArray(value) ? `an array of ${value.length}` : 'an object'
    default:
      return `a ${typeof value}`
  }
}

/** One segment of a JSON pointer (RFC 6901 §3). */
export function pointerSegment(key: string | number): string {
  return `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** Whether a value is an object in terms of JSON. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a value is an array, with items of unknown types. */
export function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

/** Whether a value is a number that JSON can represent. */
export function isNumber(value: unknown): value is number {
  return Number.isFinite(value)
}

/** Whether a value is a number without a fraction. */
export function isInteger(value: unknown): value is number {
  return Number.isInteger(value)
}

/** Whether a number is a multiple of another one. Both count as the decimals that JSON has for them. */
export function isMultiple(value: number, of: number): boolean {
  if (Number.isInteger(of)) return Number.isInteger(value / of)
  // Binary fractions round the quotient: 0.07 / 0.01 is 7.000000000000001.
  const exponent = Math.min(decimalOf(value).exponent, decimalOf(of).exponent)
  return scaledInteger(value, exponent) % scaledInteger(of, exponent) === BigInt(0)
}

/** The shortest decimal that is read as the number: `digits` × 10^`exponent`. */
function decimalOf(value: number): { digits: string; exponent: number } {
  const [mantissa = '', exponent] = value.toExponential().split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  return { digits: whole + fraction, exponent: Number(exponent) - fraction.length }
}

/** A number divided by 10^`exponent`, which must not be larger than that of its decimal. */
function scaledInteger(value: number, exponent: number): bigint {
  const decimal = decimalOf(value)
  return BigInt(decimal.digits + '0'.repeat(decimal.exponent - exponent))
}

/** An own property of an object: for names that prototypes also have. */
export function ownProperty(object: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/** The names that the JSON text of the object would have. */
export function definedKeys(object: Readonly<Record<string, unknown>>): string[] {
  const names = Object.keys(object)
  for (const name of names) {
    if (object[name] === undefined) return names.filter((each) => object[each] !== undefined)
  }
  return names
}

/** Whether a string has fewer code points than `length`. */
export function isShorter(text: string, length: number): boolean {
  return text.length < length || (text.length < 2 * length && countCodePoints(text) < length)
}

/** Whether a string has more code points than `length`. */
export function isLonger(text: string, length: number): boolean {
  return text.length > length && (text.length > 2 * length || countCodePoints(text) > length)
}

/** Length of a string in code points, as JSON Schema defines it (draft 7, validation §6.3.1). */
function countCodePoints(text: string): number {
  let count = text.length
  for (let index = 0; index < text.length - 1; index += 1) {
    if ((text.charCodeAt(index) & 0xfc00) !== 0xd800) continue
    if ((text.charCodeAt(index + 1) & 0xfc00) !== 0xdc00) continue
    count -= 1
    index += 1
  }
  return count
}

/** Equality of JSON values: members in any order, numbers by value (draft 7, core §4.2.3). */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) {
    return (
      Array.isArray(b) && a.length === b.length && a.every((item, index) => isEqual(item, b[index]))
    )
  }
  if (!isObject(a) || !isObject(b)) return false
  const names = definedKeys(a)
  if (names.length !== definedKeys(b).length) return false
  return names.every((name) => Object.hasOwn(b, name) && isEqual(a[name], b[name]))
}

/** Whether all items differ. The time is proportional to their size, not to the square of their number. */
export function hasUniqueItems(items: readonly unknown[]): boolean {
  if (items.length < 2) return true
  return new Set(items.map(comparisonKey)).size === items.length
}

/** A key that is the same for equal values, and only for these. */
function comparisonKey(value: unknown): unknown {
  return typeof value === 'object' && value !== null
    ? `#${canonicalText(value)}`
    : typeof value === 'string'
      ? `"${value}`
      : value
}

function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join()}]`
  if (!isObject(value)) return scalarText(value)
  const members = definedKeys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalText(value[key])}`)
  return `{${members.join()}}`
}

function scalarText(value: unknown): string {
  return value === undefined ? 'null' : Object.is(value, -0) ? '0' : JSON.stringify(value)
}
