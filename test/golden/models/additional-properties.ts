import { type ModelConstructor, objectModel } from '../runtime/model'
import { type StandardSchemaProps, withStandardSchema } from '../runtime/standard-schema'
import {
  type ValidationReport,
  addError,
  definedKeys,
  fail,
  isInteger,
  isObject,
  isValid,
  pointerSegment,
} from '../runtime/validation'

export interface SubjectInterface {
  id: string
  size?: number
  [key: string]: boolean | string | number | undefined
}

export type Subject = SubjectInterface & { marshal(): string }

export const Subject: ModelConstructor<Subject, SubjectInterface> & {
  readonly '~standard': StandardSchemaProps<SubjectInterface, Subject>
} = /* @__PURE__ */ withStandardSchema(
  /* @__PURE__ */ objectModel<Subject, SubjectInterface>('Subject', checkSubject, true),
  (value: SubjectInterface): Subject => new Subject(value),
)

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  if (!isObject(value)) return fail(report, '', 'an object', value)
  const start = report.count
  const id = value['id']
  if (typeof id !== 'string' && addError(report, '/id', 'a string', id)) return false
  const size = value['size']
  if (size !== undefined && !isInteger(size) && addError(report, '/size', 'an integer', size))
    return false
  for (const key of definedKeys(value)) {
    const member = value[key]
    if (
      key !== 'id' &&
      key !== 'size' &&
      typeof member !== 'boolean' &&
      addError(report, pointerSegment(key), 'a boolean', member)
    )
      return false
  }
  return isValid(report, start)
}
