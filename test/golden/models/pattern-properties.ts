import type { ModelConstructor } from '../runtime/model'
import { objectModel } from '../runtime/models'
import {
  type ValidationReport,
  isObject,
  keys,
  passed,
  refuse,
  segment,
  stop,
} from '../runtime/validation'

export type SubjectInterface = {
  [key: string]: string
}

export type Subject = SubjectInterface & { marshal(): string }

export const Subject: ModelConstructor<Subject, SubjectInterface> = /* @__PURE__ */ objectModel(
  'Subject',
  checkSubject,
  true,
)

const pattern1 = new RegExp('^x-', 'u')

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  if (!isObject(value)) return refuse(report, '', 'an object', value)
  const start = report.count
  for (const key of keys(value)) {
    const member = value[key]
    if (
      pattern1.test(key) &&
      typeof member !== 'string' &&
      stop(report, segment(key), 'a string', member)
    )
      return false
    if (!pattern1.test(key) && stop(report, segment(key), 'nothing at all', member)) return false
  }
  return passed(report, start)
}
