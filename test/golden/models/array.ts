import { type Model, jsonModel } from '../runtime/model'
import { type StandardSchemaProps, withStandardSchema } from '../runtime/standard-schema'
import {
  type ValidationReport,
  addError,
  fail,
  hasUniqueItems,
  isArray,
  isValid,
} from '../runtime/validation'

/**
 * - minItems: 1
 * - maxItems: 9
 * - uniqueItems: true
 */
export type Subject = string[]

export const Subject: Model<Subject> & {
  readonly '~standard': StandardSchemaProps<Subject, Subject>
} = /* @__PURE__ */ withStandardSchema(
  /* @__PURE__ */ jsonModel<Subject>(checkSubject),
  (value: Subject) => value,
)

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  if (!isArray(value)) return fail(report, '', 'an array', value)
  const start = report.count
  if (value.length < 1 && addError(report, '', 'at least 1 item', value)) return false
  if (value.length > 9 && addError(report, '', 'at most 9 items', value)) return false
  if (!hasUniqueItems(value) && addError(report, '', 'items that all differ', value)) return false
  for (let index = 0; index < value.length; index += 1) {
    const item: unknown = value[index]
    if (typeof item === 'string') {
      if (item === '' && addError(report, '/' + index, 'at least 1 character', item)) return false
    } else if (addError(report, '/' + index, 'a string', item)) return false
  }
  return isValid(report, start)
}
