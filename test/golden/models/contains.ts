import { type Model, jsonModel } from '../runtime/model'
import { type StandardSchemaProps, withStandardSchema } from '../runtime/standard-schema'
import { type ValidationReport, addError, fail, isArray, isValid } from '../runtime/validation'

export type Subject = unknown[]

export const Subject: Model<Subject> & {
  readonly '~standard': StandardSchemaProps<Subject, Subject>
} = /* @__PURE__ */ withStandardSchema(
  /* @__PURE__ */ jsonModel<Subject>(checkSubject),
  (value: Subject) => value,
)

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  if (!isArray(value)) return fail(report, '', 'an array', value)
  const start = report.count
  if (
    !value.some((item) => item === 1) &&
    addError(report, '', 'an item that matches contains', value)
  )
    return false
  return isValid(report, start)
}
