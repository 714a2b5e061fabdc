import { httpBindingMember } from './document'
import type { SourceChannel, SourceDocument, SourceMessage, SourceOperation } from './document'
import { extensionOf, STREAM_METHODS, type StreamMethod } from './extension'
import { asArray, asObject, asString, isJsonObject, type JsonObject } from '../json'
import { payloadOf } from './messages'
import type { Server } from './servers'
import { isSentinelPayload, sseExtensionOf } from './endings'
import { constantsOf } from './schema-constants'

/** Content of one side of a channel: a request and its response events. */
export interface SourceStream {
  readonly method: StreamMethod
  /** The operation with the events. */
  readonly operation: SourceOperation | undefined
  /** The operation whose `security` applies; undefined if no operation of the request has one. */
  readonly securedOperation: SourceOperation | undefined
  readonly events: readonly SourceMessage[]
  /** Messages of the request body; empty if the document describes none. */
  readonly body: readonly SourceMessage[]
  readonly omitted: readonly Omission[]
}

/** Messages that are not part of a stream. */
export interface Omission {
  readonly pointer: string
  readonly messages: readonly SourceMessage[]
  readonly reason: string
}

export interface StreamContext {
  readonly document: SourceDocument
  readonly servers: ReadonlyMap<string, Server>
}

type Action = SourceOperation['action']

const EVENT_STREAM = /^\s*text\/event-stream\s*(;|$)/i

/**
 * Finds the stream of a channel.
 * @param direction `server`: the messages of `send` operations, otherwise of `receive`; an action: only its messages
 * @returns the stream, a reason to omit the channel, or undefined if no operation has that action
 */
export function readStream(
  channel: SourceChannel,
  context: StreamContext,
  direction: 'server' | Action,
): SourceStream | string | undefined {
  const operations = channel.operations.filter(({ messages, reply }) =>
    reply === undefined ? messages.length > 0 : reply.messages.length > 0,
  )
  const replying = operations.filter(({ reply }) => reply !== undefined)
  const plain = operations.filter(({ reply }) => reply === undefined)
  const marked = replying.find(({ reply }) => reply?.messages.some(isEventStreamMessage) === true)
  if (marked !== undefined || (replying.length > 0 && plain.length === 0)) {
    const signed = replying.find((one) => hasSign(channel, [one], context))
    const chosen = marked ?? signed ?? replying[0]
    return chosen === undefined ? undefined : replyStream(chosen, channel, context, direction)
  }
  return plainStream(channel, plain, replying, context, direction)
}

/** 3.x: the messages of the operation are the body, the messages of its `reply` are the events. */
function replyStream(
  operation: SourceOperation,
  channel: SourceChannel,
  context: StreamContext,
  direction: 'server' | Action,
): SourceStream | string | undefined {
  // The application that sends the request receives the events.
  const eventAction: Action = operation.action === 'send' ? 'receive' : 'send'
  if (direction !== 'server' && direction !== eventAction) return undefined
  const method = methodOf(operation, [], channel)
  const problem = refusalOf(method, 'reply', channel, [operation], context)
  if (problem !== undefined) return problem
  const answers = operation.reply?.messages ?? []
  const isMixed = answers.some(isEventStreamMessage)
  const events = isMixed ? answers.filter(isEventLike) : answers
  const others = channel.operations.filter((one) => one !== operation)
  const omitted = [
    ...omission(
      operation.reply?.pointer ?? operation.pointer,
      answers.filter((one) => !events.includes(one)),
      'the reply has another content type and is not an event',
    ),
    ...others.flatMap((one) =>
      omission(
        one.pointer,
        [...one.messages, ...(one.reply?.messages ?? [])].filter(
          (message) => !answers.includes(message) && !operation.messages.includes(message),
        ),
        'a channel has one stream; describe the other one in a channel of its own',
      ),
    ),
  ]
  const securedOperation = firstSecured([operation])
  if (method === 'GET') {
    omitted.push(...omission(operation.pointer, operation.messages, BODY_OF_GET))
    return { method, operation, securedOperation, events, body: [], omitted }
  }
  return {
    method: method as StreamMethod,
    operation,
    securedOperation,
    events,
    body: operation.messages,
    omitted,
  }
}

const BODY_OF_GET =
  'a GET request has no body; "x-eventsource": { "method": "POST" } makes it the body of the request'

/** 2.x, and 3.x without `reply`: the events are the messages of one direction, the body those of the other. */
function plainStream(
  channel: SourceChannel,
  plain: readonly SourceOperation[],
  replying: readonly SourceOperation[],
  context: StreamContext,
  direction: 'server' | Action,
): SourceStream | string | undefined {
  const action = direction === 'server' ? eventDirection(plain) : direction
  const carrying = plain.filter((one) => one.action === action)
  const opposite = plain.filter((one) => one.action !== action)
  const operation =
    carrying.find(({ raw }) => httpMethodOf(raw) !== undefined) ??
    carrying[0] ??
    (direction === 'server' ? channel.operations[0] : undefined)
  const isRequest = methodOf(operation, opposite, channel) !== 'GET'
  // The body of a request is not a stream of the other side.
  if (direction !== 'server' && isRequest && action !== eventDirection(plain)) return undefined
  if (carrying.length === 0 && direction !== 'server') return undefined
  const method = methodOf(operation, opposite, channel)
  const problem = refusalOf(method, 'plain', channel, plain, context)
  if (problem !== undefined) return problem

  // A GET stream has the messages of its direction, also those that the other side replies to.
  const replied = isRequest ? [] : replying.filter((one) => one.action === action)
  const own =
    carrying.length > 0 ? inDocumentOrder(channel, [...carrying, ...replied]) : channel.messages
  const other = inDocumentOrder(channel, opposite).filter(
    ({ raw }) => !own.some((message) => message.raw === raw),
  )
  const moved = isRequest ? other.filter(isEventStreamMessage) : []
  const rest = other.filter((message) => !moved.includes(message))
  const omitted = replying.flatMap((one) =>
    omission(
      one.pointer,
      [...one.messages, ...(one.reply?.messages ?? [])].filter((message) => !own.includes(message)),
      'a channel has one stream; describe the other one in a channel of its own',
    ),
  )
  if (isRequest) {
    return {
      method: method as StreamMethod,
      operation,
      securedOperation: firstSecured([operation, ...opposite]),
      events: [...own, ...moved],
      body: rest,
      omitted,
    }
  }
  if (direction === 'server') {
    omitted.push(...omission(opposite[0]?.pointer ?? channel.pointer, rest, OTHER_DIRECTION))
  }
  const securedOperation = firstSecured([operation])
  return { method: 'GET', operation, securedOperation, events: own, body: [], omitted }
}

function firstSecured(
  operations: readonly (SourceOperation | undefined)[],
): SourceOperation | undefined {
  return operations.find((one) => one !== undefined && hasSecurity(one))
}

/** Whether an operation has a `security` of its own. */
export function hasSecurity({ raw }: SourceOperation): boolean {
  return asArray(raw['security']).length > 0
}

const OTHER_DIRECTION =
  'a GET stream carries one direction; -p side=operations gives each side its own messages; "x-eventsource": { "method": "POST" } makes it the body of the request'

/** `send`, otherwise `receive`; the other action if only its messages are declared as an event stream. */
function eventDirection(operations: readonly SourceOperation[]): Action {
  const isMarked = (action: Action): boolean =>
    operations.some((one) => one.action === action && one.messages.some(isEventStreamMessage))
  if (isMarked('send') !== isMarked('receive')) return isMarked('send') ? 'send' : 'receive'
  return operations.some(({ action }) => action === 'send') ? 'send' : 'receive'
}

function inDocumentOrder(
  channel: SourceChannel,
  operations: readonly SourceOperation[],
): readonly SourceMessage[] {
  const all = operations.flatMap(({ messages }) => messages)
  return channel.messages.length > 0
    ? channel.messages.filter((message) => all.includes(message))
    : all
}

function omission(pointer: string, messages: readonly SourceMessage[], reason: string): Omission[] {
  return messages.length === 0 ? [] : [{ pointer, messages, reason }]
}

/** The first declared method: extension, binding of the operation, of the channel, of the other direction; default GET. */
function methodOf(
  operation: SourceOperation | undefined,
  opposite: readonly SourceOperation[],
  channel: SourceChannel,
): string {
  const own = operation?.raw ?? {}
  const method =
    declaredMethod(own) ??
    declaredMethod(channel.raw) ??
    httpMethodOf(own) ??
    zillaMethodOf(own) ??
    zillaMethodOf(channel.raw) ??
    httpMethodOf(channel.raw) ??
    opposite
      .flatMap(({ raw }) => declaredMethod(raw) ?? httpMethodOf(raw) ?? [])
      .find((one) => one.toUpperCase() !== 'GET')
  return (method ?? 'GET').toUpperCase()
}

/** The method of `x-eventsource`. Another check reports invalid values. */
function declaredMethod(raw: JsonObject): string | undefined {
  const { method } = extensionOf(raw)
  return STREAM_METHODS.find((one) => one === method)
}

function httpMethodOf(raw: JsonObject): string | undefined {
  return asString(httpBindingMember(raw, 'method')?.value)
}

function zillaMethodOf(raw: JsonObject): string | undefined {
  const binding = asObject(raw['bindings'])['x-zilla-sse'] ?? raw['x-zilla-sse']
  return asString(asObject(binding)['method'])
}

/**
 * Reason to omit a channel. A GET channel needs no sign of a stream, except as a reply, because REST has such replies too.
 */
function refusalOf(
  method: string,
  kind: 'plain' | 'reply',
  channel: SourceChannel,
  operations: readonly SourceOperation[],
  context: StreamContext,
): string | undefined {
  if (!STREAM_METHODS.some((one) => one === method)) {
    return `its method is ${method}; streams of ${STREAM_METHODS.join(', ')} are supported`
  }
  if ((method === 'GET' && kind === 'plain') || hasSign(channel, operations, context)) {
    return undefined
  }
  const what = kind === 'reply' ? 'a request and its reply' : `a request with ${method}`
  return `it is ${what} without a declaration of an event stream; "contentType": "text/event-stream" on an event, or "x-eventsource": {} on the channel includes it`
}

/** Whether the document declares a channel as an event stream, in any of the common ways. */
function hasSign(
  channel: SourceChannel,
  operations: readonly SourceOperation[],
  { document, servers }: StreamContext,
): boolean {
  const messages = operations.flatMap(({ messages, reply }) => reply?.messages ?? messages)
  const parts = [
    channel.raw,
    ...operations.flatMap(({ raw, reply }) => [raw, reply?.raw ?? {}]),
    ...messages.map(({ raw }) => raw),
  ]
  const serverParts = channel.servers.map((id) => asObject(asObject(document.raw['servers'])[id]))
  return (
    EVENT_STREAM.test(asString(document.raw['defaultContentType']) ?? '') ||
    messages.some(isEventStreamMessage) ||
    messages.some((message) => isSentinelPayload(payloadOf(message).schema)) ||
    parts.some((part) => 'x-eventsource' in part) ||
    [...parts, ...serverParts].some((part) => sseExtensionOf(part) !== undefined) ||
    parts.some(acceptsEventStream) ||
    [...parts, ...serverParts].some(answersEventStream) ||
    channel.servers.some((id) => servers.get(id)?.protocol.includes('sse') === true)
  )
}

/** A message with the content type of event streams is an event. */
export function isEventStreamMessage({ raw }: SourceMessage): boolean {
  return EVENT_STREAM.test(asString(raw['contentType']) ?? '')
}

function isEventLike(message: SourceMessage): boolean {
  return (
    isEventStreamMessage(message) ||
    'x-eventsource' in message.raw ||
    isSentinelPayload(payloadOf(message).schema)
  )
}

/**
 * Whether a part has the `http` binding of a response with `Content-Type: text/event-stream`, or an extension with that
 * value.
 */
function answersEventStream(part: JsonObject): boolean {
  return isMediaTypeOf(part, 'content-type') || mentions(extensionsOf(part))
}

function acceptsEventStream(part: JsonObject): boolean {
  return isMediaTypeOf(part, 'accept')
}

function isMediaTypeOf(part: JsonObject, header: string): boolean {
  const properties = asObject(asObject(httpBindingMember(part, 'headers')?.value)['properties'])
  return Object.entries(properties).some(
    ([name, schema]) =>
      name.toLowerCase() === header &&
      (constantsOf(schema)?.some((value) => EVENT_STREAM.test(String(value))) ?? false),
  )
}

function extensionsOf(part: JsonObject): unknown[] {
  return [part, asObject(part['bindings'])].flatMap((owner) =>
    Object.entries(owner).flatMap(([name, value]) =>
      name.startsWith('x-') && !name.startsWith('x-parser-') ? [value] : [],
    ),
  )
}

/** Whether a value of an extension, up to three levels deep, is the media type. */
function mentions(values: readonly unknown[], depth = 0): boolean {
  return values.some((value) => {
    if (typeof value === 'string') return EVENT_STREAM.test(value)
    if (depth > 2) return false
    if (Array.isArray(value)) return mentions(asArray(value), depth + 1)
    return isJsonObject(value) && mentions(Object.values(value), depth + 1)
  })
}
