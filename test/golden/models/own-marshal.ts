import type { ModelConstructor } from '../runtime/model'
import { objectModel } from '../runtime/models'
import {
  type ValidationReport,
  isNumber,
  isObject,
  own,
  passed,
  refuse,
  stop,
} from '../runtime/validation'

export interface SubjectInterface {
  marshal: boolean
  constructor?: string | Object['constructor']
  __proto__?: number
}

export type Subject = SubjectInterface

export const Subject: ModelConstructor<Subject, SubjectInterface> = /* @__PURE__ */ objectModel(
  'Subject',
  checkSubject,
  false,
)

export function checkSubject(value: unknown, report: ValidationReport): boolean {
  if (!isObject(value)) return refuse(report, '', 'an object', value)
  const start = report.count
  const marshal = own(value, 'marshal')
  if (typeof marshal !== 'boolean' && stop(report, '/marshal', 'a boolean', marshal)) return false
  const constructor = own(value, 'constructor')
  if (
    constructor !== undefined &&
    typeof constructor !== 'string' &&
    stop(report, '/constructor', 'a string', constructor)
  )
    return false
  const proto = own(value, '__proto__')
  if (proto !== undefined && !isNumber(proto) && stop(report, '/__proto__', 'a number', proto))
    return false
  return passed(report, start)
}
