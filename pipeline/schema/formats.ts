import { closestMatch } from '../suggest'

/** Location of a format's function in the runtime. */
export interface FormatFunction {
  readonly file: 'formats' | 'formats-uri'
  readonly name: string
  readonly kind: 'string' | 'number'
}

function formatFunction(
  name: string,
  file: FormatFunction['file'] = 'formats',
  kind: FormatFunction['kind'] = 'string',
): FormatFunction {
  return { name, file, kind }
}

/** The formats that are checked. Others (`password`, `binary`, custom ones) are annotations only. */
const FORMATS: ReadonlyMap<string, FormatFunction> = new Map([
  ['date', formatFunction('isDate')],
  ['time', formatFunction('isTime')],
  ['date-time', formatFunction('isDateTime')],
  ['iso-time', formatFunction('isIsoTime')],
  ['iso-date-time', formatFunction('isIsoDateTime')],
  ['duration', formatFunction('isDuration')],
  ['email', formatFunction('isEmail')],
  ['hostname', formatFunction('isHostname')],
  ['ipv4', formatFunction('isIpv4')],
  ['ipv6', formatFunction('isIpv6')],
  ['uuid', formatFunction('isUuid')],
  ['uri', formatFunction('isUri', 'formats-uri')],
  ['uri-reference', formatFunction('isUriReference', 'formats-uri')],
  ['uri-template', formatFunction('isUriTemplate', 'formats-uri')],
  ['url', formatFunction('isUrl', 'formats-uri')],
  ['json-pointer', formatFunction('isJsonPointer')],
  ['json-pointer-uri-fragment', formatFunction('isJsonPointerUriFragment')],
  ['relative-json-pointer', formatFunction('isRelativeJsonPointer')],
  ['regex', formatFunction('isRegex')],
  ['byte', formatFunction('isByte')],
  ['int32', formatFunction('isInt32', 'formats', 'number')],
  ['int64', formatFunction('isInt64', 'formats', 'number')],
])

export function findFormat(
  name: string | undefined,
  kind: FormatFunction['kind'],
): FormatFunction | undefined {
  const found = name === undefined ? undefined : FORMATS.get(name)
  return found?.kind === kind ? found : undefined
}

/** Annotation-only formats of OpenAPI and of later drafts of JSON Schema. */
const DESCRIPTIVE = (
  'binary char commonmark date-time-local decimal decimal128 double double-int float html http-date idn-email ' +
  'idn-hostname int8 int16 iri iri-reference media-range password sf-binary sf-boolean sf-decimal sf-integer sf-string ' +
  'sf-token time-local uint8 uint16 uint32 uint64'
).split(' ')

/** The problem of a format that is probably misspelled. */
export function formatProblem(name: unknown): string | undefined {
  if (typeof name !== 'string') return undefined
  const known = [...FORMATS.keys(), ...DESCRIPTIVE]
  const guess = known.includes(name) ? undefined : closestMatch(name, known)
  if (guess === undefined) return undefined
  return `${JSON.stringify(name)} is not a known format (did you mean "${guess}"?); it is not checked`
}
