import type { EventDescriptor } from './channel'
import type { ClientChannel, Details, Recognise } from './client-types'
import { EventSourceError } from './errors'
import type { WireEvent } from './event-reader'

/** Tells what an event is; null where the channel does not have it. */
export type Decode<E> = (event: WireEvent) => Details<E> | null

type Descriptor = EventDescriptor<PropertyKey, unknown>

/**
 * Makes the function that turns the events of a channel's wire into its messages.
 *
 * @param validate whether payloads are checked against their schema
 * @param eventTypes names on the wire that stand for a message
 * @throws TypeError where `eventTypes` names a message that the channel does not have
 */
export function createDecoder<E, P>(
  channel: ClientChannel<E, P>,
  validate = channel.validate,
  eventTypes: Readonly<Record<string, string>> = {},
): Decode<E> {
  const { name, recognise = firstOf } = channel
  const check = validate ? channel.check : undefined
  const events: readonly Descriptor[] = channel.events
  const byType = new Map(events.map((event) => [String(event.type), event]))
  const byName = new Map(byType)
  for (const [wireName, type] of Object.entries(eventTypes)) {
    const event = byType.get(type)
    if (!event) {
      const types = [...byType.keys()].join('", "')
      throw new TypeError(`eventTypes: the channel has no message "${type}", only "${types}"`)
    }
    byName.set(wireName, event)
  }

  const decode = ({ event = 'message', data, id = '' }: WireEvent): unknown => {
    let descriptor = byName.get(event)
    // An event without a name is a `message` (HTML, "dispatch the event").
    if (!descriptor && event !== 'message') return null
    try {
      descriptor ??= recognise(channel, data)
      const { type, model } = descriptor
      const payload = model.unmarshal(data)
      check?.(channel, descriptor, payload)
      return { type, payload, id }
    } catch (error) {
      const cause =
        error instanceof EventSourceError
          ? error
          : new EventSourceError(
              'parse',
              `${name}: ${String(descriptor?.type)}: ${String(error)}`,
              {
                retrying: true,
                cause: error,
              },
            )
      return failed(id, cause)
    }
  }
  // The only place where a wire name becomes a key of `E`: the descriptors say which model belongs to which.
  return decode as Decode<E>
}

/** A channel has at least one message. */
const firstOf: Recognise = ({ events }) => events[0] as Descriptor

/** Details of what is no message. */
export function failed(
  id: string,
  cause: EventSourceError,
): { type: undefined; payload: null; id: string; cause: EventSourceError } {
  return { type: undefined, payload: null, id, cause }
}
