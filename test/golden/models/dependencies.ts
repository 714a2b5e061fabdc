import type { ModelConstructor } from '../runtime/model'
import { objectModel } from '../runtime/models'
import { type ValidationReport, isObject, own, passed, stop } from '../runtime/validation'

export type SubjectInterface = {
  card?: string
  street?: string
} & (
  | ({
      card?: never
    } & object)
  | {
      card: unknown
      street: unknown
    }
)

export type Subject = SubjectInterface & { marshal(): string }

export const Subject: ModelConstructor<Subject, SubjectInterface> = /* @__PURE__ */ objectModel(
  'Subject',
  checkSubject,
  true,
)

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  const start = report.count
  if (isObject(value)) {
    const card = value['card']
    if (card !== undefined && typeof card !== 'string' && stop(report, '/card', 'a string', card))
      return false
    const street = value['street']
    if (
      street !== undefined &&
      typeof street !== 'string' &&
      stop(report, '/street', 'a string', street)
    )
      return false
  } else if (stop(report, '', 'an object', value)) return false
  if (isObject(value) && own(value, 'card') !== undefined) {
    const inner: unknown = value
    if (
      isObject(inner) &&
      inner['street'] === undefined &&
      stop(report, '/street', 'a value', undefined)
    )
      return false
  }
  return passed(report, start)
}
