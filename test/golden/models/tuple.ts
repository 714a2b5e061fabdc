import type { Model } from '../runtime/model'
import { jsonModel } from '../runtime/models'
import {
  type ValidationReport,
  isArray,
  isNumber,
  passed,
  refuse,
  stop,
} from '../runtime/validation'

/** - minItems: 2 */
export type Subject = [string, number, boolean?, ...null[]]

export const Subject: Model<Subject> = /* @__PURE__ */ jsonModel(checkSubject)

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  if (!isArray(value)) return refuse(report, '', 'an array', value)
  const start = report.count
  if (value.length < 2 && stop(report, '', 'at least 2 items', value)) return false
  if (value.length > 0) {
    const item: unknown = value[0]
    if (typeof item !== 'string' && stop(report, '/0', 'a string', item)) return false
  }
  if (value.length > 1) {
    const item2: unknown = value[1]
    if (!isNumber(item2) && stop(report, '/1', 'a number', item2)) return false
  }
  if (value.length > 2) {
    const item3: unknown = value[2]
    if (typeof item3 !== 'boolean' && stop(report, '/2', 'a boolean', item3)) return false
  }
  for (let index = 3; index < value.length; index += 1) {
    const item4: unknown = value[index]
    if (item4 !== null && stop(report, '/' + index, 'null', item4)) return false
  }
  return passed(report, start)
}
