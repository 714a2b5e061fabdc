// Documents of the tests of messages.

export const payload = { type: 'object', properties: { a: { type: 'string' } } }
export const message = { payload }

interface Parts {
  readonly channels?: object
  readonly servers?: object
  readonly operations?: object
  readonly components?: object
}

/** A document with a room, or with the given parts. */
export function document(parts: Parts = {}): object {
  const channels = parts.channels ?? { room: { address: 'room', messages: { said: message } } }
  return {
    asyncapi: '3.0.0',
    info: { title: 'Rooms', version: '1.0.0' },
    channels,
    ...(parts.servers === undefined ? {} : { servers: parts.servers }),
    ...(parts.operations === undefined ? {} : { operations: parts.operations }),
    ...(parts.components === undefined ? {} : { components: parts.components }),
  }
}

/** A document whose room has further members. */
export function channel(rest: object, messages: object = { said: message }): object {
  return document({ channels: { room: { address: 'room', messages, ...rest } } })
}

/** A document with one message. */
export function withPayload(schema: unknown, rest: object = {}): object {
  return channel({}, { said: { payload: schema, ...rest } })
}

/** A document with a room whose messages go in both directions. @param receive further members of the second operation */
export function bothDirections(receive: object = {}): object {
  const operation = (action: 'send' | 'receive', name: string): object => ({
    action,
    channel: { $ref: '#/channels/room' },
    messages: [{ $ref: `#/channels/room/messages/${name}` }],
  })
  return document({
    channels: { room: { address: 'room', messages: { said: message, asked: message } } },
    operations: {
      say: operation('send', 'said'),
      ask: { ...operation('receive', 'asked'), ...receive },
    },
  })
}
