import type { ValidationResult } from '../runtime/model'
import { fill, marshalJson, unmarshalObject } from '../runtime/models'
import {
  type ValidationReport,
  isInteger,
  isObject,
  passed,
  stop,
  validate,
} from '../runtime/validation'

export interface SubjectInterface {
  id: string
  size?: number
}

export class Subject implements SubjectInterface {
  declare id: string
  declare size?: number

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
    const id = value['id']
    if (typeof id !== 'string' && stop(report, '/id', 'a string', id)) return false
  } else if (stop(report, '', 'an object', value)) return false
  if (isObject(value)) {
    const size = value['size']
    if (size !== undefined && !isInteger(size) && stop(report, '/size', 'an integer', size))
      return false
  } else if (stop(report, '', 'an object', value)) return false
  return passed(report, start)
}
