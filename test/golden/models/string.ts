import type { Model } from '../runtime/model'
import { jsonModel } from '../runtime/models'
import { type ValidationReport, isLonger } from '../runtime/validation'

/** - maxLength: 10 */
export type Subject = string

export const Subject: Model<Subject> = /* @__PURE__ */ jsonModel(checkSubject)

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  const start = report.count
  if (typeof value !== 'string') {
    if (report.stop('', 'a string', value)) return false
  } else {
    if (isLonger(value, 10) && report.stop('', 'at most 10 characters', value)) return false
  }
  return report.count === start
}
