import { type ModelConstructor, objectModel } from '../runtime/model'
import { type StandardSchemaProps, withStandardSchema } from '../runtime/standard-schema'
import {
  type ValidationReport,
  addError,
  fail,
  isNumber,
  isObject,
  isValid,
  ownProperty,
} from '../runtime/validation'

export interface SubjectInterface {
  marshal: boolean
  constructor?: string | Object['constructor']
  __proto__?: number
}

export type Subject = SubjectInterface

export const Subject: ModelConstructor<Subject, SubjectInterface> & {
  readonly '~standard': StandardSchemaProps<SubjectInterface, Subject>
} = /* @__PURE__ */ withStandardSchema(
  /* @__PURE__ */ objectModel<Subject, SubjectInterface>('Subject', checkSubject, false),
  (value: SubjectInterface): Subject => new Subject(value),
)

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  if (!isObject(value)) return fail(report, '', 'an object', value)
  const start = report.count
  const marshal = ownProperty(value, 'marshal')
  if (typeof marshal !== 'boolean' && addError(report, '/marshal', 'a boolean', marshal))
    return false
  const constructor = ownProperty(value, 'constructor')
  if (
    constructor !== undefined &&
    typeof constructor !== 'string' &&
    addError(report, '/constructor', 'a string', constructor)
  )
    return false
  const proto = ownProperty(value, '__proto__')
  if (proto !== undefined && !isNumber(proto) && addError(report, '/__proto__', 'a number', proto))
    return false
  return isValid(report, start)
}
