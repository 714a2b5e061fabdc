import { bothDirections, channel, document, message, withPayload } from './documents'
import type { Case } from './message-case'

// Parts of a document that have no effect on the output.

export const UNUSED_PARTS: readonly Case[] = [
  {
    title: 'A binding of another protocol',
    advice:
      'Only the bindings `http` and `sse`, `x-sse` and `x-zilla-sse` are read. The others can remain for other tools.',
    isError: false,
    document: channel({ bindings: { ws: { method: 'GET' } } }),
  },
  {
    title: 'Tags',
    advice: 'Other tools use them.',
    isError: false,
    document: channel({}, { said: { ...message, tags: [{ name: 'chat' }] } }),
  },
  {
    title: 'A payload with the fields of an event',
    advice:
      'The runtime writes and reads the fields `event`, `id` and `retry`. Ignore the note if the JSON in `data` repeats them.',
    isError: false,
    document: withPayload({
      type: 'object',
      properties: { event: { const: 'said' }, data: { type: 'string' } },
    }),
  },
  {
    title: 'External documentation',
    advice: 'A link in the description is part of the output. `externalDocs` of a schema is too.',
    isError: false,
    document: channel({ externalDocs: { url: 'https://example.com/rooms' } }),
  },
  {
    title: 'The location of a parameter',
    advice: 'The generated functions take the value as an argument.',
    isError: false,
    document: channel({
      address: 'rooms/{room}',
      parameters: { room: { location: '$message.payload#/room' } },
    }),
  },
  {
    title: 'A parameter that is not in the address',
    advice: 'A parameter of the address has its name in braces there: `rooms/{room}`.',
    isError: false,
    document: {
      asyncapi: '2.6.0',
      info: { title: 'Rooms', version: '1.0.0' },
      channels: {
        rooms: {
          parameters: { room: { schema: { type: 'string' } } },
          subscribe: { message },
        },
      },
    },
  },
  {
    title: 'A condition on several query parameters',
    advice: 'Check it in the callback of the server, which gets the query.',
    isError: false,
    document: channel({
      bindings: { http: { query: { type: 'object', properties: { a: {} }, minProperties: 1 } } },
    }),
  },
  {
    title: 'Security of an operation without events',
    advice:
      'Declare it at the operation with the events, or at the server. For a request stream, that of the request applies too.',
    isError: false,
    document: bothDirections({ security: [{ type: 'http', scheme: 'bearer' }] }),
  },
  {
    title: 'A correlation ID',
    advice: 'Put the value into the payload.',
    isError: false,
    document: channel(
      {},
      { said: { ...message, correlationId: { location: '$message.header#/id' } } },
    ),
  },
  {
    title: 'Headers of a message',
    advice:
      'An event has the fields `event`, `id` and `data` only. Put the values into the payload.',
    isError: false,
    document: channel(
      {},
      { said: { ...message, headers: { type: 'object', properties: { trace: {} } } } },
    ),
  },
  {
    title: 'Headers of the http binding of a message',
    advice: 'Models exist only for the `headers` of the message itself.',
    isError: false,
    document: channel(
      {},
      {
        said: {
          ...message,
          bindings: { http: { headers: { type: 'object', properties: { trace: {} } } } },
        },
      },
    ),
  },
  {
    title: 'The address of a reply',
    advice: 'The events of a request are in its response.',
    isError: false,
    document: document({
      channels: {
        chat: {
          address: 'chat',
          messages: { asked: message, said: { ...message, contentType: 'text/event-stream' } },
        },
      },
      operations: {
        chat: {
          action: 'receive',
          channel: { $ref: '#/channels/chat' },
          messages: [{ $ref: '#/channels/chat/messages/asked' }],
          bindings: { http: { method: 'POST' } },
          reply: {
            address: { location: '$message.header#/replyTo' },
            messages: [{ $ref: '#/channels/chat/messages/said' }],
          },
        },
      },
    }),
  },
  {
    title: 'A wildcard in an address',
    advice: 'Write a parameter instead: `rooms/{room}`.',
    isError: false,
    document: channel({ address: 'rooms/*' }),
  },
]

export const UNUSED_KEYWORDS: readonly Case[] = [
  {
    title: 'A keyword that is probably misspelled',
    advice: 'It has no effect. The message suggests the nearest known keyword.',
    isError: false,
    document: withPayload({ type: 'string', minLenght: 3 }),
  },
  {
    title: 'A keyword that is not known',
    advice: 'It has no effect. The prefix `x-` marks a keyword as an extension.',
    isError: false,
    document: withPayload({ type: 'string', faker: 'name.firstName' }),
  },
  {
    title: 'A keyword of a later draft',
    advice: 'Express the constraint with keywords of draft 7, or check it in the application.',
    isError: false,
    document: withPayload({ type: 'array', prefixItems: [{ type: 'string' }] }),
  },
  {
    title: 'A keyword about the content of a text',
    advice: 'The text is sent as it is. Decode and check it in the application.',
    isError: false,
    document: withPayload({ type: 'string', contentEncoding: 'base64' }),
  },
  {
    title: 'A closed part of allOf',
    advice:
      '`allOf` is not inheritance: each part is checked by itself, and `additionalProperties: false` allows the properties of its own part only.',
    isError: false,
    document: withPayload({
      type: 'object',
      allOf: [
        { properties: { id: { type: 'string' } }, additionalProperties: false },
        { properties: { text: { type: 'string' } }, required: ['text'] },
      ],
    }),
  },
  {
    title: 'A format that is probably misspelled',
    advice: 'An unknown format is not checked. The message suggests the nearest known format.',
    isError: false,
    document: withPayload({ type: 'string', format: 'emial' }),
  },
]
