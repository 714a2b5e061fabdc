import type { ValidationResult } from '../runtime/model'
import { fill, marshalJson, unmarshalObject } from '../runtime/models'
import {
  type ValidationReport,
  equal,
  isObject,
  passed,
  refuse,
  stop,
  validate,
} from '../runtime/validation'

export interface SubjectInterface {
  kind: 'circle'
  deep?: { a: [1, null]; [key: string]: [1, null] }
}

export class Subject implements SubjectInterface {
  declare kind: 'circle'
  declare deep?: { a: [1, null]; [key: string]: [1, null] }

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

const values1: unknown = { a: [1, null] }

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  if (!isObject(value)) return refuse(report, '', 'an object', value)
  const start = report.count
  const kind = value['kind']
  if (kind !== 'circle' && stop(report, '/kind', '"circle"', kind)) return false
  const deep = value['deep']
  if (deep !== undefined && !equal(deep, values1) && stop(report, '/deep', '{"a":[1,null]}', deep))
    return false
  return passed(report, start)
}
