import type { Model } from '../runtime/model'
import { jsonModel } from '../runtime/models'
import { type ValidationReport, isArray, passed, refuse, stop, unique } from '../runtime/validation'

/**
 * - minItems: 1
 * - maxItems: 9
 * - uniqueItems: true
 */
export type Subject = string[]

export const Subject: Model<Subject> = /* @__PURE__ */ jsonModel(checkSubject)

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  if (!isArray(value)) return refuse(report, '', 'an array', value)
  const start = report.count
  if (value.length < 1 && stop(report, '', 'at least 1 item', value)) return false
  if (value.length > 9 && stop(report, '', 'at most 9 items', value)) return false
  if (!unique(value) && stop(report, '', 'items that all differ', value)) return false
  for (let index = 0; index < value.length; index += 1) {
    const item: unknown = value[index]
    if (typeof item === 'string') {
      if (item === '' && stop(report, '/' + index, 'at least 1 character', item)) return false
    } else if (stop(report, '/' + index, 'a string', item)) return false
  }
  return passed(report, start)
}
