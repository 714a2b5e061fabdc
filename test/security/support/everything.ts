/** A document that makes every template print in every place it can. */
export const EVERYTHING = {
  asyncapi: '3.0.0',
  info: { title: 'Everything', version: '1.0.0', description: 'All of it.' },
  servers: {
    main: {
      host: '{region}.example.com',
      pathname: '/v1',
      protocol: 'https',
      description: 'The server.',
      variables: {
        region: { description: 'Where.', default: 'eu', enum: ['eu', 'us'] },
        zone: { description: 'Which.' },
      },
      security: [
        { $ref: '#/components/securitySchemes/token' },
        { $ref: '#/components/securitySchemes/login' },
        { $ref: '#/components/securitySchemes/key' },
      ],
    },
  },
  channels: {
    rooms: {
      address: 'rooms/{roomId}/events',
      title: 'Rooms',
      description: 'What happens in a room.',
      parameters: {
        roomId: { description: 'Its id.', examples: ['42'], enum: ['42', '43'], default: '42' },
      },
      messages: {
        joined: { $ref: '#/components/messages/Joined' },
        left: { $ref: '#/components/messages/Left' },
        silence: { summary: 'No payload.' },
        note: { contentType: 'text/plain', payload: { type: 'string' } },
      },
    },
    open: {
      address: 'open/{wanted}',
      parameters: { wanted: {} },
      messages: {
        open: { payload: { type: 'object', additionalProperties: { type: 'number' } } },
      },
    },
    // One address, distinguished by a constant in the query; these two have priority over "open".
    // Two messages have the same shape, so their classes get a brand.
    openAll: {
      address: 'open/all',
      messages: { all: { payload: { type: 'object', properties: { at: { type: 'number' } } } } },
    },
    openNew: {
      address: 'open/all',
      messages: { new: { payload: { type: 'object', properties: { at: { type: 'number' } } } } },
    },
    impossible: {
      address: 'impossible/{id}',
      parameters: { id: { enum: [] } },
      messages: { nothing: { payload: { not: {} } } },
    },
    quiet: { address: 'quiet', messages: { quiet: { title: 'No payload at all.' } } },
    again: {
      address: 'again',
      messages: {
        same: { payload: { $ref: '#/components/schemas/User' } },
        equal: { title: 'The same again.', payload: { $ref: '#/components/schemas/User' } },
      },
    },
    shared: {
      address: 'shared',
      messages: {
        oneWay: { title: 'One.', payload: { $ref: '#/components/schemas/Either' } },
        otherWay: { title: 'Other.', payload: { $ref: '#/components/schemas/Either' } },
        numbers: { title: 'Numbers.', payload: { $ref: '#/components/schemas/Numbers' } },
        moreNumbers: { title: 'More.', payload: { $ref: '#/components/schemas/Numbers' } },
        list: { title: 'List.', payload: { $ref: '#/components/schemas/List' } },
        otherList: { title: 'Other list.', payload: { $ref: '#/components/schemas/List' } },
        text: {
          title: 'Text.',
          contentType: 'text/plain',
          payload: { $ref: '#/components/schemas/Text' },
        },
        otherText: {
          title: 'Other text.',
          contentType: 'text/plain',
          payload: { $ref: '#/components/schemas/Text' },
        },
      },
    },
    // The address of "request", with another method.
    watch: {
      address: 'request/{topic}',
      parameters: { topic: {} },
      messages: { watched: { payload: { type: 'object', properties: { at: {} } } } },
    },
    request: {
      address: 'request/{topic}',
      parameters: { topic: {} },
      messages: {
        question: { title: 'The question.', payload: { $ref: '#/components/schemas/User' } },
        command: { contentType: 'text/plain', payload: { type: 'string' } },
        answer: {
          contentType: 'text/event-stream',
          payload: {
            type: 'object',
            required: ['type'],
            properties: { type: { const: 'answer.delta' }, text: { type: 'string' } },
          },
        },
        complete: {
          contentType: 'text/event-stream',
          'x-eventsource': { terminal: true },
          payload: {
            type: 'object',
            required: ['type'],
            properties: { type: { const: 'answer-complete' } },
          },
        },
        done: { contentType: 'text/event-stream', payload: { const: '[DONE]' } },
      },
    },
  },
  operations: {
    sendRooms: {
      action: 'send',
      channel: { $ref: '#/channels/rooms' },
      bindings: {
        http: {
          method: 'GET',
          query: {
            type: 'object',
            required: ['since'],
            properties: {
              since: { type: 'string', format: 'date-time', description: 'From when on.' },
              limit: { type: 'integer', default: 10 },
              user: { $ref: '#/components/schemas/User' },
              filter: { type: 'object', properties: { of: { type: 'string' } } },
              names: { type: 'array', items: { type: 'string' } },
            },
          },
          bindingVersion: '0.3.0',
        },
      },
    },
    sendImpossible: {
      action: 'send',
      channel: { $ref: '#/channels/impossible' },
      bindings: {
        http: {
          method: 'GET',
          query: { type: 'object', required: ['no'], properties: { no: { not: {} } } },
          bindingVersion: '0.3.0',
        },
      },
    },
    ask: {
      action: 'receive',
      channel: { $ref: '#/channels/request' },
      bindings: { http: { method: 'POST', bindingVersion: '0.3.0' } },
      messages: [
        { $ref: '#/channels/request/messages/question' },
        { $ref: '#/channels/request/messages/command' },
      ],
      reply: {
        messages: [
          { $ref: '#/channels/request/messages/answer' },
          { $ref: '#/channels/request/messages/complete' },
          { $ref: '#/channels/request/messages/done' },
        ],
      },
    },
    sendOpen: { action: 'send', channel: { $ref: '#/channels/open' } },
    sendOpenAll: {
      action: 'send',
      channel: { $ref: '#/channels/openAll' },
      bindings: {
        http: {
          method: 'GET',
          query: { type: 'object', properties: { view: { const: 'all' } } },
          bindingVersion: '0.3.0',
        },
      },
    },
    sendOpenNew: {
      action: 'send',
      channel: { $ref: '#/channels/openNew' },
      bindings: {
        http: {
          method: 'GET',
          query: { type: 'object', properties: { view: { const: 'new' } } },
          bindingVersion: '0.3.0',
        },
      },
    },
  },
  components: {
    messages: {
      Joined: {
        title: 'Somebody came.',
        description: 'With a name.',
        headers: {
          type: 'object',
          properties: { trace: { type: 'string' }, user: { $ref: '#/components/schemas/User' } },
        },
        payload: {
          type: 'object',
          discriminator: 'kind',
          required: ['kind', 'user'],
          properties: {
            kind: { const: 'joined' },
            user: { $ref: '#/components/schemas/User' },
            marshal: { type: 'object', properties: { deep: { type: 'string' } } },
          },
        },
        examples: [{ payload: { kind: 'joined', user: { name: 'Ada' } } }],
      },
      Left: {
        deprecated: true,
        payload: {
          type: 'object',
          required: ['kind'],
          properties: { kind: { enum: ['left'] }, at: { type: 'string', format: 'date-time' } },
        },
      },
    },
    schemas: {
      Either: {
        description: 'One of two.',
        oneOf: [
          { type: 'object', required: ['a'], properties: { a: { type: 'string' } } },
          { type: 'object', required: ['b'], properties: { b: { type: 'string' } } },
        ],
      },
      Numbers: { type: 'object', additionalProperties: { type: 'number' } },
      List: { type: 'array', items: { type: 'string', minLength: 1 } },
      Text: { type: 'string', minLength: 1 },
      User: {
        type: 'object',
        description: 'A person.',
        required: ['name'],
        properties: {
          name: { type: 'string', minLength: 1 },
          friend: { $ref: '#/components/schemas/User' },
        },
      },
    },
    securitySchemes: {
      token: { type: 'http', scheme: 'bearer', description: 'A token.' },
      login: { type: 'http', scheme: 'basic', description: 'Name and password.' },
      key: { type: 'httpApiKey', in: 'header', name: 'X-Key', description: 'A key.' },
    },
  },
}
