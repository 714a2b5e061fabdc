import type { Model } from '../runtime/model'
import { jsonModel } from '../runtime/models'
import { type ValidationReport, isLonger, passed, refuse, stop } from '../runtime/validation'

/** - maxLength: 10 */
export type Subject = string

export const Subject: Model<Subject> = /* @__PURE__ */ jsonModel(checkSubject)

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  if (typeof value !== 'string') return refuse(report, '', 'a string', value)
  const start = report.count
  if (isLonger(value, 10) && stop(report, '', 'at most 10 characters', value)) return false
  return passed(report, start)
}
