import type { ValidationResult } from '../runtime/model'
import { fill, marshalJson, unmarshalObject } from '../runtime/models'
import {
  type ValidationReport,
  isArray,
  isObject,
  passed,
  refuse,
  stop,
  validate,
  within,
} from '../runtime/validation'

export interface SubjectInterface {
  value: string
  children?: SubjectInterface[]
}

export class Subject implements SubjectInterface {
  declare value: string
  declare children?: SubjectInterface[]

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
  const valueValue = value['value']
  if (typeof valueValue !== 'string' && stop(report, '/value', 'a string', valueValue)) return false
  const children = value['children']
  if (isArray(children)) {
    for (let index = 0; index < children.length; index += 1) {
      const item: unknown = children[index]
      if (!checkSubject(item, report) && within(report, '/children/' + index)) return false
    }
  } else if (children !== undefined && stop(report, '/children', 'an array', children)) return false
  return passed(report, start)
}
