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
  declare at?: string
  declare mail?: string
  declare link?: string
  declare count?: number
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
  if (!isObject(value)) return refuse(report, '', 'an object', value)
  const start = report.count
  const at = value['at']
  if (typeof at === 'string') {
    if (!isDateTime(at) && stop(report, '/at', 'the format date-time', at)) return false
  } else if (at !== undefined && stop(report, '/at', 'a string', at)) return false
  const mail = value['mail']
  if (typeof mail === 'string') {
    if (!isEmail(mail) && stop(report, '/mail', 'the format email', mail)) return false
  } else if (mail !== undefined && stop(report, '/mail', 'a string', mail)) return false
  const link = value['link']
  if (typeof link === 'string') {
    if (!isUri(link) && stop(report, '/link', 'the format uri', link)) return false
  } else if (link !== undefined && stop(report, '/link', 'a string', link)) return false
  const count = value['count']
  if (isInteger(count)) {
    if (!isInt32(count) && stop(report, '/count', 'the format int32', count)) return false
  } else if (count !== undefined && stop(report, '/count', 'an integer', count)) return false
  const ownValue = value['own']
  if (
    ownValue !== undefined &&
    typeof ownValue !== 'string' &&
    stop(report, '/own', 'a string', ownValue)
  )
    return false
  return passed(report, start)
}
