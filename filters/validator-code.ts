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

export function isGuard(code: string): boolean {
  return GUARD.test(code)
}

/** Code for where a test holds: a single guard gets the test as its first condition. */
export function when(test: string, code: string): string {
  const condition = GUARD.exec(code)?.[1]
  return condition === undefined ? `if (${test}) {\n${code}\n}` : guard(test, condition)
}

/** What a validator does with its report: the functions of `runtime/validation`. */
export const REPORTING = ['passed', 'refuse', 'stop', 'within'] as const

/** `stop(report, …)` for a value. */
export function stop(pointer: string, expected: string, value: string): string {
  return `stop(report, ${pointer}, ${literal(expected).text}, ${value})`
}

export function findingCode({ wrong, expected }: Finding, pointer: string, value: string): string {
  return guard(wrong, stop(pointer, expected, value))
}

export function lines(...code: readonly string[]): string {
  return code.filter((line) => line !== '').join('\n')
}
