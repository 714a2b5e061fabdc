import type { JsonType } from '../../schema/schema'

/** Maximum number of values in an error. */
const MAX_VALUES = 10

const TYPE_WORDS: Readonly<Record<JsonType, string>> = {
  null: 'null',
  boolean: 'a boolean',
  object: 'an object',
  array: 'an array',
  number: 'a number',
  integer: 'an integer',
  string: 'a string',
}

/** Expected types or values in errors. They contain text of the document, so they must be printed as a literal. */
export function expectedTypes(types: readonly JsonType[]): string {
  return types.map((type) => TYPE_WORDS[type]).join(' or ')
}

export function expectedValues(values: readonly unknown[]): string {
  const shown = values.slice(0, MAX_VALUES).map((value) => JSON.stringify(value))
  if (values.length === 0) return 'no value'
  const rest = values.length - shown.length
  const more = rest === 0 ? '' : rest === 1 ? ' or 1 other' : ` or ${rest} others`
  return shown.length === 1 ? (shown[0] ?? '') : `one of ${shown.join(', ')}${more}`
}

export function pluralize(number: number, one: string, several: string): string {
  return `${number} ${number === 1 ? one : several}`
}
