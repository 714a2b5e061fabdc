import { literal } from '../../../filters/literals'
import { failIf, js, reference, type Block, type Expression } from './syntax'

/** A condition that is true for invalid values, and the expected value as text. */
export interface Check {
  readonly failsWhen: Expression
  readonly expected: string
}

/** A function or constant of `runtime/validation`. */
export function helper(name: string): Expression {
  return reference({ origin: 'helper', name })
}

/** `addError(report, …)` for a value. */
export function addErrorCall(pointer: Expression, expected: string, value: string): Expression {
  return reportCall('addError', pointer, expected, value)
}

/** `fail(report, …)` for a value. */
export function failCall(pointer: Expression, expected: string, value: string): Expression {
  return reportCall('fail', pointer, expected, value)
}

function reportCall(
  name: string,
  pointer: Expression,
  expected: string,
  value: string,
): Expression {
  return js`${helper(name)}(report, ${pointer}, ${literal(expected).text}, ${value})`
}

export function checkStatements(
  checks: readonly Check[],
  pointer: Expression,
  value: string,
): Block {
  return checks.flatMap(({ failsWhen, expected }) =>
    failIf(failsWhen, addErrorCall(pointer, expected, value)),
  )
}
