import type { ValidationResult } from '../runtime/model'
import { fill, marshalJson, unmarshalObject } from '../runtime/models'
import {
  type ValidationReport,
  isObject,
  passed,
  refuse,
  stop,
  validate,
} from '../runtime/validation'

export type SubjectInterface = {
  anything?: unknown
  nothing?: never
} & object

export class Subject implements SubjectInterface {
  declare anything?: unknown
  declare nothing?: never

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
  const nothing = value['nothing']
  if (nothing !== undefined && stop(report, '/nothing', 'nothing at all', nothing)) return false
  return passed(report, start)
}
