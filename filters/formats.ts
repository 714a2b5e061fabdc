/** Where the runtime has the function of a format. */
export interface FormatCheck {
  readonly file: 'formats' | 'formats-uri'
  readonly name: string
  readonly kind: 'string' | 'number'
}

function format(
  name: string,
  file: FormatCheck['file'] = 'formats',
  kind: FormatCheck['kind'] = 'string',
): FormatCheck {
  return { name, file, kind }
}

/** The formats that are checked. Others (`password`, `binary`, a document's own) only describe. */
const FORMATS: ReadonlyMap<string, FormatCheck> = new Map([
  ['date', format('isDate')],
  ['time', format('isTime')],
  ['date-time', format('isDateTime')],
  ['iso-time', format('isIsoTime')],
  ['iso-date-time', format('isIsoDateTime')],
  ['duration', format('isDuration')],
  ['email', format('isEmail')],
  ['hostname', format('isHostname')],
  ['ipv4', format('isIpv4')],
  ['ipv6', format('isIpv6')],
  ['uuid', format('isUuid')],
  ['uri', format('isUri', 'formats-uri')],
  ['uri-reference', format('isUriReference', 'formats-uri')],
  ['uri-template', format('isUriTemplate', 'formats-uri')],
  ['url', format('isUrl', 'formats-uri')],
  ['json-pointer', format('isJsonPointer')],
  ['json-pointer-uri-fragment', format('isJsonPointerUriFragment')],
  ['relative-json-pointer', format('isRelativeJsonPointer')],
  ['regex', format('isRegex')],
  ['byte', format('isByte')],
  ['int32', format('isInt32', 'formats', 'number')],
  ['int64', format('isInt64', 'formats', 'number')],
])

export function formatCheck(
  name: string | undefined,
  kind: FormatCheck['kind'],
): FormatCheck | undefined {
  const found = name === undefined ? undefined : FORMATS.get(name)
  return found?.kind === kind ? found : undefined
}
