import type { ValidationResult } from '../runtime/model'
import { fill, marshalJson, unmarshalObject } from '../runtime/models'
import {
  type ValidationReport,
  isObject,
  passed,
  refuse,
  stop,
  validate,
} from '../runtime/validation'

export type SubjectInterface = {
  size?: 'small' | 'large'
  code?: 1 | 2 | null
  many?: 'a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g' | 'h'
} & object

export class Subject implements SubjectInterface {
  declare size?: 'small' | 'large'
  declare code?: 1 | 2 | null
  declare many?: 'a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g' | 'h'

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

const values1: ReadonlySet<unknown> = new Set(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  if (!isObject(value)) return refuse(report, '', 'an object', value)
  const start = report.count
  const size = value['size']
  if (
    size !== undefined &&
    size !== 'small' &&
    size !== 'large' &&
    stop(report, '/size', 'one of "small", "large"', size)
  )
    return false
  const code = value['code']
  if (
    code !== undefined &&
    code !== 1 &&
    code !== 2 &&
    code !== null &&
    stop(report, '/code', 'one of 1, 2, null', code)
  )
    return false
  const many = value['many']
  if (
    many !== undefined &&
    !values1.has(many) &&
    stop(report, '/many', 'one of "a", "b", "c", "d", "e", "f", "g", "h"', many)
  )
    return false
  return passed(report, start)
}
