import type { ModelConstructor } from '../runtime/model'
import { objectModel } from '../runtime/models'
import { type ValidationReport, isInteger, isObject, keys, segment } from '../runtime/validation'

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
  if (!isObject(value)) return report.refuse('', 'an object', value)
  const start = report.count
  const id = value['id']
  if (typeof id !== 'string' && report.stop('/id', 'a string', id)) return false
  const size = value['size']
  if (size !== undefined && !isInteger(size) && report.stop('/size', 'an integer', size))
    return false
  for (const key of keys(value)) {
    const member = value[key]
    if (
      key !== 'id' &&
      key !== 'size' &&
      typeof member !== 'boolean' &&
      report.stop(segment(key), 'a boolean', member)
    )
      return false
  }
  return report.passed(start)
}
