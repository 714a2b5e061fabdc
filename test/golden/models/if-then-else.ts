import type { ModelConstructor } from '../runtime/model'
import { objectModel } from '../runtime/models'
import { type ValidationReport, isNumber, isObject, silent } from '../runtime/validation'

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

export const Subject: ModelConstructor<Subject, SubjectInterface> = /* @__PURE__ */ objectModel(
  'Subject',
  checkSubject,
  true,
)

function matches1(value: unknown, report: ValidationReport): boolean {
  const start = report.count
  if (isObject(value)) {
    const kind = value['kind']
    if (kind !== undefined && kind !== 'a' && report.stop('/kind', '"a"', kind)) return false
  }
  return report.passed(start)
}

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  const start = report.count
  if (isObject(value)) {
    const kind = value['kind']
    if (kind !== 'a' && kind !== 'b' && report.stop('/kind', 'one of "a", "b"', kind)) return false
  } else if (report.stop('', 'an object', value)) return false
  if (matches1(value, silent)) {
    const inner: unknown = value
    if (isObject(inner)) {
      const x = inner['x']
      if (!isNumber(x) && report.stop('/x', 'a number', x)) return false
    }
  } else {
    const inner2: unknown = value
    if (isObject(inner2) && inner2['y'] === undefined && report.stop('/y', 'a value', undefined))
      return false
  }
  return report.passed(start)
}
