import { locate } from './client-address'
import type {
  ChannelOptions,
  ClientChannel,
  CommonOptions,
  EventStream,
  Listener,
  Provided,
  ReconnectOptions,
  StreamEvent,
  Subscription,
} from './client-types'
import { createDecoder } from './decode'
import { checkCall } from './errors'
import { iterate } from './event-stream'
import type { Setup } from './feed'
import { SENDABLE } from './fetch-request'
import { createFetchSource, type FetchSession } from './fetch-source'
import { subscribe } from './subscription'

export { fillAddress } from './address'
export { askCredentials } from './credentials'
export { EventSourceError, type ErrorCode } from './errors'
export { checkPayload } from './payload-check'
export { recogniseEvent } from './recognise'
export { serverUrl } from './server-url'
export type {
  ChannelOptions,
  ClientChannel,
  Credentials,
  Details,
  EventStream,
  Listener,
  Provided,
  ReconnectOptions,
  StreamEvent,
  Subscription,
} from './client-types'

/** Options of the generated client on `fetch`. */
export interface ClientOptions extends CommonOptions {
  /** Bearer token, or a whole `Authorization` value (`Basic …`); asked anew for each attempt. */
  authorization?: Provided<string>
  /** Request headers; asked anew for each attempt. */
  headers?: Provided<Record<string, string>>
  /** Takes the place of the platform's `fetch`. */
  fetch?: typeof globalThis.fetch
  /** Id of the last event of an earlier run: the stream goes on behind it. */
  lastEventId?: string
  /** When to connect again; false: never. */
  reconnect?: false | ReconnectOptions
  /**
   * Time without a byte after which a connection counts as dead, ms; 0 is never.
   * Default: three times the heartbeat that the server announces, else never.
   */
  idleTimeout?: number
  /** Events that may wait for the callback before reading pauses. Default 1000. */
  maxBuffered?: number
  /** Largest event, bytes; a larger one ends the subscription. Default 16 MiB. */
  maxEventBytes?: number
  /** The server reports that events were lost before those that follow. */
  onGap?(): void
}

/**
 * Listens to a channel until `close()`, connecting again whenever the stream breaks.
 * @throws EventSourceError `configuration` where parameters or options are wrong
 */
export function listen<E, P>(
  channel: ClientChannel<E, P>,
  callback: Listener<E, P>,
  parameters: unknown,
  options: ClientOptions & ChannelOptions = {},
): Subscription {
  return subscribe(prepare(channel, parameters, options), callback)
}

/**
 * The events of a channel as an async iterator. It connects at the first `next()`, which rejects where parameters or
 * options are wrong.
 */
export function stream<E, P>(
  channel: ClientChannel<E, P>,
  parameters: unknown,
  options: ClientOptions & ChannelOptions = {},
): EventStream<StreamEvent<E, P>> {
  return iterate(() => prepare(channel, parameters, options))
}

function prepare<E, P>(
  channel: ClientChannel<E, P>,
  input: unknown,
  options: ClientOptions & ChannelOptions,
): Setup<E, P> {
  return checkCall(channel.name, () => {
    const { url, parameters } = locate(channel, input, options)
    const { lastEventId = '', reconnect, idleTimeout, maxBuffered, maxEventBytes } = options
    const numbers = { idleTimeout, maxBuffered, maxEventBytes, ...reconnect }
    for (const [option, value] of Object.entries(numbers)) {
      if (value !== undefined && !(value >= 0)) throw new TypeError(`${option} is ${value}`)
    }
    if (!SENDABLE.test(lastEventId)) throw new TypeError('lastEventId fits no header')
    const session: FetchSession = { ...options, ...channel, url }
    return {
      parameters,
      decode: createDecoder(channel, options.validate, options.eventTypes),
      options,
      lastEventId,
      connect: (inbox, hooks) => createFetchSource(session, inbox, hooks),
    }
  })
}
