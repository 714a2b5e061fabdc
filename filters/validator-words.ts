import type { JsonType } from '../pipeline/models/schema'

/** Most values that an error names. */
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

/** What errors say they expected: document text among it, to be printed as a literal. */
export function typeWords(types: readonly JsonType[]): string {
  return types.map((type) => TYPE_WORDS[type]).join(' or ')
}

export function valueWords(values: readonly unknown[]): string {
  const shown = values.slice(0, MAX_VALUES).map((value) => JSON.stringify(value))
  if (values.length === 0) return 'nothing at all'
  const more = values.length > MAX_VALUES ? ` or ${values.length - MAX_VALUES} others` : ''
  return shown.length === 1 ? (shown[0] ?? '') : `one of ${shown.join(', ')}${more}`
}

export function count(number: number, one: string, several: string): string {
  return `${number} ${number === 1 ? one : several}`
}
