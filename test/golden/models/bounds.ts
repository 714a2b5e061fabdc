import type { ValidationResult } from '../runtime/model'
import { fill, marshalJson, unmarshalObject } from '../runtime/models'
import {
  type ValidationReport,
  isLonger,
  isMultiple,
  isNumber,
  isObject,
  isShorter,
  validate,
} from '../runtime/validation'

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

export class Subject implements SubjectInterface {
  /**
   * - minLength: 2
   * - maxLength: 5
   * - pattern: ^[a-z]+$
   */
  declare text?: string
  /**
   * - minimum: 0
   * - exclusiveMaximum: 10
   * - multipleOf: 0.5
   */
  declare number?: number

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

const pattern1 = new RegExp('^[a-z]+$', 'u')

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  const start = report.count
  if (!isObject(value)) {
    if (report.stop('', 'an object', value)) return false
  } else {
    const text = value['text']
    if (text !== undefined) {
      if (typeof text !== 'string') {
        if (report.stop('/text', 'a string', text)) return false
      } else {
        if (isShorter(text, 2) && report.stop('/text', 'at least 2 characters', text)) return false
        if (isLonger(text, 5) && report.stop('/text', 'at most 5 characters', text)) return false
        if (!pattern1.test(text) && report.stop('/text', 'text that matches ^[a-z]+$', text))
          return false
      }
    }
    const number = value['number']
    if (number !== undefined) {
      if (!isNumber(number)) {
        if (report.stop('/number', 'a number', number)) return false
      } else {
        if (!(number >= 0) && report.stop('/number', 'at least 0', number)) return false
        if (!(number < 10) && report.stop('/number', 'less than 10', number)) return false
        if (!isMultiple(number, 0.5) && report.stop('/number', 'a multiple of 0.5', number))
          return false
      }
    }
  }
  return report.count === start
}
