import { type Model, jsonModel } from '../runtime/model'
import { type StandardSchemaProps, withStandardSchema } from '../runtime/standard-schema'
import {
  type ValidationReport,
  addError,
  fail,
  isArray,
  isNumber,
  isValid,
} from '../runtime/validation'

/** - minItems: 2 */
export type Subject = [string, number, boolean?, ...null[]]

export const Subject: Model<Subject> & {
  readonly '~standard': StandardSchemaProps<Subject, Subject>
} = /* @__PURE__ */ withStandardSchema(
  /* @__PURE__ */ jsonModel<Subject>(checkSubject),
  (value: Subject) => value,
)

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  if (!isArray(value)) return fail(report, '', 'an array', value)
  const start = report.count
  if (value.length < 2 && addError(report, '', 'at least 2 items', value)) return false
  if (value.length > 0) {
    const item: unknown = value[0]
    if (typeof item !== 'string' && addError(report, '/0', 'a string', item)) return false
  }
  if (value.length > 1) {
    const item2: unknown = value[1]
    if (!isNumber(item2) && addError(report, '/1', 'a number', item2)) return false
  }
  if (value.length > 2) {
    const item3: unknown = value[2]
    if (typeof item3 !== 'boolean' && addError(report, '/2', 'a boolean', item3)) return false
  }
  for (let index = 3; index < value.length; index += 1) {
    const item4: unknown = value[index]
    if (item4 !== null && addError(report, '/' + index, 'null', item4)) return false
  }
  return isValid(report, start)
}
