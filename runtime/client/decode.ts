import type { EventDescriptor } from '../core/channel'
import { EventSourceError, errorText } from './errors'
import type { WireEvent } from './event-queue'
import type { CheckPayload, ClientChannel, Details, FindMessage, RecognizeEvent } from './types'

/** Decodes an event; returns null if the channel has no such message. */
export type Decode<Events> = (event: WireEvent) => Details<Events> | null

type Descriptor = EventDescriptor<PropertyKey, unknown>

/**
 * Creates the function that finds the message of an event: by its name, by a name of `eventTypes` or of the document, by
 * the constants of its payload, by `eventTypes['*']`.
 *
 * @param eventTypes additional event names, and the message of each
 * @throws TypeError if `eventTypes` names a message that the channel does not have
 */
export function createMessageFinder<Events, Params>(
  channel: ClientChannel<Events, Params>,
  eventTypes: Readonly<Record<string, string>> = {},
): FindMessage {
  const { recognize, aliases } = channel
  const events: readonly Descriptor[] = channel.events
  const types = events.map(({ type }) => String(type))
  const byName = new Map<string, Descriptor | undefined>()
  // An event without a name is a `message` (HTML, "dispatch the event").
  if (!recognize) byName.set('message', events[0])
  for (const [name, type] of Object.entries({ ...aliases, ...eventTypes })) {
    const index = types.indexOf(type)
    if (index < 0) {
      throw new TypeError(`Option eventTypes: "${type}" is not one of ${types.join(', ')}`)
    }
    byName.set(name, events[index])
  }
  const rest = byName.get('*')
  events.forEach((event, index) => byName.set(types[index] as string, event))
  // One lookup per event: it is a measurable part of the time that an event takes.
  return ({ event: name = 'message', data }) =>
    byName.get(name) ?? (recognize ? recognize(channel, data, name !== 'message', rest) : rest)
}

/**
 * Creates the function that converts events of the stream to messages of the channel.
 *
 * @param validate whether payloads are validated against their schema
 */
export function createDecoder<Events, Params>(
  channel: ClientChannel<Events, Params>,
  find: FindMessage,
  validate = channel.validate,
): Decode<Events> {
  const check = validate ? channel.check : undefined
  const decode = (event: WireEvent): unknown => {
    const { data, id } = event
    let descriptor: Descriptor | undefined
    try {
      descriptor = find(event)
      if (!descriptor) return null
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
              `Event "${String(descriptor?.type)}" is not valid JSON: ${errorText(error)}`,
              { retrying: true, cause: error },
            )
      return errorDetails(id, cause)
    }
  }
  // The cast is safe: each descriptor pairs a name of the stream with the model of that key of `Events`.
  return decode as Decode<Events>
}

/** Details of a call without a message. */
export function errorDetails(
  id: string,
  cause: EventSourceError,
): { type: undefined; payload: null; id: string; cause: EventSourceError } {
  return { type: undefined, payload: null, id, cause }
}

/**
 * Finds the message of an event by its data: the only one whose constants match. If no constants match and the event has no
 * name, the first one whose schema matches. Otherwise `rest`.
 * @throws EventSourceError `validation` or, if the data is not JSON, `parse`
 */
export const recognizeEvent: RecognizeEvent = ({ events }, data, isNamed, rest) => {
  const matching = events.filter((event) => matchesConstants(event, data))
  if (matching.length === 1) return matching[0]
  const found = isNamed ? rest : (events.find((event) => matchesSchema(event, data)) ?? rest)
  if (found !== undefined || isNamed) return found
  if (!isJson(data)) {
    throw new EventSourceError('parse', 'An event without a name is not JSON', { retrying: true })
  }
  throw new EventSourceError(
    'validation',
    'An event without a name matches no message of the channel',
    { retrying: true },
  )
}

function matchesConstants({ model, discriminator }: Descriptor, data: string): boolean {
  const value = discriminator && discriminatorValue(model, data, discriminator.property)
  return value !== undefined && discriminator?.values.includes(String(value)) === true
}

/** A payload with another constant does not match the message, even if the schema accepts it. */
function matchesSchema({ model, discriminator }: Descriptor, data: string): boolean {
  try {
    if (discriminator && discriminatorValue(model, data, discriminator.property) !== undefined) {
      return matchesConstants({ model, discriminator } as Descriptor, data)
    }
    return model.validate(model.unmarshal(data)).valid
  } catch {
    return false
  }
}

function discriminatorValue(model: Descriptor['model'], data: string, property: string): unknown {
  try {
    const payload = model.unmarshal(data)
    return typeof payload === 'object' && payload !== null
      ? Reflect.get(payload, property)
      : undefined
  } catch {
    return undefined
  }
}

function isJson(data: string): boolean {
  try {
    JSON.parse(data)
    return true
  } catch {
    return false
  }
}

/**
 * Validates a payload against the schema of its message.
 * @throws EventSourceError `validation`; its `cause` contains the errors
 */
export const checkPayload: CheckPayload = (_channel, { type, model }, payload) => {
  const result = model.validate(payload)
  if (result.valid) return
  const { errors } = result
  const problem = errors
    .map(
      ({ pointer, expected, found }) =>
        `${pointer === '' ? 'the payload' : pointer} must be ${expected}, found ${found}`,
    )
    .join('; ')
  const init = { retrying: true, cause: errors }
  throw new EventSourceError(
    'validation',
    `Event "${String(type)}" does not match its schema: ${problem}`,
    init,
  )
}
