import {
  isByte,
  isDate,
  isDateTime,
  isDuration,
  isEmail,
  isHostname,
  isInt32,
  isInt64,
  isIpv4,
  isIpv6,
  isIsoDateTime,
  isIsoTime,
  isJsonPointer,
  isJsonPointerUriFragment,
  isRegex,
  isRelativeJsonPointer,
  isTime,
  isUuid,
} from '../../runtime/formats'
import { isUri, isUriReference, isUriTemplate, isUrl } from '../../runtime/formats-uri'

/** A sample text of each checked format, with the check function of the generated validators. */
const FORMAT_SAMPLES: Readonly<
  Record<string, readonly [sample: string, check: (text: string) => boolean]>
> = {
  byte: ['aGVsbG8=', isByte],
  date: ['2026-01-01', isDate],
  'date-time': ['2026-01-01T12:00:00Z', isDateTime],
  duration: ['PT30S', isDuration],
  email: ['ada@example.com', isEmail],
  hostname: ['example.com', isHostname],
  ipv4: ['192.0.2.1', isIpv4],
  ipv6: ['2001:db8::1', isIpv6],
  'iso-date-time': ['2026-01-01T12:00:00Z', isIsoDateTime],
  'iso-time': ['12:00:00Z', isIsoTime],
  'json-pointer': ['/name', isJsonPointer],
  'json-pointer-uri-fragment': ['#/name', isJsonPointerUriFragment],
  regex: ['^[a-z]+$', isRegex],
  'relative-json-pointer': ['1/name', isRelativeJsonPointer],
  time: ['12:00:00Z', isTime],
  uri: ['https://example.com/', isUri],
  'uri-reference': ['/path', isUriReference],
  'uri-template': ['/users/{id}', isUriTemplate],
  url: ['https://example.com/', isUrl],
  uuid: ['00000000-0000-4000-8000-000000000001', isUuid],
}

export function sampleOfFormat(format: string | undefined): string | undefined {
  return format !== undefined && Object.hasOwn(FORMAT_SAMPLES, format)
    ? FORMAT_SAMPLES[format]?.[0]
    : undefined
}

/** Whether a value has the format. True for formats that are not checked. */
export function hasFormat(value: unknown, format: string): boolean {
  if (typeof value === 'number') {
    if (format === 'int32') return isInt32(value)
    return format === 'int64' ? isInt64(value) : true
  }
  if (typeof value !== 'string' || !Object.hasOwn(FORMAT_SAMPLES, format)) return true
  return FORMAT_SAMPLES[format]?.[1](value) ?? true
}
