import type { ModelConstructor } from '../runtime/model'
import { objectModel } from '../runtime/models'
import { type ValidationReport, isObject, silent } from '../runtime/validation'

export type SubjectInterface = {
  mail?: string
  phone?: string
} & (
  | {
      mail: unknown
    }
  | {
      phone: unknown
    }
)

export type Subject = SubjectInterface & { marshal(): string }

export const Subject: ModelConstructor<Subject, SubjectInterface> = /* @__PURE__ */ objectModel(
  'Subject',
  checkSubject,
  true,
)

function matches1(value: unknown, report: ValidationReport): boolean {
  const start = report.count
  if (isObject(value) && value['mail'] === undefined && report.stop('/mail', 'a value', undefined))
    return false
  return report.passed(start)
}

function matches2(value: unknown, report: ValidationReport): boolean {
  const start = report.count
  if (
    isObject(value) &&
    value['phone'] === undefined &&
    report.stop('/phone', 'a value', undefined)
  )
    return false
  return report.passed(start)
}

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  const start = report.count
  if (isObject(value)) {
    const mail = value['mail']
    if (mail !== undefined && typeof mail !== 'string' && report.stop('/mail', 'a string', mail))
      return false
    const phone = value['phone']
    if (
      phone !== undefined &&
      typeof phone !== 'string' &&
      report.stop('/phone', 'a string', phone)
    )
      return false
  } else if (report.stop('', 'an object', value)) return false
  if (
    !(matches1(value, silent) || matches2(value, silent)) &&
    report.stop('', 'one of 2 alternatives', value)
  )
    return false
  return report.passed(start)
}
