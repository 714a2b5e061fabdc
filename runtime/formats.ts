/*
 * The formats of JSON Schema (draft 7, validation §7.3) and of OpenAPI, with the results of `ajv-formats` in full mode.
 * Each is a separate function, so a bundle contains only the formats that its schemas use.
 */

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** RFC 3339 §5.6 full-date. */
export function isDate(text: string): boolean {
  return text.length === 10 && startsWithDate(text)
}

/** RFC 3339 §5.6 full-time: with a time zone. */
export function isTime(text: string): boolean {
  return timeEnd(text, 0, true) === text.length
}

/** RFC 3339 §5.6 date-time; a space may replace the `T`. */
export function isDateTime(text: string): boolean {
  return isTimestamp(text, true)
}

/** Like `time`; the time zone is optional. */
export function isIsoTime(text: string): boolean {
  return timeEnd(text, 0, false) === text.length
}

/** Like `date-time`; the time zone is optional. */
export function isIsoDateTime(text: string): boolean {
  return isTimestamp(text, false)
}

function isTimestamp(text: string, requiresZone: boolean): boolean {
  return (
    startsWithDate(text) &&
    /[t\s]/i.test(text.charAt(10)) &&
    timeEnd(text, 11, requiresZone) === text.length
  )
}

function startsWithDate(text: string): boolean {
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2)
  const month = twoDigits(text, 5)
  const day = twoDigits(text, 8)
  if (Number.isNaN(year) || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return false
  const isLeapFebruary = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return day >= 1 && day <= (DAYS[month - 1] ?? 0) + (isLeapFebruary ? 1 : 0)
}

const DURATION =
  /^P(?!$)(?:(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?|(?:\d+W)?)$/

/** RFC 3339 appendix A. */
export function isDuration(text: string): boolean {
  return DURATION.test(text)
}

const ATOM = "[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
const LABEL = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?'
const EMAIL = new RegExp(`^${ATOM}(?:\\.${ATOM})*@(?:${LABEL}\\.)+${LABEL}$`, 'i')

/** RFC 5321 §4.1.2 Mailbox, without quoted local parts and address literals. */
export function isEmail(text: string): boolean {
  return EMAIL.test(text)
}

const HOSTNAME =
  /^(?=.{1,253}\.?$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\.?$/i

/** RFC 1123 §2.1. */
export function isHostname(text: string): boolean {
  return HOSTNAME.test(text)
}

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const IPV4 = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}$`)

/** RFC 2673 §3.2 dotted quad. */
export function isIpv4(text: string): boolean {
  return IPV4.test(text)
}

/** RFC 4291 §2.2, without a zone. */
export function isIpv6(text: string): boolean {
  const halves = text.split('::')
  if (halves.length > 2) return false
  let groups = 0
  for (const [half, part] of halves.entries()) {
    if (part === '') {
      if (halves.length === 1) return false
      continue
    }
    const words = part.split(':')
    for (const [index, word] of words.entries()) {
      const isLast = half === halves.length - 1 && index === words.length - 1
      if (/^[0-9a-f]{1,4}$/i.test(word)) groups += 1
      else if (isLast && isIpv4(word)) groups += 2
      else return false
    }
  }
  return halves.length === 1 ? groups === 8 : groups <= 7
}

const UUID = /^(?:urn:uuid:)?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** RFC 4122. */
export function isUuid(text: string): boolean {
  return UUID.test(text)
}

const JSON_POINTER = /^(?:\/(?:[^~/]|~0|~1)*)*$/

/** RFC 6901 §3. */
export function isJsonPointer(text: string): boolean {
  return JSON_POINTER.test(text)
}

const JSON_POINTER_FRAGMENT = /^#(?:\/(?:[a-z0-9_\-.!$&'()*+,;:=@]|%[0-9a-f]{2}|~0|~1)*)*$/i

/** RFC 6901 §6. */
export function isJsonPointerUriFragment(text: string): boolean {
  return JSON_POINTER_FRAGMENT.test(text)
}

const RELATIVE_JSON_POINTER = /^(?:0|[1-9][0-9]*)(?:#|(?:\/(?:[^~/]|~0|~1)*)*)$/

/** draft-handrews-relative-json-pointer-01. */
export function isRelativeJsonPointer(text: string): boolean {
  return RELATIVE_JSON_POINTER.test(text)
}

/** ECMA-262 pattern. JavaScript accepts `\Z`, which is a mistake: it is rejected here. */
export function isRegex(text: string): boolean {
  if (/[^\\]\\Z/.test(text)) return false
  try {
    new RegExp(text)
    return true
  } catch {
    return false
  }
}

// `ajv-formats` checks each line separately, because long texts are wrapped.
const BYTE = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/m

/** Base64 (RFC 4648 §4), the format `byte` of OpenAPI. */
export function isByte(text: string): boolean {
  return BYTE.test(text)
}

/** A signed 32-bit integer. */
export function isInt32(value: number): boolean {
  return Number.isInteger(value) && value <= 2 ** 31 - 1 && value >= -(2 ** 31)
}

/** Any integer: JavaScript numbers cannot represent the 64-bit limits. */
export function isInt64(value: number): boolean {
  return Number.isInteger(value)
}

/** The value of two digits; NaN if they are not digits. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48
  const ones = text.charCodeAt(at + 1) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

/**
 * Index after the time of day that begins at `at` (RFC 3339 §5.6, leap seconds included); -1 if it is invalid.
 * @param requiresZone whether the time zone is required
 */
function timeEnd(text: string, at: number, requiresZone: boolean): number {
  const hour = twoDigits(text, at)
  const minute = twoDigits(text, at + 3)
  const second = twoDigits(text, at + 6)
  // This form rejects NaN.
  if (!(hour <= 23 && minute <= 59 && second <= 60)) return -1
  if (text.charCodeAt(at + 2) !== 58 || text.charCodeAt(at + 5) !== 58) return -1
  let end = at + 8
  if (text.charCodeAt(end) === 46) {
    end = digitsEnd(text, end + 1)
    if (end === at + 9) return -1
  }
  let offset = 0
  const sign = text.charCodeAt(end)
  if (sign === 90 || sign === 122) {
    end += 1
  } else if (sign === 43 || sign === 45) {
    const hours = twoDigits(text, end + 1)
    if (!(hours <= 23)) return -1
    end += 3
    let minutes = 0
    if (end < text.length) {
      if (text.charCodeAt(end) === 58) end += 1
      minutes = twoDigits(text, end)
      if (!(minutes <= 59)) return -1
      end += 2
    }
    offset = (sign === 45 ? -1 : 1) * (hours * 60 + minutes)
  } else if (requiresZone) {
    return -1
  }
  return second < 60 || isLeapMinute(hour * 60 + minute - offset) ? end : -1
}

/** A leap second is added at midnight UTC. */
function isLeapMinute(minutesUtc: number): boolean {
  const day = 24 * 60
  return (minutesUtc + day) % day === day - 1
}

function digitsEnd(text: string, at: number): number {
  let end = at
  while (text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) end += 1
  return end
}
