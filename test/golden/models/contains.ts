import type { Model } from '../runtime/model'
import { jsonModel } from '../runtime/models'
import { type ValidationReport, isArray, passed, refuse, stop } from '../runtime/validation'

export type Subject = unknown[]

export const Subject: Model<Subject> = /* @__PURE__ */ jsonModel(checkSubject)

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  if (!isArray(value)) return refuse(report, '', 'an array', value)
  const start = report.count
  if (
    !value.some((item) => item === 1) &&
    stop(report, '', 'an item that the schema asks for', value)
  )
    return false
  return passed(report, start)
}
