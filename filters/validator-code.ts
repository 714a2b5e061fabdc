import { literal } from './literals'

/** A condition that holds for wrong values, and what was expected. */
export interface Finding {
  readonly wrong: string
  readonly expected: string
}

const REFUSAL = /^if \((.+)\) return false$/

/** A statement of one line: where all conditions hold, the validator ends. */
export function refuse(...conditions: readonly string[]): string {
  return `if (${conditions.join(' && ')}) return false`
}

export function isRefusal(code: string): boolean {
  return REFUSAL.test(code)
}

/** Code for where a test holds: a single refusal gets the test as its first condition. */
export function when(test: string, code: string): string {
  const condition = REFUSAL.exec(code)?.[1]
  return condition === undefined ? `if (${test}) {\n${code}\n}` : refuse(test, condition)
}

/** `report.stop(…)` for a value. */
export function stop(pointer: string, expected: string, value: string): string {
  return `report.stop(${pointer}, ${literal(expected).text}, ${value})`
}

export function findingCode({ wrong, expected }: Finding, pointer: string, value: string): string {
  return refuse(wrong, stop(pointer, expected, value))
}

export function lines(...code: readonly string[]): string {
  return code.filter((line) => line !== '').join('\n')
}
