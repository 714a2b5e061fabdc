import { parseDocument } from '../../support/document'

const integer = { type: 'integer' }

/** A channel with a parameter and two messages, one without a parameter, and a stream with credentials. */
export const counters = {
  asyncapi: '3.0.0',
  info: { title: 'Counters', version: '1.0.0' },
  channels: {
    counters: {
      address: 'counters/{id}',
      parameters: { id: {} },
      messages: {
        counted: {
          payload: { type: 'object', required: ['n'], properties: { n: integer } },
        },
        renamed: {
          payload: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
        },
      },
    },
    chat: {
      address: 'chat',
      'x-eventsource': { method: 'POST' },
      messages: {
        question: {
          payload: { type: 'object', required: ['text'], properties: { text: { type: 'string' } } },
        },
        token: { payload: { type: 'object', required: ['n'], properties: { n: integer } } },
        done: { payload: { const: '[DONE]' }, contentType: 'text/plain' },
      },
    },
    load: { address: 'load', messages: { measured: { payload: integer } } },
  },
  operations: {
    ask: {
      action: 'receive',
      channel: { $ref: '#/channels/chat' },
      messages: [{ $ref: '#/channels/chat/messages/question' }],
    },
    answer: {
      action: 'send',
      channel: { $ref: '#/channels/chat' },
      messages: [
        { $ref: '#/channels/chat/messages/token' },
        { $ref: '#/channels/chat/messages/done' },
      ],
    },
  },
} as const

export const parseCounters = (): ReturnType<typeof parseDocument> => parseDocument(counters)
