import type { EventDescriptor } from './channel'
import { InvalidMessageError } from './server-errors'
import type { ServerChannel } from './server-types'

/** A message as it goes on the wire. */
export interface Outgoing {
  /** `''` where the channel does not name its events. */
  readonly event: string
  readonly data: string
}

/**
 * Finds out which event a message is, checks it and serialises it, once for all who get it.
 *
 * @param event its name, where the caller says so
 * @throws InvalidMessageError, TypeError where the event is unknown or not to be told
 */
export function prepare<E, C, P>(
  channel: ServerChannel<E, C, P, never>,
  message: C | E[keyof E],
  event: keyof E | undefined,
  validate: boolean,
): Outgoing {
  const descriptor = event === undefined ? recognise(channel, message) : named(channel, event)
  const type = String(descriptor.type)
  // Which event it is has been found out at run time: the type of its content follows from that.
  const content = message as never
  if (validate) {
    const result = descriptor.model.validate(content)
    if (!result.valid) throw new InvalidMessageError(type, result.errors)
  }
  return { event: channel.named ? type : '', data: descriptor.model.marshal(content) }
}

type AnyEvent<E> = EventDescriptor<keyof E, E[keyof E]>

function named<E, C, P>(
  { name, events }: ServerChannel<E, C, P, never>,
  event: keyof E,
): AnyEvent<E> {
  const descriptor = events.find(({ type }) => type === event)
  if (descriptor !== undefined) return descriptor as AnyEvent<E>
  throw new TypeError(`${name} has no event ${JSON.stringify(event)}: ${listOf(events)}`)
}

/** An instance names its own event; where there is only one, nothing has to. */
function recognise<E, C, P>(
  { name, events }: ServerChannel<E, C, P, never>,
  message: C | E[keyof E],
): AnyEvent<E> {
  const descriptor =
    events.length === 1
      ? events[0]
      : events.find(({ model }) => typeof model === 'function' && message instanceof model)
  if (descriptor !== undefined) return descriptor as AnyEvent<E>
  throw new TypeError(`${name}: say which event this is with { event }: ${listOf(events)}`)
}

function listOf(events: readonly { readonly type: unknown }[]): string {
  return events.map(({ type }) => JSON.stringify(type)).join(', ')
}
