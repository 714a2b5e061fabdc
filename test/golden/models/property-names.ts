import { type ModelConstructor, objectModel } from '../runtime/model'
import { type StandardSchemaProps, withStandardSchema } from '../runtime/standard-schema'
import {
  type ValidationReport,
  addError,
  definedKeys,
  fail,
  isLonger,
  isObject,
  isValid,
} from '../runtime/validation'

/** - maxProperties: 2 */
export type SubjectInterface = {
  [key: string]: unknown
}

/** - maxProperties: 2 */
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
  if (definedKeys(value).length > 2 && addError(report, '', 'at most 2 properties', value))
    return false
  for (const key of definedKeys(value)) {
    const names: unknown = key
    if (
      typeof names === 'string' &&
      isLonger(names, 3) &&
      addError(report, '', 'at most 3 characters', names)
    )
      return false
  }
  return isValid(report, start)
}
