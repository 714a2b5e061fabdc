import { type ModelConstructor, objectModel } from '../runtime/model'
import { type StandardSchemaProps, withStandardSchema } from '../runtime/standard-schema'
import {
  DISCARD,
  type ValidationReport,
  addAlternativeErrors,
  addError,
  fail,
  isNumber,
  isObject,
  isValid,
} from '../runtime/validation'

export type SubjectInterface = SubjectCircle | SubjectSquare

/** Circle */
export interface SubjectCircle {
  kind: 'circle'
  radius: number
}

/** Square */
export interface SubjectSquare {
  kind: 'square'
  side: number
}

export type Subject = SubjectInterface & { marshal(): string }

export const Subject: ModelConstructor<Subject, SubjectInterface> & {
  readonly '~standard': StandardSchemaProps<SubjectInterface, Subject>
} = /* @__PURE__ */ withStandardSchema(
  /* @__PURE__ */ objectModel<Subject, SubjectInterface>('Subject', checkSubject, true),
  (value: SubjectInterface): Subject => new Subject(value),
)

function matches1(value: unknown, report: ValidationReport): boolean {
  if (!isObject(value)) return fail(report, '', 'an object', value)
  const start = report.count
  const kind = value['kind']
  if (kind !== 'circle' && addError(report, '/kind', '"circle"', kind)) return false
  const radius = value['radius']
  if (!isNumber(radius) && addError(report, '/radius', 'a number', radius)) return false
  return isValid(report, start)
}

function matches2(value: unknown, report: ValidationReport): boolean {
  if (!isObject(value)) return fail(report, '', 'an object', value)
  const start = report.count
  const kind = value['kind']
  if (kind !== 'square' && addError(report, '/kind', '"square"', kind)) return false
  const side = value['side']
  if (!isNumber(side) && addError(report, '/side', 'a number', side)) return false
  return isValid(report, start)
}

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  const start = report.count
  if (
    Number(matches1(value, DISCARD)) + Number(matches2(value, DISCARD)) !== 1 &&
    addAlternativeErrors(report, '', 'exactly one of 2 alternatives', value, 'kind', {
      circle: matches1,
      square: matches2,
    })
  )
    return false
  return isValid(report, start)
}
