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

/**
 * A thing
 *
 * What *\/ it is.
 */
export interface SubjectInterface {
  /**
   * Use \@new.
   *
   * @deprecated
   * @default "x"
   * @example "a"
   * @example "b"
   */
  old: string
  /**
   * Write-only.
   *
   * - format: password
   */
  secret?: string
}

/**
 * A thing
 *
 * What *\/ it is.
 */
export class Subject {
  constructor(input: SubjectInterface) {
    if (input.old !== undefined) this.old = input.old
    if (input.secret !== undefined) this.secret = input.secret
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
  const old = value['old']
  if (typeof old !== 'string' && addError(report, '/old', 'a string', old)) return false
  const secret = value['secret']
  if (
    secret !== undefined &&
    typeof secret !== 'string' &&
    addError(report, '/secret', 'a string', secret)
  )
    return false
  return isValid(report, start)
}
