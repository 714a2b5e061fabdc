import type { ValidationResult } from '../runtime/model'
import { fill, marshalJson, unmarshalObject } from '../runtime/models'
import {
  type ValidationReport,
  isLonger,
  isMultiple,
  isNumber,
  isObject,
  isShorter,
  passed,
  refuse,
  stop,
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
  declare text?: string
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
  if (!isObject(value)) return refuse(report, '', 'an object', value)
  const start = report.count
  const text = value['text']
  if (typeof text === 'string') {
    if (isShorter(text, 2) && stop(report, '/text', 'at least 2 characters', text)) return false
    if (isLonger(text, 5) && stop(report, '/text', 'at most 5 characters', text)) return false
    if (!pattern1.test(text) && stop(report, '/text', 'text that matches ^[a-z]+$', text))
      return false
  } else if (text !== undefined && stop(report, '/text', 'a string', text)) return false
  const number = value['number']
  if (isNumber(number)) {
    if (!(number >= 0) && stop(report, '/number', 'at least 0', number)) return false
    if (!(number < 10) && stop(report, '/number', 'less than 10', number)) return false
    if (!isMultiple(number, 0.5) && stop(report, '/number', 'a multiple of 0.5', number))
      return false
  } else if (number !== undefined && stop(report, '/number', 'a number', number)) return false
  return passed(report, start)
}
