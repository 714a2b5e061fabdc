import { resolveTarget } from './client/request-url'
import type {
  ChannelOptions,
  ClientChannel,
  CommonOptions,
  EventHandlers,
  EventStream,
  Listener,
  StreamEvent,
  Subscription,
} from './client/types'
import { createDecoder, createMessageFinder } from './client/decode'
import { detectEndOf } from './client/end-detection'
import { checkCall } from './client/errors'
import { createEventStream } from './client/event-stream'
import {
  EventSourceTransport,
  type StandardEventSourceConstructor,
} from './client/eventsource-transport'
import type { SessionConfig } from './client/session'
import { subscribe } from './client/subscription'

export { resolveCredentials } from './client/credentials'
export { EventSourceError, type ErrorCode } from './client/errors'
export { expandAddress, ParameterError } from './core/parameters'
export { checkPayload, recognizeEvent } from './client/decode'
export { createEndDetector } from './client/end-detection'
export { expandServerUrl } from './client/request-url'
export type {
  ChannelOptions,
  ClientChannel,
  Credentials,
  ConnectionState,
  Details,
  EventHandlers,
  EventStream,
  Listener,
  ValueOrProvider,
  StreamEvent,
  Subscription,
} from './client/types'
export type {
  StandardEventSource,
  StandardEventSourceConstructor,
} from './client/eventsource-transport'

/**
 * Options of the generated client on the standard EventSource. EventSource controls reconnection. Headers, backoff,
 * timeouts and limits are not part of that standard; the template parameter `client=fetch` adds them.
 */
export interface ClientOptions extends CommonOptions {
  /**
   * The constructor to use. Default: the platform's `EventSource`, else the one of the `eventsource` package, which must
   * then be installed.
   */
  EventSource?: StandardEventSourceConstructor
}

/**
 * Listens to a channel until `close()`, or until EventSource stops its attempts.
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
 * are invalid. EventSource cannot be paused: events that are not taken wait in memory, without a limit.
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
  const { events, authenticate, aliases = {} } = channel
  return checkCall(() => {
    const { url, parameters } = resolveTarget(channel, input, options)
    const { eventTypes = {}, auth, EventSource } = options
    const find = createMessageFinder(channel, eventTypes)
    const types = events.map(({ type }) => String(type))
    return {
      parameters,
      decode: createDecoder(channel, find, options.validate),
      options,
      lastEventId: '',
      connect: (context) =>
        new EventSourceTransport(
          {
            url,
            authenticate,
            auth,
            withCredentials: options.withCredentials === true,
            events: new Set([
              'message',
              ...types,
              ...(options.endOn ?? []),
              ...Object.keys({ ...aliases, ...eventTypes }),
            ]),
            EventSource,
            detectEnd: detectEndOf(channel, find, options.endOn),
          },
          context,
        ),
    }
  })
}
