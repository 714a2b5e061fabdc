import { matchesGlob } from './globs'
import type { Options } from '../options'
import type { Diagnostics } from '../diagnostics'
import { splitAddress, type QueryPart } from './address-query'
import type { SourceChannel, SourceMessage, SourceOperation } from './document'
import type { JsonObject } from '../json'
import { checkExtensions, extensionOf, type StreamMethod } from './extension'
import { hasSecurity, readStream, type SourceStream, type StreamContext } from './streams'

/** Maximum length of an address, in characters: servers limit the length of the request line. */
const MAX_ADDRESS_LENGTH = 8000

/** A channel of this output, or one side of it if the sides differ. */
export interface SelectedChannel {
  readonly source: SourceChannel
  /** The path of the address; `query` has the part after `?`. */
  readonly address: string
  readonly query: readonly QueryPart[]
  /** Ids of the servers with an included protocol. */
  readonly servers: readonly string[]
  readonly hasClient: boolean
  readonly hasServer: boolean
  /** The operation with the events. */
  readonly operation: SourceOperation | undefined
  /** The operation whose `security` applies; undefined if that of the servers applies. */
  readonly securedOperation: SourceOperation | undefined
  /** The events. */
  readonly messages: readonly SourceMessage[]
  readonly method: StreamMethod
  /** Messages of the request body; empty if the document describes none. */
  readonly body: readonly SourceMessage[]
}

/** Selects the channels of the output and reports each other channel with the reason. */
export function selectChannels(
  context: StreamContext,
  options: Options,
  diagnostics: Diagnostics,
): SelectedChannel[] {
  const { channels } = context.document
  const selected: SelectedChannel[] = []
  const reasons: string[] = []
  const answers = new Set(channels.flatMap(({ operations }) => operations.flatMap(replyMessages)))
  for (const source of channels) {
    const result = selectChannel(source, context, options, diagnostics)
    if (typeof result === 'string') {
      if (isReplyOnly(source, answers)) continue
      reasons.push(`channel "${source.key}" is left out: ${result}`)
    } else {
      selected.push(...result)
    }
  }
  if (selected.length > 0) {
    reasons.forEach(diagnostics.note)
  } else if (channels.length === 0) {
    diagnostics.error('#/channels: the document has no channels, so there is nothing to generate')
  } else {
    diagnostics.error(
      `no channel is left to generate\n${reasons.map((reason) => `      ${reason}`).join('\n')}`,
    )
  }
  return selected
}

function replyMessages({ reply }: SourceOperation): readonly JsonObject[] {
  return (reply?.messages ?? []).map(({ raw }) => raw)
}

/** Whether a channel without an address only has the messages of replies, which are events of the channels that ask. */
function isReplyOnly(
  { address, messages }: SourceChannel,
  answers: ReadonlySet<JsonObject>,
): boolean {
  return (
    address === undefined && messages.length > 0 && messages.every(({ raw }) => answers.has(raw))
  )
}

function selectChannel(
  source: SourceChannel,
  context: StreamContext,
  options: Options,
  diagnostics: Diagnostics,
): SelectedChannel[] | string {
  const { address } = source
  checkExtensions(source, diagnostics)
  if (extensionOf(source.raw)['ignore'] === true) return 'x-eventsource has "ignore": true'
  if (address === undefined)
    return 'it has no address; "address" with the path of the stream includes it'
  if (address.length > MAX_ADDRESS_LENGTH)
    return `its address has more than ${MAX_ADDRESS_LENGTH} characters`
  const names = [address, source.key, ...source.operations.flatMap(({ id }) => id ?? [])]
  const matches = (globs: readonly string[]): boolean =>
    globs.some((glob) => names.some((name) => matchesGlob(glob, name)))
  if (options.include.length > 0 && !matches(options.include))
    return 'parameter "include" does not name it'
  if (matches(options.exclude)) return 'parameter "exclude" names it'

  const protocols = source.servers.flatMap((id) => context.servers.get(id)?.protocol ?? [])
  const servers = source.servers.filter((id) => {
    const protocol = context.servers.get(id)?.protocol
    return protocol !== undefined && isIncludedProtocol(protocol, options)
  })
  if (protocols.length > 0 && servers.length === 0) {
    const other = [...new Set(protocols)].join(', ')
    return `its servers use ${other}; -p protocols=${protocols[0] ?? ''} or -p "protocols=*" includes it`
  }

  const sides = sidesOf(source, context, options)
  if (typeof sides === 'string') return sides
  reportOmissions(source, sides, options, diagnostics)
  const { path, query, fragment } = splitAddress(address)
  if (fragment !== undefined) {
    diagnostics.skip(
      source.pointer,
      'the part of the address after "#" is not sent (RFC 9110 §7.1)',
    )
  }
  return sides.map(({ stream, hasClient, hasServer }) => ({
    source,
    address: path,
    query,
    servers,
    hasClient,
    hasServer,
    operation: stream.operation,
    securedOperation: stream.securedOperation,
    messages: stream.events,
    method: stream.method,
    body: stream.body,
  }))
}

function reportOmissions(
  source: SourceChannel,
  sides: readonly Side[],
  options: Options,
  diagnostics: Diagnostics,
): void {
  for (const { stream, hasClient } of sides) {
    for (const { messages, reason } of stream.omitted) {
      for (const { pointer } of messages) {
        diagnostics.skip(pointer, `the message is left out: ${reason}`)
      }
    }
    if (!hasClient && (options.side === 'both' || options.side === 'client')) {
      diagnostics.skip(source.pointer, `it has no client: ${NO_EVENT_SOURCE}`)
    }
  }
  const secured = sides.map(({ stream }) => stream.securedOperation)
  for (const operation of source.operations) {
    if (!hasSecurity(operation) || secured.includes(operation)) continue
    diagnostics.skip(
      `${operation.pointer}/security`,
      'it has no effect: the security of the operation with the events applies, or that of the servers',
    )
  }
  const used = source.operations.flatMap(({ messages, reply }) => [
    ...messages,
    ...(reply?.messages ?? []),
  ])
  if (used.length === 0) return
  for (const message of source.messages) {
    if (used.some(({ raw }) => raw === message.raw)) continue
    diagnostics.skip(message.pointer, 'the message is left out: no operation of the channel has it')
  }
}

function isIncludedProtocol(protocol: string, options: Options): boolean {
  return options.protocols.includes('*') || options.protocols.includes(protocol)
}

interface Side {
  readonly stream: SourceStream
  readonly hasClient: boolean
  readonly hasServer: boolean
}

/** The streams of a channel: one for both sides, or one for each side with `side=operations`. */
function sidesOf(source: SourceChannel, context: StreamContext, options: Options): Side[] | string {
  if (options.side !== 'operations') {
    const stream = readStream(source, context, 'server')
    if (typeof stream === 'string') return stream
    if (stream === undefined || stream.events.length === 0) return 'it has no messages'
    const hasClient = options.side !== 'server' && isSentBy(stream, options)
    const hasServer = options.side !== 'client'
    return hasClient || hasServer ? [{ stream, hasClient, hasServer }] : NO_EVENT_SOURCE
  }
  if (source.operations.length === 0) return 'no operation is about it (side=operations)'
  const client = readStream(source, context, 'receive')
  const server = readStream(source, context, 'send')
  const sides: Side[] = []
  if (hasEvents(client) && isSentBy(client, options)) {
    sides.push({ stream: client, hasClient: true, hasServer: false })
  }
  if (hasEvents(server)) sides.push({ stream: server, hasClient: false, hasServer: true })
  if (sides.length > 0) return sides
  const reason = [client, server].find((one) => typeof one === 'string')
  return reason ?? (hasEvents(client) ? NO_EVENT_SOURCE : 'it has no messages')
}

function hasEvents(stream: SourceStream | string | undefined): stream is SourceStream {
  return typeof stream === 'object' && stream.events.length > 0
}

const NO_EVENT_SOURCE =
  'EventSource sends GET requests only (client=eventsource); -p client=fetch includes it'

function isSentBy({ method }: SourceStream, options: Options): boolean {
  return method === 'GET' || options.client === 'fetch'
}
