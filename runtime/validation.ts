import type { ValidationError, ValidationResult } from './model'

/**
 * A generated validator: tells whether a value follows its schema, and reports what does not.
 * Pointers are relative to the value.
 */
export type Check = (value: unknown, report: ValidationReport) => boolean

/** Where validators report to, by the functions below: V8 and minifiers do better with those than with methods. */
export interface ValidationReport {
  /** How many errors there are so far. */
  count: number
  errors: ValidationError[] | undefined
  /** How many errors are kept. */
  readonly most: number
  /** Where the errors of the validator that answered last begin. */
  start: number
}

function reportOf(most: number): ValidationReport {
  return { count: 0, errors: undefined, most, start: 0 }
}

/** Keeps no error: for alternatives, of which only the verdict counts. */
export const silent: ValidationReport = /* @__PURE__ */ reportOf(0)

/** Adds an error. @returns whether the validator is to stop */
export function stop(
  report: ValidationReport,
  pointer: string,
  expected: string,
  found: unknown,
): boolean {
  if (report.count < report.most) {
    const error = { pointer, expected, found: describe(found) }
    if (report.errors === undefined) report.errors = [error]
    else report.errors.push(error)
    report.count += 1
  }
  return report.count >= report.most
}

/** Adds the only error of a validator. @returns false, which is what the validator answers */
export function refuse(
  report: ValidationReport,
  pointer: string,
  expected: string,
  found: unknown,
): false {
  report.start = report.count
  stop(report, pointer, expected, found)
  return false
}

/** What a validator answers in the end: whether there is no error after the first `start`. */
export function passed(report: ValidationReport, start: number): boolean {
  report.start = start
  return report.count === start
}

/** Puts the place of a part before the pointers of the errors that its validator added. @returns whether to stop */
export function within(report: ValidationReport, pointer: string): boolean {
  for (const error of report.errors?.slice(report.start) ?? []) {
    error.pointer = pointer + error.pointer
  }
  return report.count >= report.most
}

/** More errors than memory holds: a small integer, which engines compare faster than `Infinity`. */
const ALL = 0x3fffffff

const VALID: ValidationResult = /* @__PURE__ */ Object.freeze({ valid: true })

/** Runs a validator. */
export function validate(
  check: Check | null,
  value: unknown,
  options?: { all?: boolean },
): ValidationResult {
  try {
    const report = reportOf(options?.all === true ? ALL : 1)
    if (check === null || check(value, report)) return VALID
    return { valid: false, errors: report.errors ?? [] }
  } catch (error) {
    // The stack is too short for what a peer has nested; everything else is not ours to hide.
    if (!(error instanceof RangeError)) throw error
    const expected = 'a value that is nested less deeply'
    return { valid: false, errors: [{ pointer: '', expected, found: 'a deeply nested value' }] }
  }
}

/** Longest text of a value in an error, in characters. */
const MAX_FOUND = 80

/** A value in words: short text as JSON, everything else by kind and size. */
export function describe(value: unknown): string {
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
export function segment(key: string | number): string {
  return `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** Whether a value is what JSON calls an object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a value is an array, its items unknown. */
export function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

/** Whether a value is a number that JSON can say. */
export function isNumber(value: unknown): value is number {
  return Number.isFinite(value)
}

/** Whether a value is a number without a fraction. */
export function isInteger(value: unknown): value is number {
  return Number.isInteger(value)
}

/** Whether a number is a multiple of another one, as far as binary fractions tell. */
export function isMultiple(value: number, of: number): boolean {
  return Number.isInteger(value / of)
}

/** A property of the object itself: for names that prototypes have too. */
export function own(object: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/** The names that JSON text of the object would have. */
export function keys(object: Readonly<Record<string, unknown>>): string[] {
  const names = Object.keys(object)
  for (const name of names) {
    if (object[name] === undefined) return names.filter((each) => object[each] !== undefined)
  }
  return names
}

/** Whether a string has fewer code points than that. */
export function isShorter(text: string, length: number): boolean {
  return text.length < length || (text.length < 2 * length && codePoints(text) < length)
}

/** Whether a string has more code points than that. */
export function isLonger(text: string, length: number): boolean {
  return text.length > length && (text.length > 2 * length || codePoints(text) > length)
}

/** Length of a string in code points, as JSON Schema counts (draft 7, validation §6.3.1). */
function codePoints(text: string): number {
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
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) {
    return (
      Array.isArray(b) && a.length === b.length && a.every((item, index) => equal(item, b[index]))
    )
  }
  if (!isObject(a) || !isObject(b)) return false
  const names = keys(a)
  if (names.length !== keys(b).length) return false
  return names.every((name) => Object.hasOwn(b, name) && equal(a[name], b[name]))
}

/** Whether all items differ. Takes time in proportion to their size, not to the square of their number. */
export function unique(items: readonly unknown[]): boolean {
  if (items.length < 2) return true
  return new Set(items.map(identity)).size === items.length
}

/** Equal values, and only those, have the same. */
function identity(value: unknown): unknown {
  return typeof value === 'object' && value !== null
    ? `#${canonical(value)}`
    : typeof value === 'string'
      ? `"${value}`
      : value
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (!isObject(value)) return marshalScalar(value)
  const members = keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)
  return `{${members.join()}}`
}

function marshalScalar(value: unknown): string {
  return value === undefined ? 'null' : Object.is(value, -0) ? '0' : JSON.stringify(value)
}
