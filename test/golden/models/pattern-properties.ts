import { type ModelConstructor, objectModel } from '../runtime/model'
import { type StandardSchemaProps, withStandardSchema } from '../runtime/standard-schema'
import {
  type ValidationReport,
  addError,
  definedKeys,
  fail,
  isObject,
  isValid,
  pointerSegment,
} from '../runtime/validation'

export type SubjectInterface = {
  [key: string]: string
}

export type Subject = SubjectInterface & { marshal(): string }

export const Subject: ModelConstructor<Subject, SubjectInterface> & {
  readonly '~standard': StandardSchemaProps<SubjectInterface, Subject>
} = /* @__PURE__ */ withStandardSchema(
  /* @__PURE__ */ objectModel<Subject, SubjectInterface>('Subject', checkSubject, true),
  (value: SubjectInterface): Subject => new Subject(value),
)

const pattern1 = new RegExp('^x-', 'u')

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  if (!isObject(value)) return fail(report, '', 'an object', value)
  const start = report.count
  for (const key of definedKeys(value)) {
    const member = value[key]
    if (
      pattern1.test(key) &&
      typeof member !== 'string' &&
      addError(report, pointerSegment(key), 'a string', member)
    )
      return false
    if (!pattern1.test(key) && addError(report, pointerSegment(key), 'no value', member))
      return false
  }
  return isValid(report, start)
}
