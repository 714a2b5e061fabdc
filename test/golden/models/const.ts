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
  isEqual,
  isObject,
  isValid,
  validate,
} from '../runtime/validation'
import { type StandardSchemaProps, standardSchema } from '../runtime/standard-schema'

export interface SubjectInterface {
  kind: 'circle'
  deep?: { a: [1, null]; [key: string]: [1, null] }
}

export class Subject {
  constructor(input: SubjectInterface) {
    if (input.kind !== undefined) this.kind = input.kind
    if (input.deep !== undefined) this.deep = input.deep
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

const values1: unknown = { a: [1, null] }

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  if (!isObject(value)) return fail(report, '', 'an object', value)
  const start = report.count
  const kind = value['kind']
  if (kind !== 'circle' && addError(report, '/kind', '"circle"', kind)) return false
  const deep = value['deep']
  if (
    deep !== undefined &&
    !isEqual(deep, values1) &&
    addError(report, '/deep', '{"a":[1,null]}', deep)
  )
    return false
  return isValid(report, start)
}
