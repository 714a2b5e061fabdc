import type { SourceChannel } from './document'
import { asObject, asString, isJsonObject, type JsonObject } from '../json'

/** An address, split into path, query and fragment. */
export interface SplitAddress {
  readonly path: string
  /**
   * Query parameters in address order. `value` is set for constants; otherwise the channel's parameter provides the value.
   */
  readonly query: readonly QueryPart[]
  /** The text after `#`; requests do not contain it (RFC 9110 §7.1). */
  readonly fragment: string | undefined
}

export interface QueryPart {
  readonly name: string
  readonly value: string | undefined
  readonly parameter: string | undefined
}

/** Splits `events?since={since}` and `events{?since,limit}` (RFC 6570 §3.2.8). */
export function splitAddress(address: string): SplitAddress {
  const [whole = '', ...rest] = splitOutsideBraces(address, '#')
  const fragment = rest.length > 0 ? rest.join('#') : undefined
  const names: string[] = []
  const plain = whole.replaceAll(/\{[?&]([^{}]*)\}/g, (_, list: string) => {
    names.push(...list.split(',').map((name) => name.trim().replace(/\*$|:\d+$/, '')))
    return ''
  })
  const [path = '', ...queries] = splitOutsideBraces(plain, '?')
  const pairs = queries.join('?').split('&').filter(Boolean).map(readPair)
  const expanded = names
    .filter((name) => name !== '')
    .map((name): QueryPart => ({ name, value: undefined, parameter: name }))
  return { path, query: [...pairs, ...expanded], fragment }
}

/** Splits at a character outside of `{…}`. */
function splitOutsideBraces(text: string, separator: string): string[] {
  const parts = ['']
  let depth = 0
  for (const character of text) {
    if (character === '{') depth += 1
    if (character === '}') depth = Math.max(0, depth - 1)
    if (character === separator && depth === 0) parts.push('')
    else parts[parts.length - 1] += character
  }
  return parts
}

function readPair(pair: string): QueryPart {
  const [name = '', value = ''] = pair.split(/=(.*)/s)
  const [, parameter] = /^\{([^{}]+)\}$/.exec(value) ?? []
  return parameter === undefined
    ? { name: decode(name), value: decode(value), parameter: undefined }
    : { name: decode(name), value: undefined, parameter }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

/**
 * Schema of a stream's query: the query of the `http` binding and the part of the address after `?`.
 * @param declared schema of the binding
 * @returns undefined if the stream has neither
 */
export function querySchema(
  channel: SourceChannel,
  { path, query }: Pick<SplitAddress, 'path' | 'query'>,
  declared: JsonObject | undefined,
): JsonObject | undefined {
  const parameters = asObject(channel.raw['parameters'])
  const fromAddress = query.map(({ name, value, parameter }): [string, JsonObject] => [
    name,
    value === undefined
      ? parameterSchema(asObject(parameters[parameter ?? name]))
      : { type: 'string', const: value },
  ])
  const fromHeaders = Object.entries(parameters).flatMap(([name, raw]): [string, JsonObject][] =>
    isConvertedQuery(name, raw, path, query) ? [[name, parameterSchema(asObject(raw))]] : [],
  )
  const own = Object.entries(asObject(declared?.['properties']))
  const added = [...fromAddress, ...fromHeaders].filter(
    ([name]) => !own.some(([other]) => other === name),
  )
  if (added.length === 0) return declared
  const required = fromAddress.flatMap(([name], index) =>
    query[index]?.parameter === undefined && added.some(([other]) => other === name) ? [name] : [],
  )
  const declaredRequired = declared?.['required']
  return {
    type: 'object',
    ...declared,
    properties: Object.fromEntries([...own, ...added]),
    required: [
      ...(Array.isArray(declaredRequired) ? (declaredRequired as unknown[]) : []),
      ...required,
    ],
  }
}

/**
 * Converters from OpenAPI turn a query parameter into a channel parameter that is not in the address and has a location
 * in the headers.
 */
export function isConvertedQuery(
  name: string,
  raw: unknown,
  path: string,
  query: readonly QueryPart[],
): boolean {
  return (
    asString(asObject(raw)['location']) === `$message.header#/${name}` &&
    !path.includes(`{${name}}`) &&
    !query.some(({ parameter }) => parameter === name)
  )
}

function parameterSchema(raw: JsonObject): JsonObject {
  const { schema, description } = raw
  const about = typeof description === 'string' ? { description } : {}
  if (isJsonObject(schema)) return { ...about, ...schema }
  return {
    type: 'string',
    ...about,
    ...(Array.isArray(raw['enum']) && { enum: raw['enum'] as unknown[] }),
    ...(typeof raw['default'] === 'string' && { default: raw['default'] }),
  }
}
