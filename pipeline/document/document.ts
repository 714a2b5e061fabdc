import { objectEntries, isJsonObject, asArray, asObject, asString, type JsonObject } from '../json'
import { jsonPointer } from '../json-pointer'

/** A channel of any AsyncAPI version, without a generated name. */
export interface SourceChannel {
  readonly key: string
  readonly pointer: string
  readonly raw: JsonObject
  readonly address: string | undefined
  /** Ids of its servers; all servers of the document if the channel lists none. */
  readonly servers: readonly string[]
  /** Ids of the servers that the channel lists. */
  readonly ownServers: readonly string[]
  readonly operations: readonly SourceOperation[]
  /** 3.x: messages declared on the channel itself. */
  readonly messages: readonly SourceMessage[]
}

export interface SourceOperation {
  readonly id: string | undefined
  readonly pointer: string
  readonly raw: JsonObject
  /** From the perspective of the application that the document describes; 2.x `subscribe` is `send`. */
  readonly action: 'send' | 'receive'
  readonly messages: readonly SourceMessage[]
  /** 3.x: the reply of the operation. */
  readonly reply?: SourceReply | undefined
}

export interface SourceReply {
  readonly pointer: string
  readonly raw: JsonObject
  readonly messages: readonly SourceMessage[]
}

export interface SourceMessage {
  /** 3.x: key of the message in its channel. */
  readonly key: string | undefined
  readonly pointer: string
  readonly raw: JsonObject
}

export interface SourceDocument {
  readonly raw: JsonObject
  /** Major version of AsyncAPI. */
  readonly major: 2 | 3
  readonly channels: readonly SourceChannel[]
}

/** Normalizes 2.x and 3.x to one structure. No other module handles differences between the versions. */
export function readDocument(raw: JsonObject): SourceDocument {
  const major = String(raw['asyncapi']).startsWith('2') ? 2 : 3
  return { raw, major, channels: major === 2 ? channelsV2(raw) : channelsV3(raw) }
}

/**
 * Bindings that describe an HTTP request, in order of precedence. AsyncAPI defines no `sse` binding, but documents use one
 * with the members of `http`.
 */
export const HTTP_BINDINGS = ['http', 'sse'] as const

/** A member of the `http` or `sse` binding of a channel, operation or message. */
export function httpBindingMember(
  { bindings }: JsonObject,
  member: 'method' | 'query' | 'headers',
): { readonly binding: string; readonly value: unknown } | undefined {
  return HTTP_BINDINGS.map((binding) => ({
    binding,
    value: asObject(asObject(bindings)[binding])[member],
  })).find(({ value }) => value !== undefined)
}

function channelsV2(raw: JsonObject): SourceChannel[] {
  const servers = Object.keys(asObject(raw['servers']))
  return objectEntries(raw['channels']).map(([key, channel]) => {
    const ownServers = asArray(channel['servers']).filter((id) => typeof id === 'string')
    return {
      key,
      pointer: jsonPointer('channels', key),
      raw: channel,
      address: key,
      servers: ownServers.length > 0 ? ownServers : servers,
      ownServers,
      operations: [
        ...operationsV2(channel, key, 'subscribe', 'send'),
        ...operationsV2(channel, key, 'publish', 'receive'),
      ],
      messages: [],
    }
  })
}

function operationsV2(
  channel: JsonObject,
  key: string,
  verb: 'subscribe' | 'publish',
  action: SourceOperation['action'],
): SourceOperation[] {
  const raw = channel[verb]
  if (!isJsonObject(raw)) return []
  const at = ['channels', key, verb]
  const message = raw['message']
  const alternatives = asObject(message)['oneOf']
  const messages = Array.isArray(alternatives)
    ? alternatives.map((item, index) => [item, [...at, 'message', 'oneOf', String(index)]] as const)
    : [[message, [...at, 'message']] as const]
  return [
    {
      id: asString(raw['operationId']),
      pointer: jsonPointer(...at),
      raw,
      action,
      messages: messages.flatMap(([item, path]) =>
        isJsonObject(item) ? [{ key: undefined, pointer: jsonPointer(...path), raw: item }] : [],
      ),
    },
  ]
}

function channelsV3(raw: JsonObject): SourceChannel[] {
  const servers = objectEntries(raw['servers'])
  const channels = objectEntries(raw['channels'])
  const idOfServer = new Map(servers.map(([id, server]) => [server, id]))
  const operations = operationsByChannel(raw)
  const keyOfChannel = new Map(channels.map(([id, channel]) => [channel, id]))
  return channels.map(([key, channel]) => {
    const ownServers = asArray(channel['servers']).flatMap(
      (server) => idOfServer.get(asObject(server)) ?? [],
    )
    const messages = channelMessages(key, channel)
    return {
      key,
      pointer: jsonPointer('channels', key),
      raw: channel,
      address: asString(channel['address']),
      servers: asArray(channel['servers']).length > 0 ? ownServers : servers.map(([id]) => id),
      ownServers,
      operations: operationsOf(channel, key, messages, operations, (target) =>
        channelMessages(keyOfChannel.get(target) ?? key, target),
      ),
      messages,
    }
  })
}

function channelMessages(key: string, channel: JsonObject): SourceMessage[] {
  return objectEntries(channel['messages']).map(([name, message]) => ({
    key: name,
    pointer: jsonPointer('channels', key, 'messages', name),
    raw: message,
  }))
}

/** Operations by channel object: the parser resolves references to the identical object. */
function operationsByChannel(
  raw: JsonObject,
): ReadonlyMap<JsonObject, readonly (readonly [string, JsonObject])[]> {
  const grouped = new Map<JsonObject, (readonly [string, JsonObject])[]>()
  for (const [id, operation] of objectEntries(raw['operations'])) {
    const channel = asObject(operation['channel'])
    const group = grouped.get(channel) ?? []
    group.push([id, operation])
    grouped.set(channel, group)
  }
  return grouped
}

type MessagesOf = (channel: JsonObject) => readonly SourceMessage[]

function operationsOf(
  channel: JsonObject,
  key: string,
  messages: readonly SourceMessage[],
  operations: ReadonlyMap<JsonObject, readonly (readonly [string, JsonObject])[]>,
  messagesOf: MessagesOf,
): SourceOperation[] {
  const own = (operations.get(channel) ?? []).filter(([, raw]) => belongsToChannel(raw, key))
  // The list of the channel keeps the keys; the list of the operation only selects from it.
  const listed = (value: unknown, from: readonly SourceMessage[]): readonly SourceMessage[] =>
    from.filter((message) => asArray(value).includes(message.raw))
  const replyMessages = ({
    messages: list,
    channel: target,
  }: JsonObject): readonly SourceMessage[] => {
    const from = isJsonObject(target) && target !== channel ? messagesOf(target) : messages
    return Array.isArray(list) ? listed(list, from) : from
  }
  const named = new Set(
    own.flatMap(([, raw]) => [
      ...listed(raw['messages'], messages),
      ...(isJsonObject(raw['reply']) && Array.isArray(raw['reply']['messages'])
        ? replyMessages(raw['reply'])
        : []),
    ]),
  )
  return own.map(([id, raw]): SourceOperation => {
    const action = raw['action'] === 'send' ? 'send' : 'receive'
    const at = jsonPointer('operations', id)
    if (!isJsonObject(raw['reply'])) {
      const all = Array.isArray(raw['messages']) ? listed(raw['messages'], messages) : messages
      return { id, pointer: at, raw, action, messages: all }
    }
    const answers = replyMessages(raw['reply'])
    // An operation without a list has all messages of its channel; this case takes those that no other list contains.
    const request = Array.isArray(raw['messages'])
      ? listed(raw['messages'], messages)
      : messages.filter((message) => !named.has(message) && !answers.includes(message))
    const isReplyListed = Array.isArray(raw['reply']['messages'])
    const reply: SourceReply = {
      pointer: `${at}/reply`,
      raw: raw['reply'],
      messages: isReplyListed ? answers : answers.filter((message) => !request.includes(message)),
    }
    return { id, pointer: at, raw, action, messages: request, reply }
  })
}

/** Two channels can reference one component; the parser's own id then identifies the channel of the operation. */
function belongsToChannel(operation: JsonObject, key: string): boolean {
  const id = asObject(operation['channel'])['x-parser-unique-object-id']
  return id === undefined || id === key
}
