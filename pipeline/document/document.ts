import type { Diagnostics } from '../diagnostics'
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

/**
 * Normalizes 2.x and 3.x to one structure. No other module handles differences between the versions.
 * An operation or a listed message without its channel is an error: otherwise its security has no effect.
 */
export function readDocument(raw: JsonObject, diagnostics: Diagnostics): SourceDocument {
  const major = String(raw['asyncapi']).startsWith('2') ? 2 : 3
  return { raw, major, channels: major === 2 ? channelsV2(raw) : channelsV3(raw, diagnostics) }
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

function channelsV3(raw: JsonObject, diagnostics: Diagnostics): SourceChannel[] {
  const servers = objectEntries(raw['servers'])
  const channels = objectEntries(raw['channels'])
  const idOfServer = new Map(servers.map(([id, server]) => [server, id]))
  const keyOfChannel = new Map(channels.map(([id, channel]) => [channel, id]))
  const channelOf = channelFinder(raw)
  const operations = operationsByChannel(raw, channelOf, diagnostics)
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
      operations: operationsOf(
        operations.get(channel) ?? [],
        messages,
        (value) => {
          const target = channelOf(value)
          if (target === undefined || target === channel) return messages
          return channelMessages(keyOfChannel.get(target) ?? key, target)
        },
        diagnostics,
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

/** The parser's name of a channel, which its copies have too. */
const CHANNEL_ID = 'x-parser-unique-object-id'

/**
 * Finds the channel that an operation or a reply refers to. The parser resolves the reference to the identical object;
 * if the operation has traits, to a copy.
 */
function channelFinder(raw: JsonObject): (value: unknown) => JsonObject | undefined {
  const channels = new Set(
    [raw['channels'], asObject(raw['components'])['channels']].flatMap((group) =>
      objectEntries(group).map(([, channel]) => channel),
    ),
  )
  return (value) => {
    if (!isJsonObject(value)) return undefined
    if (channels.has(value)) return value
    const id = value[CHANNEL_ID]
    const [found, ...others] = [...channels].filter((channel) => channel[CHANNEL_ID] === id)
    return id === undefined || others.length > 0 ? undefined : found
  }
}

type OperationEntry = readonly [id: string, operation: JsonObject]

/** Operations by channel object. Channels that refer to one component are one object, so they share operations. */
function operationsByChannel(
  raw: JsonObject,
  channelOf: (value: unknown) => JsonObject | undefined,
  diagnostics: Diagnostics,
): ReadonlyMap<JsonObject, readonly OperationEntry[]> {
  const grouped = new Map<JsonObject, OperationEntry[]>(
    objectEntries(raw['channels']).map(([, channel]) => [channel, []]),
  )
  for (const [id, operation] of objectEntries(raw['operations'])) {
    const channel = channelOf(operation['channel'])
    const group = channel === undefined ? undefined : grouped.get(channel)
    group?.push([id, operation])
    const target = asObject(operation['reply'])['channel']
    const isReplyLost = isJsonObject(target) && channelOf(target) === undefined
    if (group !== undefined && !isReplyLost) continue
    const at = jsonPointer('operations', id, ...(group === undefined ? [] : ['reply']), 'channel')
    diagnostics.error(
      `${at}: it is not one of the "channels" of the document; refer to it with "#/channels/<channel>", or bundle the document first (asyncapi bundle)`,
    )
  }
  return grouped
}

/** @param messagesOf the messages of the channel of a reply, which can be undefined */
function operationsOf(
  own: readonly OperationEntry[],
  messages: readonly SourceMessage[],
  messagesOf: (channel: unknown) => readonly SourceMessage[],
  diagnostics: Diagnostics,
): SourceOperation[] {
  // The list of the channel keeps the keys; the list of the operation only selects from it.
  const listed = (value: unknown, from: readonly SourceMessage[]): readonly SourceMessage[] =>
    from.filter((message) => asArray(value).includes(message.raw))
  const replyMessages = ({
    messages: list,
    channel: target,
  }: JsonObject): readonly SourceMessage[] => {
    const from = messagesOf(target)
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
    reportListedMessages(raw, messages, at, diagnostics)
    if (!isJsonObject(raw['reply'])) {
      const all = Array.isArray(raw['messages']) ? listed(raw['messages'], messages) : messages
      return { id, pointer: at, raw, action, messages: all }
    }
    reportListedMessages(
      raw['reply'],
      messagesOf(raw['reply']['channel']),
      `${at}/reply`,
      diagnostics,
    )
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

/**
 * Reports the listed messages that the channel of the operation or the reply does not have, or has under more keys than
 * the list: the parser does not keep which key a reference has.
 */
function reportListedMessages(
  { messages: list }: JsonObject,
  from: readonly SourceMessage[],
  pointer: string,
  diagnostics: Diagnostics,
): void {
  for (const [index, listed] of asArray(list).entries()) {
    const at = `${pointer}/messages/${index}`
    const keys = from.filter(({ raw }) => raw === listed)
    if (keys.length === 0) {
      diagnostics.error(
        `${at}: the channel does not have this message; refer to a message of the channel with "#/channels/<channel>/messages/<key>" (in a reply, of its "channel")`,
      )
    } else if (keys.length > asArray(list).filter((one) => one === listed).length) {
      diagnostics.skip(
        at,
        'the channel has one message under several keys, and the operation gets all of them; give each key a message of its own to select one',
      )
    }
  }
}
