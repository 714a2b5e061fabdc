import { resolveTarget } from './client/request-url'
import type {
  ChannelOptions,
  ClientChannel,
  CommonOptions,
  ConnectionSharing,
  EventHandlers,
  EventStream,
  FetchFunction,
  Gap,
  Listener,
  ValueOrProvider,
  ReconnectOptions,
  StreamEvent,
  Subscription,
} from './client/types'
import { createDecoder, createMessageFinder } from './client/decode'
import { detectEndOf } from './client/end-detection'
import { checkCall } from './client/errors'
import { createEventStream } from './client/event-stream'
import type { SessionConfig } from './client/session'
import { isSendableId } from './client/fetch-request'
import { createFetchTransport } from './client/fetch-transport'
import { subscribe } from './client/subscription'

export { resolveCredentials } from './client/credentials'
export { EventSourceError, type ErrorCode } from './client/errors'
export { expandAddress, ParameterError } from './core/parameters'
export { checkPayload, recognizeEvent } from './client/decode'
export { createEndDetector } from './client/end-detection'
export { requestWithBody } from './client/stream-request'
export { anyJson, unionModel } from './core/model'
export { expandServerUrl } from './client/request-url'
export type {
  ChannelOptions,
  ClientChannel,
  ConnectionSharing,
  Credentials,
  ConnectionState,
  Details,
  EventHandlers,
  EventStream,
  Gap,
  Listener,
  ValueOrProvider,
  ReconnectOptions,
  ResumedOptions,
  ResumeOptions,
  ResumePoint,
  StreamEvent,
  Subscription,
  UnknownEvent,
} from './client/types'

/** Options of the generated client on `fetch`. */
export interface ClientOptions extends CommonOptions {
  /** Bearer token, or a complete `Authorization` value (`Basic …`). A function is called for each attempt. */
  authorization?: ValueOrProvider<string>
  /** Request headers. A function is called for each attempt. */
  headers?: ValueOrProvider<Record<string, string>>
  /** Replaces the platform's `fetch`. */
  fetch?: FetchFunction
  /** Id of the last event of an earlier run: the stream continues after it. */
  lastEventId?: string
  /**
   * Name of a query parameter that replaces the header `Last-Event-ID`. A browser sends a CORS preflight for the header,
   * which some servers of other origins do not allow. Default: the header.
   */
  lastEventIdParameter?: string
  /**
   * One connection for all tabs of this origin: `shareTabs({ scope })` of `runtime/share.ts`, which the template parameter
   * `ui=share` adds. Default: a connection of its own.
   */
  share?: ConnectionSharing
  /** When to reconnect; false: never. */
  reconnect?: false | ReconnectOptions
  /**
   * Time without a byte after which the connection is considered dead, ms; 0 disables it. Default: three times the
   * heartbeat that the server announces, else 0.
   */
  idleTimeout?: number
  /** Maximum number of events that wait for the callback; at more, reading pauses. Default 1000. */
  maxBuffered?: number
  /** Maximum size of an event, bytes; a larger one ends the subscription. Default 16 MiB. */
  maxEventBytes?: number
  /**
   * Called when events before the next one are lost (`healed: false`), or when the current state follows (`healed: true`).
   */
  onGap?(gap: Gap): void
}

/**
 * Listens to a channel until `close()`; reconnects after each failure.
 * @throws EventSourceError `configuration` if parameters or options are invalid
 */
export function listen<Events, Params>(
  channel: ClientChannel<Events, Params>,
  callback: Listener<Events, Params> | EventHandlers<Events>,
  parameters: unknown,
  options: ClientOptions & ChannelOptions = {},
): Subscription {
  return subscribe(buildSessionConfig(channel, parameters, options), callback)
}

/**
 * The events of a channel as an async iterator. It connects at the first `next()`, which rejects if parameters or options
 * are invalid.
 */
export function stream<Events, Params>(
  channel: ClientChannel<Events, Params>,
  parameters: unknown,
  options: ClientOptions & ChannelOptions = {},
): EventStream<StreamEvent<Events, Params>> {
  return createEventStream(() => buildSessionConfig(channel, parameters, options))
}

function buildSessionConfig<Events, Params>(
  channel: ClientChannel<Events, Params>,
  input: unknown,
  options: ClientOptions & ChannelOptions,
): SessionConfig<Events, Params> {
  return checkCall(() => {
    const { url, parameters } = resolveTarget(channel, input, options)
    const { reconnect, idleTimeout, maxBuffered, maxEventBytes } = options
    const { authenticate, validate = false, createRequest } = channel
    const request = createRequest?.(channel, options, options.validate ?? validate, url)
    const lastEventId = request?.resumption.lastEventId ?? options.lastEventId ?? ''
    const numbers = { idleTimeout, maxBuffered, maxEventBytes, ...reconnect }
    for (const [option, value = 0] of Object.entries(numbers)) {
      // Also refuses NaN.
      if (!(value >= 0)) throw new TypeError(`Option ${option} must be at least 0, found ${value}`)
    }
    if (!isSendableId(lastEventId)) {
      throw new TypeError('Option lastEventId is not valid in HTTP')
    }
    const find = createMessageFinder(channel, options.eventTypes)
    const detectEnd = detectEndOf({ ...channel, ...request }, find, options.endOn)
    return {
      parameters,
      decode: createDecoder(channel, find, options.validate),
      options,
      lastEventId,
      request,
      connect: (context) =>
        createFetchTransport(
          { url, authenticate, request, lastEventId },
          options,
          context,
          detectEnd,
        ),
    }
  })
}
