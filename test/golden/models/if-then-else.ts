import type { ModelConstructor } from '../runtime/model'
import { objectModel } from '../runtime/models'
import {
  type ValidationReport,
  isNumber,
  isObject,
  passed,
  silent,
  stop,
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

export const Subject: ModelConstructor<Subject, SubjectInterface> = /* @__PURE__ */ objectModel(
  'Subject',
  checkSubject,
  true,
)

function matches1(value: unknown, report: ValidationReport): boolean {
  const start = report.count
  if (isObject(value)) {
    const kind = value['kind']
    if (kind !== undefined && kind !== 'a' && stop(report, '/kind', '"a"', kind)) return false
  }
  return passed(report, start)
}

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  const start = report.count
  if (isObject(value)) {
    const kind = value['kind']
    if (kind !== 'a' && kind !== 'b' && stop(report, '/kind', 'one of "a", "b"', kind)) return false
  } else if (stop(report, '', 'an object', value)) return false
  if (matches1(value, silent)) {
    const inner: unknown = value
    if (isObject(inner)) {
      const x = inner['x']
      if (!isNumber(x) && stop(report, '/x', 'a number', x)) return false
    }
  } else {
    const inner2: unknown = value
    if (isObject(inner2) && inner2['y'] === undefined && stop(report, '/y', 'a value', undefined))
      return false
  }
  return passed(report, start)
}
