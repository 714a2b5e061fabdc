import { type ModelConstructor, objectModel } from '../runtime/model'
import { type StandardSchemaProps, withStandardSchema } from '../runtime/standard-schema'
import { DISCARD, type ValidationReport, addError, isObject, isValid } from '../runtime/validation'

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

export const Subject: ModelConstructor<Subject, SubjectInterface> & {
  readonly '~standard': StandardSchemaProps<SubjectInterface, Subject>
} = /* @__PURE__ */ withStandardSchema(
  /* @__PURE__ */ objectModel<Subject, SubjectInterface>('Subject', checkSubject, true),
  (value: SubjectInterface): Subject => new Subject(value),
)

function matches1(value: unknown, report: ValidationReport): boolean {
  const start = report.count
  if (
    isObject(value) &&
    value['mail'] === undefined &&
    addError(report, '/mail', 'a value', undefined)
  )
    return false
  return isValid(report, start)
}

function matches2(value: unknown, report: ValidationReport): boolean {
  const start = report.count
  if (
    isObject(value) &&
    value['phone'] === undefined &&
    addError(report, '/phone', 'a value', undefined)
  )
    return false
  return isValid(report, start)
}

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  const start = report.count
  if (isObject(value)) {
    const mail = value['mail']
    if (
      mail !== undefined &&
      typeof mail !== 'string' &&
      addError(report, '/mail', 'a string', mail)
    )
      return false
    const phone = value['phone']
    if (
      phone !== undefined &&
      typeof phone !== 'string' &&
      addError(report, '/phone', 'a string', phone)
    )
      return false
  } else if (addError(report, '', 'an object', value)) return false
  if (
    !(matches1(value, DISCARD) || matches2(value, DISCARD)) &&
    addError(report, '', 'one of 2 alternatives', value)
  )
    return false
  return isValid(report, start)
}
