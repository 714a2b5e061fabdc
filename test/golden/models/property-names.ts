import type { ModelConstructor } from '../runtime/model'
import { objectModel } from '../runtime/models'
import {
  type ValidationReport,
  isLonger,
  isObject,
  keys,
  passed,
  refuse,
  stop,
} from '../runtime/validation'

/** - maxProperties: 2 */
export type SubjectInterface = {
  [key: string]: unknown
}

/** - maxProperties: 2 */
export type Subject = SubjectInterface & { marshal(): string }

export const Subject: ModelConstructor<Subject, SubjectInterface> = /* @__PURE__ */ objectModel(
  'Subject',
  checkSubject,
  true,
)

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  if (!isObject(value)) return refuse(report, '', 'an object', value)
  const start = report.count
  if (keys(value).length > 2 && stop(report, '', 'at most 2 properties', value)) return false
  for (const key of keys(value)) {
    const names: unknown = key
    if (
      typeof names === 'string' &&
      isLonger(names, 3) &&
      stop(report, '', 'at most 3 characters', names)
    )
      return false
  }
  return passed(report, start)
}
