import { entries, isRecord, list, pointer, record, text, type Raw } from './raw'

/** A channel of any AsyncAPI version, before it has a name. */
export interface SourceChannel {
  readonly key: string
  readonly pointer: string
  readonly raw: Raw
  readonly address: string | undefined
  /** Ids of its servers: all of the document's where it names none. */
  readonly servers: readonly string[]
  readonly operations: readonly SourceOperation[]
  /** 3.x: messages declared on the channel itself. */
  readonly messages: readonly SourceMessage[]
}

export interface SourceOperation {
  readonly id: string | undefined
  readonly pointer: string
  readonly raw: Raw
  /** From the point of view of the application that the document describes; 2.x `subscribe` is `send`. */
  readonly action: 'send' | 'receive'
  readonly messages: readonly SourceMessage[]
}

export interface SourceMessage {
  /** 3.x: the message's key in its channel. */
  readonly key: string | undefined
  readonly pointer: string
  readonly raw: Raw
}

export interface SourceDocument {
  readonly raw: Raw
  /** Major version of AsyncAPI. */
  readonly major: 2 | 3
  readonly channels: readonly SourceChannel[]
}

/** One shape for 2.x and 3.x: what differs between the versions is levelled here and nowhere else. */
export function readDocument(raw: Raw): SourceDocument {
  const major = String(raw['asyncapi']).startsWith('2') ? 2 : 3
  return { raw, major, channels: major === 2 ? channels2(raw) : channels3(raw) }
}

function channels2(raw: Raw): SourceChannel[] {
  const servers = Object.keys(record(raw['servers']))
  return entries(raw['channels']).map(([key, channel]) => {
    const named = list(channel['servers']).filter((id) => typeof id === 'string')
    return {
      key,
      pointer: pointer('channels', key),
      raw: channel,
      address: key,
      servers: named.length > 0 ? named : servers,
      operations: [
        ...operation2(channel, key, 'subscribe', 'send'),
        ...operation2(channel, key, 'publish', 'receive'),
      ],
      messages: [],
    }
  })
}

function operation2(
  channel: Raw,
  key: string,
  verb: 'subscribe' | 'publish',
  action: SourceOperation['action'],
): SourceOperation[] {
  const raw = channel[verb]
  if (!isRecord(raw)) return []
  const at = ['channels', key, verb]
  const message = raw['message']
  const alternatives = record(message)['oneOf']
  const messages = Array.isArray(alternatives)
    ? alternatives.map((item, index) => [item, [...at, 'message', 'oneOf', String(index)]] as const)
    : [[message, [...at, 'message']] as const]
  return [
    {
      id: text(raw['operationId']),
      pointer: pointer(...at),
      raw,
      action,
      messages: messages.flatMap(([item, path]) =>
        isRecord(item) ? [{ key: undefined, pointer: pointer(...path), raw: item }] : [],
      ),
    },
  ]
}

function channels3(raw: Raw): SourceChannel[] {
  const servers = entries(raw['servers'])
  const channels = entries(raw['channels'])
  const idOfServer = new Map(servers.map(([id, server]) => [server, id]))
  const operations = operationsByChannel(raw)
  return channels.map(([key, channel]) => {
    const named = list(channel['servers']).flatMap((server) => idOfServer.get(record(server)) ?? [])
    const messages = entries(channel['messages']).map(([id, message]) => ({
      key: id,
      pointer: pointer('channels', key, 'messages', id),
      raw: message,
    }))
    return {
      key,
      pointer: pointer('channels', key),
      raw: channel,
      address: text(channel['address']),
      servers: list(channel['servers']).length > 0 ? named : servers.map(([id]) => id),
      operations: operationsOf(channel, key, messages, operations),
      messages,
    }
  })
}

/** Operations by the object of their channel: the parser resolves references to the very same object. */
function operationsByChannel(raw: Raw): ReadonlyMap<Raw, readonly (readonly [string, Raw])[]> {
  const grouped = new Map<Raw, (readonly [string, Raw])[]>()
  for (const [id, operation] of entries(raw['operations'])) {
    const channel = record(operation['channel'])
    const group = grouped.get(channel) ?? []
    group.push([id, operation])
    grouped.set(channel, group)
  }
  return grouped
}

function operationsOf(
  channel: Raw,
  key: string,
  messages: readonly SourceMessage[],
  operations: ReadonlyMap<Raw, readonly (readonly [string, Raw])[]>,
): SourceOperation[] {
  return (operations.get(channel) ?? [])
    .filter(([, raw]) => sameChannel(raw, key))
    .map(([id, raw]) => ({
      id,
      pointer: pointer('operations', id),
      raw,
      action: raw['action'] === 'send' ? 'send' : 'receive',
      // The channel's own list keeps the keys; the operation's shows only which of them.
      messages: Array.isArray(raw['messages'])
        ? messages.filter((message) => list(raw['messages']).includes(message.raw))
        : messages,
    }))
}

/** Two channels may be references to one component; then the parser's own id tells whose the operation is. */
function sameChannel(operation: Raw, key: string): boolean {
  const id = record(operation['channel'])['x-parser-unique-object-id']
  return id === undefined || id === key
}
