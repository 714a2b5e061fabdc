import {
  type ValidationResult,
  assignRemainingProperties,
  marshalJson,
  unmarshalObject,
} from '../runtime/model'
import {
  DISCARD,
  type ValidationReport,
  addError,
  isNumber,
  isObject,
  isValid,
  validate,
} from '../runtime/validation'
import { type StandardSchemaProps, standardSchema } from '../runtime/standard-schema'

export type SubjectInterface = {
  value?: string | number
  a?: unknown
  b?: never
} & object

export class Subject {
  constructor(input: SubjectInterface) {
    if (input.value !== undefined) this.value = input.value
    if (input.a !== undefined) this.a = input.a
    if (input.b !== undefined) this.b = input.b
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

function matches1(value: unknown, report: ValidationReport): boolean {
  const start = report.count
  if (isObject(value) && value['b'] === undefined && addError(report, '/b', 'a value', undefined))
    return false
  return isValid(report, start)
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
        addError(report, '/value', 'a string or a number or null', valueValue)
      )
        return false
      if (valueValue === null && addError(report, '/value', 'something else', valueValue))
        return false
    }
  } else if (addError(report, '', 'an object', value)) return false
  if (matches1(value, DISCARD) && addError(report, '', 'something else', value)) return false
  return isValid(report, start)
}
