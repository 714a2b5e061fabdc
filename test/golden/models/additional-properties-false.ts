import type { ValidationResult } from '../runtime/model'
import { fill, marshalJson, unmarshalObject } from '../runtime/models'
import {
  type ValidationReport,
  isObject,
  keys,
  passed,
  refuse,
  segment,
  stop,
  validate,
} from '../runtime/validation'

export type SubjectInterface = {
  id?: string
} & object

export class Subject implements SubjectInterface {
  declare id?: string

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
  const id = value['id']
  if (id !== undefined && typeof id !== 'string' && stop(report, '/id', 'a string', id))
    return false
  for (const key of keys(value)) {
    const member = value[key]
    if (key !== 'id' && stop(report, segment(key), 'nothing at all', member)) return false
  }
  return passed(report, start)
}
