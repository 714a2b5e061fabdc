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
} from '../runtime/validation'

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

export class Subject implements SubjectInterface {
  declare lines: SubjectLinesItem[]

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
  const lines = value['lines']
  if (isArray(lines)) {
    for (let index = 0; index < lines.length; index += 1) {
      const item: unknown = lines[index]
      if (isObject(item)) {
        const sku = item['sku']
        if (typeof sku !== 'string' && stop(report, '/lines/' + index + '/sku', 'a string', sku))
          return false
        const origin = item['origin']
        if (isObject(origin)) {
          const country = origin['country']
          if (
            typeof country !== 'string' &&
            stop(report, '/lines/' + index + '/origin/country', 'a string', country)
          )
            return false
        } else if (
          origin !== undefined &&
          stop(report, '/lines/' + index + '/origin', 'an object', origin)
        )
          return false
      } else if (stop(report, '/lines/' + index, 'an object', item)) return false
    }
  } else if (stop(report, '/lines', 'an array', lines)) return false
  return passed(report, start)
}
