import type { ValidationResult } from '../runtime/model'
import { fill, marshalJson, unmarshalObject } from '../runtime/models'
import {
  type ValidationReport,
  isNumber,
  isObject,
  passed,
  silent,
  stop,
  validate,
} from '../runtime/validation'

export type SubjectInterface = {
  value?: string | number
  a?: unknown
  b?: never
} & object

export class Subject implements SubjectInterface {
  declare value?: string | number
  declare a?: unknown
  declare b?: never

  constructor(input: SubjectInterface) {
    fill(this, input)
  }

  /** The message as it travels. */
  marshal(): string {
    return marshalJson(this)
  }

  /** The message, an instance or not, as it travels. */
  static marshal(this: void, message: Subject | SubjectInterface): string {
    return marshalJson(message)
  }

  /** Reads what `marshal` wrote, unchecked. @throws SyntaxError where the text is not JSON */
  static unmarshal(this: void, text: string): Subject {
    return unmarshalObject(text, Subject.prototype)
  }

  /** Checks a plain value or an instance against the schema; the first error only, unless `all` is set. */
  static validate(this: void, value: unknown, options?: { all?: boolean }): ValidationResult {
    return validate(checkSubject, value, options)
  }
}

function matches1(value: unknown, report: ValidationReport): boolean {
  const start = report.count
  if (isObject(value) && value['b'] === undefined && stop(report, '/b', 'a value', undefined))
    return false
  return passed(report, start)
}

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  const start = report.count
  if (isObject(value)) {
    const valueValue = value['value']
    if (valueValue !== undefined) {
      if (
        typeof valueValue !== 'string' &&
        !isNumber(valueValue) &&
        valueValue !== null &&
        stop(report, '/value', 'a string or a number or null', valueValue)
      )
        return false
      if (valueValue === null && stop(report, '/value', 'something else', valueValue)) return false
    }
  } else if (stop(report, '', 'an object', value)) return false
  if (matches1(value, silent) && stop(report, '', 'something else', value)) return false
  return passed(report, start)
}
