import { type ModelConstructor, objectModel } from '../runtime/model'
import { type StandardSchemaProps, withStandardSchema } from '../runtime/standard-schema'
import {
  type ValidationReport,
  addError,
  isObject,
  isValid,
  ownProperty,
} from '../runtime/validation'

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

export const Subject: ModelConstructor<Subject, SubjectInterface> & {
  readonly '~standard': StandardSchemaProps<SubjectInterface, Subject>
} = /* @__PURE__ */ withStandardSchema(
  /* @__PURE__ */ objectModel<Subject, SubjectInterface>('Subject', checkSubject, true),
  (value: SubjectInterface): Subject => new Subject(value),
)

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  const start = report.count
  if (isObject(value)) {
    const card = value['card']
    if (
      card !== undefined &&
      typeof card !== 'string' &&
      addError(report, '/card', 'a string', card)
    )
      return false
    const street = value['street']
    if (
      street !== undefined &&
      typeof street !== 'string' &&
      addError(report, '/street', 'a string', street)
    )
      return false
  } else if (addError(report, '', 'an object', value)) return false
  if (isObject(value) && ownProperty(value, 'card') !== undefined) {
    const inner: unknown = value
    if (
      isObject(inner) &&
      inner['street'] === undefined &&
      addError(report, '/street', 'a value', undefined)
    )
      return false
  }
  return isValid(report, start)
}
