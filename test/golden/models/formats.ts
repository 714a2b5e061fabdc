import {
  type ValidationResult,
  assignRemainingProperties,
  marshalJson,
  unmarshalObject,
} from '../runtime/model'
import {
  type ValidationReport,
  addError,
  fail,
  isInteger,
  isObject,
  isValid,
  validate,
} from '../runtime/validation'
import { type StandardSchemaProps, standardSchema } from '../runtime/standard-schema'
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

export class Subject {
  constructor(input: SubjectInterface) {
    if (input.at !== undefined) this.at = input.at
    if (input.mail !== undefined) this.mail = input.mail
    if (input.link !== undefined) this.link = input.link
    if (input.count !== undefined) this.count = input.count
    if (input.own !== undefined) this.own = input.own
    assignRemainingProperties(this, input)
  }

  /** Serializes the message as JSON. */
  marshal(): string {
    return marshalJson(this)
  }

  /** Serializes a message, an instance or a plain object, as JSON. */
  static marshal(this: void, message: Subject | SubjectInterface): string {
    return marshalJson(message)
  }

  /** Parses the output of `marshal` without validation. @throws SyntaxError if the text is not JSON */
  static unmarshal(this: void, text: string): Subject {
    return unmarshalObject(text, Subject)
  }

  /** Validates a plain value or an instance. Default: the first error only; `all` reports every error. */
  static validate(this: void, value: unknown, options?: { all?: boolean }): ValidationResult {
    return validate(checkSubject, value, options)
  }

  /** Standard Schema, version 1: a valid value becomes an instance. */
  static get '~standard'(): StandardSchemaProps<SubjectInterface, Subject> {
    return standardSchema(Subject.validate, (value: SubjectInterface) => new Subject(value))
  }
}

export interface Subject extends SubjectInterface {}

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  if (!isObject(value)) return fail(report, '', 'an object', value)
  const start = report.count
  const at = value['at']
  if (typeof at === 'string') {
    if (!isDateTime(at) && addError(report, '/at', 'the format date-time', at)) return false
  } else if (at !== undefined && addError(report, '/at', 'a string', at)) return false
  const mail = value['mail']
  if (typeof mail === 'string') {
    if (!isEmail(mail) && addError(report, '/mail', 'the format email', mail)) return false
  } else if (mail !== undefined && addError(report, '/mail', 'a string', mail)) return false
  const link = value['link']
  if (typeof link === 'string') {
    if (!isUri(link) && addError(report, '/link', 'the format uri', link)) return false
  } else if (link !== undefined && addError(report, '/link', 'a string', link)) return false
  const count = value['count']
  if (isInteger(count)) {
    if (!isInt32(count) && addError(report, '/count', 'the format int32', count)) return false
  } else if (count !== undefined && addError(report, '/count', 'an integer', count)) return false
  const own = value['own']
  if (own !== undefined && typeof own !== 'string' && addError(report, '/own', 'a string', own))
    return false
  return isValid(report, start)
}
