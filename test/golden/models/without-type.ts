import type { ValidationResult } from '../runtime/model'
import { fill, marshalJson, unmarshalObject } from '../runtime/models'
import { type ValidationReport, isObject, passed, stop, validate } from '../runtime/validation'

export type SubjectInterface = {
  displayName?: string
  email?: string
} & object

export class Subject implements SubjectInterface {
  declare displayName?: string
  declare email?: string

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

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  const start = report.count
  if (isObject(value)) {
    const displayName = value['displayName']
    if (
      displayName !== undefined &&
      typeof displayName !== 'string' &&
      stop(report, '/displayName', 'a string', displayName)
    )
      return false
    const email = value['email']
    if (
      email !== undefined &&
      typeof email !== 'string' &&
      stop(report, '/email', 'a string', email)
    )
      return false
  }
  return passed(report, start)
}
