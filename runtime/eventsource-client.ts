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
import { iterate } from './event-stream'
import { StandardSource, type StandardEventSourceConstructor } from './eventsource-source'
import type { Setup } from './feed'
import { subscribe } from './subscription'

export { EventSourceError, type ErrorCode } from './errors'
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
  const { url, parameters } = locate(channel, input, options)
  const { eventTypes = {} } = options
  const names = [
    'message',
    ...channel.events.map(({ type }) => String(type)),
    ...Object.keys(eventTypes),
  ]
  return {
    parameters,
    decode: createDecoder(channel, options.validate ?? channel.validate, eventTypes),
    options,
    lastEventId: '',
    connect: (inbox, hooks) =>
      new StandardSource(
        {
          name: channel.name,
          url,
          schemes: channel.schemes,
          auth: options.auth,
          withCredentials: options.withCredentials === true,
          events: new Set(names),
          EventSource: options.EventSource,
          onOpen: () => void hooks.call(() => options.onOpen?.()),
        },
        inbox,
      ),
  }
}
