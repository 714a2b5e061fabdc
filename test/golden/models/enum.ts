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
  isObject,
  isValid,
  validate,
} from '../runtime/validation'
import { type StandardSchemaProps, standardSchema } from '../runtime/standard-schema'

export type SubjectInterface = {
  size?: 'small' | 'large'
  code?: 1 | 2 | null
  many?: 'a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g' | 'h'
} & object

export class Subject {
  constructor(input: SubjectInterface) {
    if (input.size !== undefined) this.size = input.size
    if (input.code !== undefined) this.code = input.code
    if (input.many !== undefined) this.many = input.many
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

const values1: ReadonlySet<unknown> = new Set(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  if (!isObject(value)) return fail(report, '', 'an object', value)
  const start = report.count
  const size = value['size']
  if (
    size !== undefined &&
    size !== 'small' &&
    size !== 'large' &&
    addError(report, '/size', 'one of "small", "large"', size)
  )
    return false
  const code = value['code']
  if (
    code !== undefined &&
    code !== 1 &&
    code !== 2 &&
    code !== null &&
    addError(report, '/code', 'one of 1, 2, null', code)
  )
    return false
  const many = value['many']
  if (
    many !== undefined &&
    !values1.has(many) &&
    addError(report, '/many', 'one of "a", "b", "c", "d", "e", "f", "g", "h"', many)
  )
    return false
  return isValid(report, start)
}
