import { querySchema } from '../document/address-query'
import { httpBindingMember } from '../document/document'
import { asObject, isJsonObject, objectEntries, type JsonObject } from '../json'
import { constantsOf } from '../document/schema-constants'
import type { SelectedChannel } from '../document/selection'
import { declareRequired, flattenQuery } from './query-schema'
import type { QueryConstant } from './routes'

/** The query parameters of a channel, as a request for models. */
export interface QueryRequest {
  readonly schema: JsonObject
  readonly pointer: string
}

/**
 * Query parameters of the address and of the `http` or `sse` binding. The binding is that of the operation with the events,
 * otherwise of another operation of the channel, otherwise of the channel itself.
 */
export function queryOf(
  channel: SelectedChannel,
  note: (message: string) => void,
): QueryRequest | undefined {
  const { source, operation } = channel
  const parts = [operation, ...source.operations, source].filter((part) => part !== undefined)
  const declared = parts.flatMap(({ raw, pointer }) => {
    const { binding = '', value } = httpBindingMember(raw, 'query') ?? {}
    return isJsonObject(value) ? [{ value, pointer: `${pointer}/bindings/${binding}/query` }] : []
  })[0]
  const own = declared && flattenQuery(declared.value, declared.pointer, note)
  const { address: path, query } = channel
  const schema = querySchema(source, { path, query }, own)
  if (schema === undefined) return undefined
  return {
    schema: withConstantDefaults(declareRequired(schema)),
    pointer: declared?.pointer ?? source.pointer,
  }
}

/** A parameter with one value is optional. */
function withConstantDefaults(schema: JsonObject): JsonObject {
  const properties = objectEntries(schema['properties'])
  const constants = properties.flatMap(([name, property]): [string, JsonObject][] => {
    const [value, ...others] = constantsOf(property) ?? []
    const isConstant = value !== undefined && others.length === 0 && !('default' in property)
    return isConstant ? [[name, { ...property, default: value }]] : []
  })
  if (constants.length === 0) return schema
  return {
    ...schema,
    properties: { ...asObject(schema['properties']), ...Object.fromEntries(constants) },
  }
}

/** Query parameters with exactly one value. */
export function constantsOfQuery(schema: JsonObject | undefined): QueryConstant[] {
  return objectEntries(schema?.['properties']).flatMap(([name, property]) => {
    const [value, ...others] = constantsOf(property) ?? []
    return value === undefined || others.length > 0 ? [] : [{ name, value: String(value) }]
  })
}
