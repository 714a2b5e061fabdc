/**
 * Identifier letters of Node that TypeScript 5.8 to 6 does not support: letters newer than Unicode 15.1, and U+2E2F,
 * which is a letter but not allowed in identifiers (UAX #31). Names omit them, so that the output compiles and does not
 * depend on the Unicode version of Node.
 */
const UNSUPPORTED_ID_RANGES =
  '\\u088f\\u0897\\u0c5c\\u0cdc\\u1acf-\\u1add\\u1ae0-\\u1aeb\\u1c89-\\u1c8a\\u2e2f\\ua7cb-\\ua7cf\\ua7d2\\ua7d4' +
  '\\ua7da-\\ua7dc\\ua7f1' +
  [
    '105c0-105f3 10940-10959 10d40-10d65 10d69-10d6d 10d6f-10d85 10ec2-10ec7 10efa-10efc 11380-11389 1138b 1138e',
    '11390-113b5 113b7-113c0 113c2 113c5 113c7-113ca 113cc-113d3 113e1-113e2 116d0-116e3 11b60-11b67 11bc0-11be0',
    '11bf0-11bf9 11db0-11ddb 11de0-11de9 11f5a 13460-143fa 16100-16139 16d40-16d6c 16d70-16d79 16ea0-16eb8',
    '16ebb-16ed3 16ff2-16ff6 187f8-187ff 18cff 18d09-18d1e 18d80-18df2 1ccf0-1ccf9 1e5d0-1e5fa 1e6c0-1e6de',
    '1e6e0-1e6f5 1e6fe-1e6ff 2b73a-2b73f 2cea2-2cead 323b0-33479',
  ]
    .join(' ')
    .replaceAll(/[0-9a-f]+/g, String.raw`\u{$&}`)
    .replaceAll(' ', '')

const UNSUPPORTED_ID_CHARS = new RegExp(`[${UNSUPPORTED_ID_RANGES}]`, 'gu')
const UNSUPPORTED_ID_CHAR = new RegExp(`[${UNSUPPORTED_ID_RANGES}]`, 'u')

/** The text with a space in place of each letter that some compilers do not support. */
export function replaceUnsupportedIdChars(text: string): string {
  return text.replaceAll(UNSUPPORTED_ID_CHARS, ' ')
}

export function hasUnsupportedIdChar(text: string): boolean {
  return UNSUPPORTED_ID_CHAR.test(text)
}
