import { literal } from './literals'

/** A condition that holds for wrong values, and what was expected. */
export interface Finding {
  readonly wrong: string
  readonly expected: string
}

const GUARD = /^if \((.+)\) return false$/

/** A statement of one line: where all conditions hold, the validator ends there. */
export function guard(...conditions: readonly string[]): string {
  return `if (${conditions.join(' && ')}) return false`
}

/** Code for where a test holds: a single guard gets the test as its first condition. */
export function when(test: string, code: string): string {
  const condition = GUARD.exec(code)?.[1]
  return condition === undefined ? branch(test, code) : guard(test, condition)
}

/** The same where another branch may follow. */
export function branch(test: string, code: string): string {
  return `if (${test}) {\n${code}\n}`
}

/** What follows an `else`: a guard needs no braces. */
export function otherwise(code: string): string {
  return GUARD.test(code) ? code : `{\n${code}\n}`
}

/** What a validator does with its report: the functions of `runtime/validation`. */
export const REPORTING = ['passed', 'refuse', 'stop', 'within'] as const

/** `stop(report, …)` for a value. */
export function stop(pointer: string, expected: string, value: string): string {
  return told('stop', pointer, expected, value)
}

/** `refuse(report, …)` for a value. */
export function refuse(pointer: string, expected: string, value: string): string {
  return told('refuse', pointer, expected, value)
}

function told(
  name: (typeof REPORTING)[number],
  pointer: string,
  expected: string,
  value: string,
): string {
  return `${name}(report, ${pointer}, ${literal(expected).text}, ${value})`
}

export function findingCode({ wrong, expected }: Finding, pointer: string, value: string): string {
  return guard(wrong, stop(pointer, expected, value))
}

export function lines(...code: readonly string[]): string {
  return code.filter((line) => line !== '').join('\n')
}
