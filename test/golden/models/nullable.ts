import type { ValidationResult } from '../runtime/model'
import { fill, marshalJson, unmarshalObject } from '../runtime/models'
import {
  type ValidationReport,
  isInteger,
  isObject,
  passed,
  refuse,
  stop,
  validate,
} from '../runtime/validation'

export interface SubjectInterface {
  note: string | null
  other?: number | null
}

export class Subject implements SubjectInterface {
  declare note: string | null
  declare other?: number | null

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
  if (!isObject(value)) return refuse(report, '', 'an object', value)
  const start = report.count
  const note = value['note']
  if (typeof note !== 'string' && note !== null && stop(report, '/note', 'a string or null', note))
    return false
  const other = value['other']
  if (
    other !== undefined &&
    !isInteger(other) &&
    other !== null &&
    stop(report, '/other', 'an integer or null', other)
  )
    return false
  return passed(report, start)
}
