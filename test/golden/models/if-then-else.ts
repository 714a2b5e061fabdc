import { type ModelConstructor, objectModel } from '../runtime/model'
import { type StandardSchemaProps, withStandardSchema } from '../runtime/standard-schema'
import {
  DISCARD,
  type ValidationReport,
  addError,
  isNumber,
  isObject,
  isValid,
} from '../runtime/validation'

export type SubjectInterface = {
  kind: 'a' | 'b'
} & (
  | {
      kind?: 'a'
      x: number
    }
  | {
      y: unknown
    }
)

export type Subject = SubjectInterface & { marshal(): string }

export const Subject: ModelConstructor<Subject, SubjectInterface> & {
  readonly '~standard': StandardSchemaProps<SubjectInterface, Subject>
} = /* @__PURE__ */ withStandardSchema(
  /* @__PURE__ */ objectModel<Subject, SubjectInterface>('Subject', checkSubject, true),
  (value: SubjectInterface): Subject => new Subject(value),
)

function matches1(value: unknown, report: ValidationReport): boolean {
  const start = report.count
  if (isObject(value)) {
    const kind = value['kind']
    if (kind !== undefined && kind !== 'a' && addError(report, '/kind', '"a"', kind)) return false
  }
  return isValid(report, start)
}

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  const start = report.count
  if (isObject(value)) {
    const kind = value['kind']
    if (kind !== 'a' && kind !== 'b' && addError(report, '/kind', 'one of "a", "b"', kind))
      return false
  } else if (addError(report, '', 'an object', value)) return false
  if (matches1(value, DISCARD)) {
    const inner: unknown = value
    if (isObject(inner)) {
      const x = inner['x']
      if (!isNumber(x) && addError(report, '/x', 'a number', x)) return false
    }
  } else {
    const inner2: unknown = value
    if (
      isObject(inner2) &&
      inner2['y'] === undefined &&
      addError(report, '/y', 'a value', undefined)
    )
      return false
  }
  return isValid(report, start)
}
