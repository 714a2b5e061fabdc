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
  isArray,
  isObject,
  isValid,
  prefixErrors,
  validate,
} from '../runtime/validation'
import { type StandardSchemaProps, standardSchema } from '../runtime/standard-schema'

export interface SubjectInterface {
  value: string
  children?: SubjectInterface[]
}

export class Subject {
  constructor(input: SubjectInterface) {
    if (input.value !== undefined) this.value = input.value
    if (input.children !== undefined) this.children = input.children
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
  const valueValue = value['value']
  if (typeof valueValue !== 'string' && addError(report, '/value', 'a string', valueValue))
    return false
  const children = value['children']
  if (isArray(children)) {
    for (let index = 0; index < children.length; index += 1) {
      const item: unknown = children[index]
      if (!checkSubject(item, report) && prefixErrors(report, '/children/' + index)) return false
    }
  } else if (children !== undefined && addError(report, '/children', 'an array', children))
    return false
  return isValid(report, start)
}
