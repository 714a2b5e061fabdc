import type { EventDescriptor } from '../core/channel'
import { InvalidMessageError } from './errors'
import type { ServerChannel } from './types'

export interface EncodedMessage {
  /** `''` if the channel does not name its events. */
  readonly event: string
  readonly data: string
  /** Whether the stream ends after this event. */
  readonly isTerminal: boolean
}

/**
 * Finds the event of a message, validates and serializes it, once for all recipients.
 *
 * @param event name of the event, if the caller passes it
 * @throws InvalidMessageError, TypeError if the event is unknown or cannot be inferred
 */
export function encodeMessage<Events, Content, Params>(
  channel: ServerChannel<Events, Content, Params, never>,
  message: Content | Events[keyof Events],
  event: keyof Events | undefined,
  validate: boolean,
): EncodedMessage {
  const descriptor =
    event === undefined
      ? inferEventDescriptor(channel, message)
      : findEventDescriptor(channel, event)
  const type = String(descriptor.type)
  // The event was found at run time and determines the type of its content.
  const content = message as never
  if (validate) {
    const result = descriptor.model.validate(content)
    if (!result.valid) throw new InvalidMessageError(type, result.errors)
  }
  return {
    event: channel.sendsEventName ? type : '',
    data: descriptor.model.marshal(content),
    isTerminal: descriptor.isTerminal === true,
  }
}

type AnyEvent<Events> = EventDescriptor<keyof Events, Events[keyof Events]>

function findEventDescriptor<Events, Content, Params>(
  { name, events }: ServerChannel<Events, Content, Params, never>,
  event: keyof Events,
): AnyEvent<Events> {
  const descriptor = events.find(({ type }) => type === event)
  if (descriptor !== undefined) return descriptor as AnyEvent<Events>
  throw new TypeError(`${name} has no event ${JSON.stringify(event)}: ${listOf(events)}`)
}

/** The class of an instance determines its event; a channel with one event needs no class. */
function inferEventDescriptor<Events, Content, Params>(
  { name, events }: ServerChannel<Events, Content, Params, never>,
  message: Content | Events[keyof Events],
): AnyEvent<Events> {
  const candidates = events.filter(({ model }) => isInstance(message, model))
  // The class of one message may extend that of another: use the class without a subclass among the candidates.
  const closest = candidates.filter(({ model }) =>
    candidates.every((other) => other.model === model || !isSubclass(other.model, model)),
  )
  const found = events.length === 1 ? events : closest
  if (found.length === 1) return found[0] as AnyEvent<Events>
  throw new TypeError(
    `${name}: the event of the message cannot be inferred; pass { event }, one of ${listOf(events)}`,
  )
}

function isInstance(message: unknown, model: unknown): boolean {
  return typeof model === 'function' && message instanceof model
}

function isSubclass(model: unknown, base: unknown): boolean {
  return typeof model === 'function' && isInstance(model.prototype, base)
}

function listOf(events: readonly { readonly type: unknown }[]): string {
  return events.map(({ type }) => JSON.stringify(type)).join(', ')
}
