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
  validate,
} from '../runtime/validation'
import { type StandardSchemaProps, standardSchema } from '../runtime/standard-schema'

export interface SubjectInterface {
  lines: SubjectLinesItem[]
}

export interface SubjectLinesItem {
  sku: string
  origin?: SubjectLinesItemOrigin
}

export interface SubjectLinesItemOrigin {
  country: string
}

export class Subject {
  constructor(input: SubjectInterface) {
    if (input.lines !== undefined) this.lines = input.lines
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
  const lines = value['lines']
  if (isArray(lines)) {
    for (let index = 0; index < lines.length; index += 1) {
      const item: unknown = lines[index]
      if (isObject(item)) {
        const sku = item['sku']
        if (
          typeof sku !== 'string' &&
          addError(report, '/lines/' + index + '/sku', 'a string', sku)
        )
          return false
        const origin = item['origin']
        if (isObject(origin)) {
          const country = origin['country']
          if (
            typeof country !== 'string' &&
            addError(report, '/lines/' + index + '/origin/country', 'a string', country)
          )
            return false
        } else if (
          origin !== undefined &&
          addError(report, '/lines/' + index + '/origin', 'an object', origin)
        )
          return false
      } else if (addError(report, '/lines/' + index, 'an object', item)) return false
    }
  } else if (addError(report, '/lines', 'an array', lines)) return false
  return isValid(report, start)
}
