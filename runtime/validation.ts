import type { ValidationError, ValidationResult } from './model'

/**
 * A generated validator: tells whether a value follows its schema, and reports what does not.
 * Pointers are relative to the value.
 */
export type Check = (value: unknown, report: ValidationReport) => boolean

/** Where validators report to. A silent one only learns that something is wrong; then the first finding ends the work. */
export interface ValidationReport {
  /** How many errors there are so far; always 0 in a silent report. */
  readonly count: number
  /** Adds an error. @returns whether to stop */
  stop(pointer: string, expected: string, found: unknown): boolean
  /** Puts the place of a part before the pointers of the errors after the first `from`. @returns whether to stop */
  within(from: number, pointer: string): boolean
}

/** Reports nothing: for a first pass, and for alternatives of which only the verdict counts. */
export const silent: ValidationReport = {
  count: 0,
  stop: () => true,
  within: () => true,
}

const VALID: ValidationResult = /* @__PURE__ */ Object.freeze({ valid: true })

/** Runs a validator. Valid values cost one silent pass; the errors of others are collected in a second one. */
export function validate(
  check: Check | null,
  value: unknown,
  options?: { all?: boolean },
): ValidationResult {
  try {
    if (check === null || check(value, silent)) return VALID
    const report = new Errors(options?.all === true)
    check(value, report)
    return { valid: false, errors: report.errors }
  } catch (error) {
    // The stack is too short for what a peer has nested; everything else is not ours to hide.
    if (!(error instanceof RangeError)) throw error
    const expected = 'a value that is nested less deeply'
    return { valid: false, errors: [{ pointer: '', expected, found: 'a deeply nested value' }] }
  }
}

class Errors implements ValidationReport {
  readonly errors: ValidationError[] = []
  readonly #all: boolean

  constructor(all: boolean) {
    this.#all = all
  }

  get count(): number {
    return this.errors.length
  }

  stop(pointer: string, expected: string, found: unknown): boolean {
    this.errors.push({ pointer, expected, found: describe(found) })
    return !this.#all
  }

  within(from: number, pointer: string): boolean {
    for (const error of this.errors.slice(from)) error.pointer = pointer + error.pointer
    return !this.#all
  }
}

/** Longest text of a value in an error, in characters. */
const MAX_FOUND = 80

/** A value in words: short text as JSON, everything else by kind and size. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value === 'string') {
    const text = JSON.stringify(value.slice(0, MAX_FOUND))
    return value.length > MAX_FOUND ? `${text}… (${value.length} characters)` : text
  }
  return typeof value === 'number' || typeof value === 'boolean' || value === null
    ? String(value)
    : `a ${typeof value}`
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
