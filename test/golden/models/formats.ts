import type { ValidationResult } from '../runtime/model'
import { fill, marshalJson, unmarshalObject } from '../runtime/models'
import { type ValidationReport, isInteger, isObject, validate } from '../runtime/validation'
import { isDateTime, isEmail, isInt32 } from '../runtime/formats'
import { isUri } from '../runtime/formats-uri'

export type SubjectInterface = {
  /** - format: date-time */
  at?: string
  /** - format: email */
  mail?: string
  /** - format: uri */
  link?: string
  /** - format: int32 */
  count?: number
  /** - format: colour */
  own?: string
} & object

export class Subject implements SubjectInterface {
  /** - format: date-time */
  declare at?: string
  /** - format: email */
  declare mail?: string
  /** - format: uri */
  declare link?: string
  /** - format: int32 */
  declare count?: number
  /** - format: colour */
  declare own?: string

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
  if (!isObject(value)) {
    if (report.stop('', 'an object', value)) return false
  } else {
    const at = value['at']
    if (at !== undefined) {
      if (typeof at !== 'string') {
        if (report.stop('/at', 'a string', at)) return false
      } else {
        if (!isDateTime(at) && report.stop('/at', 'the format date-time', at)) return false
      }
    }
    const mail = value['mail']
    if (mail !== undefined) {
      if (typeof mail !== 'string') {
        if (report.stop('/mail', 'a string', mail)) return false
      } else {
        if (!isEmail(mail) && report.stop('/mail', 'the format email', mail)) return false
      }
    }
    const link = value['link']
    if (link !== undefined) {
      if (typeof link !== 'string') {
        if (report.stop('/link', 'a string', link)) return false
      } else {
        if (!isUri(link) && report.stop('/link', 'the format uri', link)) return false
      }
    }
    const count = value['count']
    if (count !== undefined) {
      if (!isInteger(count)) {
        if (report.stop('/count', 'an integer', count)) return false
      } else {
        if (!isInt32(count) && report.stop('/count', 'the format int32', count)) return false
      }
    }
    const ownValue = value['own']
    if (ownValue !== undefined) {
      if (typeof ownValue !== 'string' && report.stop('/own', 'a string', ownValue)) return false
    }
  }
  return report.count === start
}
