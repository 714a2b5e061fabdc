import { locate } from './client-address'
import type {
  ChannelOptions,
  ClientChannel,
  CommonOptions,
  EventStream,
  Listener,
  StreamEvent,
  Subscription,
} from './client-types'
import { createDecoder } from './decode'
import { checkCall } from './errors'
import { iterate } from './event-stream'
import { StandardSource, type StandardEventSourceConstructor } from './eventsource-source'
import type { Setup } from './feed'
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
  StreamEvent,
  Subscription,
} from './client-types'
export type { StandardEventSource, StandardEventSourceConstructor } from './eventsource-source'

/**
 * Options of the generated client on the standard EventSource. It reconnects as EventSource does; headers, back-off,
 * time-outs and bounds are beyond the standard (template parameter `client=fetch` has them).
 */
export interface ClientOptions extends CommonOptions {
  /**
   * The constructor to use. Default: the platform's own, else that of the `eventsource` package, which must then be
   * installed.
   */
  EventSource?: StandardEventSourceConstructor
}

/**
 * Listens to a channel until `close()`, or until EventSource gives up.
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
 * options are wrong. EventSource cannot be paused: what nobody takes waits in memory, however much it is.
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
  const { name, events, authenticate } = channel
  return checkCall(name, () => {
    const { url, parameters } = locate(channel, input, options)
    const { eventTypes = {}, auth, EventSource } = options
    const types = events.map(({ type }) => String(type))
    return {
      parameters,
      decode: createDecoder(channel, options.validate, eventTypes),
      options,
      lastEventId: '',
      connect: (inbox, hooks) =>
        new StandardSource(
          {
            name,
            url,
            authenticate,
            auth,
            withCredentials: options.withCredentials === true,
            events: new Set(['message', ...types, ...Object.keys(eventTypes)]),
            EventSource,
            onOpen: () => void hooks.call(() => options.onOpen?.()),
          },
          inbox,
        ),
    }
  })
}
