import type { ModelConstructor } from '../runtime/model'
import { objectModel } from '../runtime/models'
import {
  type ValidationReport,
  isNumber,
  isObject,
  passed,
  refuse,
  silent,
  stop,
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

export const Subject: ModelConstructor<Subject, SubjectInterface> = /* @__PURE__ */ objectModel(
  'Subject',
  checkSubject,
  true,
)

function matches1(value: unknown, report: ValidationReport): boolean {
  if (!isObject(value)) return refuse(report, '', 'an object', value)
  const start = report.count
  const kind = value['kind']
  if (kind !== 'circle' && stop(report, '/kind', '"circle"', kind)) return false
  const radius = value['radius']
  if (!isNumber(radius) && stop(report, '/radius', 'a number', radius)) return false
  return passed(report, start)
}

function matches2(value: unknown, report: ValidationReport): boolean {
  if (!isObject(value)) return refuse(report, '', 'an object', value)
  const start = report.count
  const kind = value['kind']
  if (kind !== 'square' && stop(report, '/kind', '"square"', kind)) return false
  const side = value['side']
  if (!isNumber(side) && stop(report, '/side', 'a number', side)) return false
  return passed(report, start)
}

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  const start = report.count
  if (
    Number(matches1(value, silent)) + Number(matches2(value, silent)) !== 1 &&
    stop(report, '', 'exactly one of 2 alternatives', value)
  )
    return false
  return passed(report, start)
}
