import { type Model, jsonModel } from '../runtime/model'
import { type StandardSchemaProps, withStandardSchema } from '../runtime/standard-schema'
import { type ValidationReport, addError, fail, isLonger, isValid } from '../runtime/validation'

/** - maxLength: 10 */
export type Subject = string

export const Subject: Model<Subject> & {
  readonly '~standard': StandardSchemaProps<Subject, Subject>
} = /* @__PURE__ */ withStandardSchema(
  /* @__PURE__ */ jsonModel<Subject>(checkSubject),
  (value: Subject) => value,
)

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  if (typeof value !== 'string') return fail(report, '', 'a string', value)
  const start = report.count
  if (isLonger(value, 10) && addError(report, '', 'at most 10 characters', value)) return false
  return isValid(report, start)
}
