import type { EventDescriptor } from './channel'
import type { ClientChannel, Details } from './client-types'
import { EventSourceError } from './errors'
import type { ValidationError } from './model'
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
  const events: readonly Descriptor[] = channel.events
  const byName = new Map(events.map((event) => [String(event.type), event]))
  for (const [wireName, type] of Object.entries(eventTypes)) {
    const event = events.find((each) => each.type === type)
    if (!event) {
      const types = events.map((each) => `"${String(each.type)}"`).join(', ')
      throw new TypeError(`eventTypes: the channel has no message "${type}", only ${types}`)
    }
    byName.set(wireName, event)
  }

  const failed = (
    code: 'parse' | 'validation',
    { type }: Descriptor,
    problem: string,
    cause: unknown,
  ): EventSourceError =>
    new EventSourceError(code, `${channel.name}: ${String(type)}: ${problem}`, {
      retrying: true,
      cause,
    })

  const decode = ({ event = 'message', data, id = '' }: WireEvent): unknown => {
    let descriptor = byName.get(event)
    // An event without a name is a `message` (HTML, "dispatch the event").
    if (!descriptor && event !== 'message') return null
    // A channel has at least one message.
    const [first] = events as readonly [Descriptor]
    let cause: unknown
    try {
      descriptor ??= channel.recognise?.(channel, data) ?? first
      const { type, model } = descriptor
      const payload = model.unmarshal(data)
      const result = validate && model.validate(payload)
      if (!result || result.valid) return { type, payload, id }
      cause = failed('validation', descriptor, explain(result.errors), result.errors)
    } catch (error) {
      cause =
        error instanceof EventSourceError
          ? error
          : failed('parse', descriptor ?? first, String(error), error)
    }
    return { type: undefined, payload: null, id, cause }
  }
  // The only place where a wire name becomes a key of `E`: the descriptors say which model belongs to which.
  return decode as Decode<E>
}

function explain(errors: readonly ValidationError[]): string {
  return errors
    .map(
      ({ pointer, expected, found }) =>
        `${pointer || 'the payload'} should be ${expected}, found ${found}`,
    )
    .join('; ')
}
