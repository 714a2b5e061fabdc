import type { ModelConstructor } from '../runtime/model'
import { objectModel } from '../runtime/models'
import {
  type ValidationReport,
  isInteger,
  isObject,
  keys,
  passed,
  refuse,
  segment,
  stop,
} from '../runtime/validation'

export interface SubjectInterface {
  id: string
  size?: number
  [key: string]: boolean | string | number | undefined
}

export type Subject = SubjectInterface & { marshal(): string }

export const Subject: ModelConstructor<Subject, SubjectInterface> = /* @__PURE__ */ objectModel(
  'Subject',
  checkSubject,
  true,
)

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  if (!isObject(value)) return refuse(report, '', 'an object', value)
  const start = report.count
  const id = value['id']
  if (typeof id !== 'string' && stop(report, '/id', 'a string', id)) return false
  const size = value['size']
  if (size !== undefined && !isInteger(size) && stop(report, '/size', 'an integer', size))
    return false
  for (const key of keys(value)) {
    const member = value[key]
    if (
      key !== 'id' &&
      key !== 'size' &&
      typeof member !== 'boolean' &&
      stop(report, segment(key), 'a boolean', member)
    )
      return false
  }
  return passed(report, start)
}
