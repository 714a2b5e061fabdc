/*
 * RFC 3986 appendix A and RFC 6570 as regular expressions, composed from the rules of the grammar. The results are the same
 * as those of `ajv-formats` in full mode.
 */

const HEX = '%[0-9a-f]{2}'
const UNRESERVED = 'a-z0-9\\-._~'
const SUB_DELIMITERS = "!$&'()*+,;="
const DECIMAL = '(?:25[0-5]|2[0-4]\\d|[01]?\\d\\d?)'
const IPV4 = `(?:${DECIMAL}\\.){3}${DECIMAL}`
const H16 = '[0-9a-f]{1,4}'
const LS32 = `(?:${H16}:${H16}|${IPV4})`
const IPV6 = [
  `(?:${H16}:){6}${LS32}`,
  `::(?:${H16}:){5}${LS32}`,
  `(?:${H16})?::(?:${H16}:){4}${LS32}`,
  `(?:(?:${H16}:){0,1}${H16})?::(?:${H16}:){3}${LS32}`,
  `(?:(?:${H16}:){0,2}${H16})?::(?:${H16}:){2}${LS32}`,
  `(?:(?:${H16}:){0,3}${H16})?::${H16}:${LS32}`,
  `(?:(?:${H16}:){0,4}${H16})?::${LS32}`,
  `(?:(?:${H16}:){0,5}${H16})?::${H16}`,
  `(?:(?:${H16}:){0,6}${H16})?::`,
].join('|')
const IP_FUTURE = `[Vv][0-9a-f]+\\.[${UNRESERVED}${SUB_DELIMITERS}:]+`
const SCHEME = '[a-z][a-z0-9+\\-.]*:'

/** @param quote `"` if names and paths may contain one */
function afterScheme(quote: string): { part: string; tail: string } {
  const delimiters = SUB_DELIMITERS + quote
  const name = `(?:[${UNRESERVED}${delimiters}]|${HEX})*`
  const character = `(?:[${UNRESERVED}${delimiters}:@]|${HEX})`
  const user = `(?:(?:[${UNRESERVED}${SUB_DELIMITERS}:]|${HEX})*@)?`
  const host = `(?:\\[(?:(?:${IPV6})|${IP_FUTURE})\\]|${IPV4}|${name})`
  const path = `(?:\\/${character}*)*`
  const rest = `(?:[${UNRESERVED}${delimiters}:@/?]|${HEX})*`
  return {
    part: `(?:\\/?\\/${user}${host}(?::\\d*)?${path}|\\/(?:${character}+${path})?|${character}+${path})`,
    tail: `(?:\\?${rest})?(?:#${rest})?$`,
  }
}

const plain = afterScheme('')
const quoted = afterScheme('"')
const URI = new RegExp(`^${SCHEME}${plain.part}${plain.tail}`, 'i')
const URI_REFERENCE = new RegExp(`^(?:${SCHEME})?${quoted.part}?${quoted.tail}`, 'i')

/** RFC 3986 §3, absolute. */
export function isUri(text: string): boolean {
  return /[/:]/.test(text) && URI.test(text)
}

/** RFC 3986 §4.1. */
export function isUriReference(text: string): boolean {
  return URI_REFERENCE.test(text)
}

const VARIABLE = `(?:[a-z0-9_]|${HEX})+(?::[1-9][0-9]{0,3}|\\*)?`
const URI_TEMPLATE = new RegExp(
  `^(?:(?:[^\\x00-\\x20"'<>%\\\\^\`{|}]|${HEX})|\\{[+#./;?&=,!@|]?${VARIABLE}(?:,${VARIABLE})*\\})*$`,
  'i',
)

/** RFC 6570 §2. */
export function isUriTemplate(text: string): boolean {
  return URI_TEMPLATE.test(text)
}

const PRIVATE = [
  '(?!(?:10|127)(?:\\.\\d{1,3}){3})',
  '(?!(?:169\\.254|192\\.168)(?:\\.\\d{1,3}){2})',
  '(?!172\\.(?:1[6-9]|2\\d|3[0-1])(?:\\.\\d{1,3}){2})',
].join('')
const PUBLIC_IPV4 =
  '(?:[1-9]\\d?|1\\d\\d|2[01]\\d|22[0-3])(?:\\.(?:1?\\d{1,2}|2[0-4]\\d|25[0-5])){2}(?:\\.(?:[1-9]\\d?|1\\d\\d|2[0-4]\\d|25[0-4]))'
const LETTER = 'a-z0-9\\u{00a1}-\\u{ffff}'
const LABEL = `(?:[${LETTER}]+-)*[${LETTER}]+`
const URL_ADDRESS = new RegExp(
  `^(?:https?|ftp):\\/\\/(?:\\S+(?::\\S*)?@)?(?:${PRIVATE}${PUBLIC_IPV4}|${LABEL}(?:\\.${LABEL})*(?:\\.(?:[a-z\\u{00a1}-\\u{ffff}]{2,})))(?::\\d{2,5})?(?:\\/[^\\s]*)?$`,
  'iu',
)

/** The URL of a public web or FTP address. */
export function isUrl(text: string): boolean {
  return URL_ADDRESS.test(text)
}
