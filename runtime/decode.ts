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
 * @throws EventSourceError `configuration` where `eventTypes` names a message that the channel does not have
 */
export function createDecoder<E, P>(
  channel: ClientChannel<E, P>,
  validate: boolean,
  eventTypes: Readonly<Record<string, string>> = {},
): Decode<E> {
  const descriptors: readonly Descriptor[] = channel.events
  const byName = new Map<string, Descriptor>(
    descriptors.map((descriptor) => [String(descriptor.type), descriptor]),
  )
  for (const [wireName, type] of Object.entries(eventTypes)) {
    const descriptor = descriptors.find((each) => each.type === type)
    if (descriptor === undefined) {
      throw new EventSourceError(
        'configuration',
        `${channel.name}: eventTypes: the channel has no message "${type}", only ${descriptors.map((each) => `"${String(each.type)}"`).join(', ')}`,
      )
    }
    byName.set(wireName, descriptor)
  }
  const only = descriptors.length === 1 ? descriptors[0] : undefined

  const read = (descriptor: Descriptor, { data, id = '' }: WireEvent): unknown => {
    const { type, model } = descriptor
    let payload: unknown
    try {
      payload = model.unmarshal(data)
    } catch (cause) {
      return failed(channel.name, 'parse', `${String(type)}: ${String(cause)}`, id, cause)
    }
    if (validate) {
      const result = model.validate(payload)
      if (!result.valid) {
        return failed(
          channel.name,
          'validation',
          `${String(type)}: ${explain(result.errors)}`,
          id,
          result.errors,
        )
      }
    }
    return { type, payload, id }
  }

  const decode = (event: WireEvent): unknown => {
    // An event without a name is a `message` (HTML, "dispatch the event").
    const name = event.event
    const descriptor = byName.get(name ?? 'message')
    if (descriptor !== undefined) return read(descriptor, event)
    if (name !== undefined && name !== 'message') return null
    if (only !== undefined) return read(only, event)
    const guessed = guess(descriptors, event.data)
    if (guessed !== undefined) return read(guessed, event)
    const code = isJson(event.data) ? 'validation' : 'parse'
    const message = 'an event without a name is none of the messages'
    return failed(channel.name, code, message, event.id ?? '', undefined)
  }
  // The only place where a wire name becomes a key of `E`: the descriptors say which model belongs to which.
  return decode as Decode<E>
}

/** The first message whose discriminator or validator accepts the data. */
function guess(descriptors: readonly Descriptor[], data: string): Descriptor | undefined {
  return descriptors.find(({ model, discriminator }) => {
    try {
      const payload = model.unmarshal(data)
      if (discriminator === undefined) return model.validate(payload).valid
      const { property, values } = discriminator
      return (
        typeof payload === 'object' &&
        payload !== null &&
        values.includes(String(Reflect.get(payload, property)))
      )
    } catch {
      return false
    }
  })
}

function failed(
  channel: string,
  code: 'parse' | 'validation',
  message: string,
  id: string,
  cause: unknown,
): { type: undefined; payload: null; id: string; cause: EventSourceError } {
  const error = new EventSourceError(code, `${channel}: ${message}`, { retrying: true, cause })
  return { type: undefined, payload: null, id, cause: error }
}

function explain(errors: readonly ValidationError[]): string {
  return errors
    .map(
      ({ pointer, expected, found }) =>
        `${pointer === '' ? 'the payload' : pointer} should be ${expected}, found ${found}`,
    )
    .join('; ')
}

function isJson(data: string): boolean {
  try {
    JSON.parse(data)
    return true
  } catch {
    return false
  }
}
