import type { ModelConstructor } from '../runtime/model'
import { objectModel } from '../runtime/models'
import { type ValidationReport, isObject, passed, silent, stop } from '../runtime/validation'

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
  if (isObject(value) && value['mail'] === undefined && stop(report, '/mail', 'a value', undefined))
    return false
  return passed(report, start)
}

function matches2(value: unknown, report: ValidationReport): boolean {
  const start = report.count
  if (
    isObject(value) &&
    value['phone'] === undefined &&
    stop(report, '/phone', 'a value', undefined)
  )
    return false
  return passed(report, start)
}

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  const start = report.count
  if (isObject(value)) {
    const mail = value['mail']
    if (mail !== undefined && typeof mail !== 'string' && stop(report, '/mail', 'a string', mail))
      return false
    const phone = value['phone']
    if (
      phone !== undefined &&
      typeof phone !== 'string' &&
      stop(report, '/phone', 'a string', phone)
    )
      return false
  } else if (stop(report, '', 'an object', value)) return false
  if (
    !(matches1(value, silent) || matches2(value, silent)) &&
    stop(report, '', 'one of 2 alternatives', value)
  )
    return false
  return passed(report, start)
}
