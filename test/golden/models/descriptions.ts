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
export class Subject implements SubjectInterface {
  /** @deprecated */
  declare old: string
  declare secret?: string

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

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  if (!isObject(value)) return refuse(report, '', 'an object', value)
  const start = report.count
  const old = value['old']
  if (typeof old !== 'string' && stop(report, '/old', 'a string', old)) return false
  const secret = value['secret']
  if (
    secret !== undefined &&
    typeof secret !== 'string' &&
    stop(report, '/secret', 'a string', secret)
  )
    return false
  return passed(report, start)
}
