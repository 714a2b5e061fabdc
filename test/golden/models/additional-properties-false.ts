import {
  type ValidationResult,
  assignRemainingProperties,
  marshalJson,
  unmarshalObject,
} from '../runtime/model'
import {
  type ValidationReport,
  addError,
  definedKeys,
  fail,
  isObject,
  isValid,
  pointerSegment,
  validate,
} from '../runtime/validation'
import { type StandardSchemaProps, standardSchema } from '../runtime/standard-schema'

export type SubjectInterface = {
  id?: string
} & object

export class Subject {
  constructor(input: SubjectInterface) {
    if (input.id !== undefined) this.id = input.id
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
  const id = value['id']
  if (id !== undefined && typeof id !== 'string' && addError(report, '/id', 'a string', id))
    return false
  for (const key of definedKeys(value)) {
    const member = value[key]
    if (key !== 'id' && addError(report, pointerSegment(key), 'no value', member)) return false
  }
  return isValid(report, start)
}
