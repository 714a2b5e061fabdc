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
  isLonger,
  isMultiple,
  isNumber,
  isObject,
  isShorter,
  isValid,
  validate,
} from '../runtime/validation'
import { type StandardSchemaProps, standardSchema } from '../runtime/standard-schema'

export type SubjectInterface = {
  /**
   * - minLength: 2
   * - maxLength: 5
   * - pattern: ^[a-z]+$
   */
  text?: string
  /**
   * - minimum: 0
   * - exclusiveMaximum: 10
   * - multipleOf: 0.5
   */
  number?: number
} & object

export class Subject {
  constructor(input: SubjectInterface) {
    if (input.text !== undefined) this.text = input.text
    if (input.number !== undefined) this.number = input.number
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

const pattern1 = new RegExp('^[a-z]+$', 'u')

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  if (!isObject(value)) return fail(report, '', 'an object', value)
  const start = report.count
  const text = value['text']
  if (typeof text === 'string') {
    if (isShorter(text, 2) && addError(report, '/text', 'at least 2 characters', text)) return false
    if (isLonger(text, 5) && addError(report, '/text', 'at most 5 characters', text)) return false
    if (!pattern1.test(text) && addError(report, '/text', 'text that matches ^[a-z]+$', text))
      return false
  } else if (text !== undefined && addError(report, '/text', 'a string', text)) return false
  const number = value['number']
  if (isNumber(number)) {
    if (!(number >= 0) && addError(report, '/number', 'at least 0', number)) return false
    if (!(number < 10) && addError(report, '/number', 'less than 10', number)) return false
    if (!isMultiple(number, 0.5) && addError(report, '/number', 'a multiple of 0.5', number))
      return false
  } else if (number !== undefined && addError(report, '/number', 'a number', number)) return false
  return isValid(report, start)
}
