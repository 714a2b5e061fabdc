import { plan } from '../../../pipeline/generate'
import { parseDocument } from '../../support/document'
import { outputOf } from '../../support/output'

// A document with everything that has no effect: each part is a line of the report, with its place.

const text = { payload: { type: 'string' } }
const ref = (path: string): object => ({ $ref: `#/${path}` })
const operation = (action: string, channel: string, messages: string[], more = {}): object => ({
  action,
  channel: ref(`channels/${channel}`),
  messages: messages.map((name) => ref(`channels/${channel}/messages/${name}`)),
  ...more,
})

const DOCUMENT = {
  asyncapi: '3.0.0',
  info: { title: 'Rooms', version: '1.0.0' },
  servers: {
    api: {
      host: 'api.example.com',
      protocol: 'https',
      security: [ref('components/securitySchemes/certificate')],
    },
    kafka: { host: 'kafka.example.com', protocol: 'kafka' },
  },
  channels: {
    room: {
      address: 'rooms/{id}?limit={limit}#top',
      servers: [ref('servers/api')],
      parameters: { id: { location: '$message.payload#/room' }, limit: {} },
      messages: { said: ref('components/messages/Said'), asked: text, unused: text },
      bindings: {
        ws: { method: 'GET' },
        http: { query: { type: 'object', properties: { page: {} } } },
      },
      externalDocs: { url: 'https://example.com/rooms' },
      tags: [{ name: 'chat' }],
    },
    general: { address: 'rooms/general', servers: [ref('servers/api')], messages: { m: text } },
    twin: { address: 'rooms/general', servers: [ref('servers/api')], messages: { m: text } },
    left: { address: 'users/{user}/new', servers: [ref('servers/api')], messages: { m: text } },
    right: { address: 'users/all/{page}', servers: [ref('servers/api')], messages: { m: text } },
    any: { address: 'any/*', servers: [ref('servers/api')], messages: { m: text } },
    hook: { address: 'hook', servers: [ref('servers/api')], messages: { m: text } },
    gone: { address: 'gone', servers: [ref('servers/api')], messages: { m: text } },
    topic: { address: 'topic', servers: [ref('servers/kafka')], messages: { m: text } },
    nowhere: { servers: [ref('servers/api')], messages: { m: text } },
    silent: { address: 'silent', servers: [ref('servers/api')] },
  },
  operations: {
    say: operation('send', 'room', ['said']),
    ask: operation('receive', 'room', ['asked'], {
      security: [ref('components/securitySchemes/token')],
    }),
    push: operation('send', 'hook', ['m'], { bindings: { http: { method: 'POST' } } }),
    remove: operation('send', 'gone', ['m'], { bindings: { http: { method: 'DELETE' } } }),
  },
  components: {
    securitySchemes: {
      certificate: { type: 'X509' },
      token: { type: 'http', scheme: 'bearer' },
    },
    messages: {
      Said: {
        contentType: 'application/xml',
        headers: { type: 'object', properties: { trace: { type: 'string' } } },
        correlationId: { location: '$message.header#/trace' },
        tags: [{ name: 'chat' }],
        payload: {
          type: 'object',
          properties: {
            mail: { type: 'string', format: 'emial' },
            name: { type: 'string', minLenght: 1 },
            fake: { type: 'string', faker: 'name' },
            list: { type: 'array', unevaluatedItems: false },
            image: { type: 'string', contentEncoding: 'base64' },
            slug: { type: 'string', pattern: '^(a+)+$' },
          },
        },
      },
    },
  },
}

test('each part without effect is a line of the report', async () => {
  const { diagnostics, view } = plan({ document: await parseDocument(DOCUMENT), parameters: {} })
  expect(view.channels.map(({ id }) => id)).toEqual([
    'room',
    'general',
    'twin',
    'left',
    'right',
    'any',
  ])
  expect(diagnostics.notes).toEqual([
    'channel "hook" is left out: it is a request with POST without a declaration of an event stream; "contentType": "text/event-stream" on an event, or "x-eventsource": {} on the channel includes it',
    'channel "gone" is left out: its method is DELETE; streams of GET, POST, QUERY, PUT are supported',
    'channel "topic" is left out: its servers use kafka; -p protocols=kafka or -p "protocols=*" includes it',
    'channel "nowhere" is left out: it has no address; "address" with the path of the stream includes it',
    'channel "silent" is left out: it has no messages',
    'channel names: the name "RoomsGeneral" became "TwinRoomsGeneral" (another model or channel has this name)',
    'the name "M" became "TwinRoomsGeneralM" (another model or channel has this name)',
    'the name "M" became "UsersUserNewM" (another model or channel has this name)',
    'the name "M" became "UsersAllPageM" (another model or channel has this name)',
    'the name "M" became "AnyM" (another model or channel has this name)',
    'channel "general" and channel "twin" have the same address, "rooms/general"; the server serves only the channel that is registered first. Give each channel a query parameter with a different constant ("bindings.http.query")',
    'channel "left" and channel "right" match the same paths ("users/{user}/new", "users/all/{page}"): the first registered channel serves these paths',
    '#/channels/room/messages/asked: the message is left out: a GET stream carries one direction; -p side=operations gives each side its own messages; "x-eventsource": { "method": "POST" } makes it the body of the request',
    '#/operations/ask/security: it has no effect: the security of the operation with the events applies, or that of the servers',
    '#/channels/room/messages/unused: the message is left out: no operation of the channel has it',
    '#/channels/room: the part of the address after "#" is not sent (RFC 9110 §7.1)',
    '#/channels/room/bindings: the binding "ws" has no effect on an event stream',
    '#/channels/room: tags have no effect (and 1 more; -p report=all lists them)',
    '#/channels/room: externalDocs outside of a schema has no effect; the description can have a link',
    '#/channels/room/parameters/id: a location has no effect: the caller passes the value of a parameter',
    '#/channels/room/messages/said: a correlationId has no effect: an event stream has no message headers',
    '#/channels/room/messages/said: message headers are not sent; -p headers=true generates models of them',
    '#/channels/any: a wildcard in an address is literal text; a parameter matches any value',
    '#/channels/room/messages/said/payload: the content type "application/xml" is not JSON; the payload is sent as JSON',
    '#/channels/room/messages/said/payload/properties/mail/format: "emial" is not a known format (did you mean "email"?); it is not checked',
    '#/channels/room/messages/said/payload/properties/name/minLenght: "minLenght" is not a known keyword (did you mean "minLength"?); it has no effect',
    '#/channels/room/messages/said/payload/properties/fake/faker: "faker" is not a known keyword; it has no effect',
    '#/channels/room/messages/said/payload/properties/list/unevaluatedItems: the keyword "unevaluatedItems" has no effect; AsyncAPI has those of JSON Schema draft 7',
    '#/channels/room/messages/said/payload/properties/image/contentEncoding: the keyword "contentEncoding" has no effect: the text is neither decoded nor checked',
    '#/channels/room/messages/said/payload/properties/slug/pattern: "^(a+)+$" can take exponential time, so a sender can block the process; rewrite it so that no loop matches one text in two ways',
    '#/components/securitySchemes/certificate: the type "X509" is not supported by the generated client; pass the credentials with its option "headers"',
    'channel "room": the document declares security schemes, but the server does not verify credentials; pass the option "authorize", or "authorize: false" to accept every client (and 5 more; -p report=all lists them)',
  ])
})

test('models of message headers are generated only with headers=true', async () => {
  const document = await parseDocument(DOCUMENT)
  const headers = (parameters: Record<string, string>): string[] =>
    Object.keys(outputOf(document, parameters)).filter((path) => path.startsWith('headers/'))
  expect(headers({})).toEqual([])
  expect(headers({ headers: 'true' })).toEqual(['headers/SaidHeaders.ts', 'headers/index.ts'])
})

test.each(['false', 'true'])(
  'headers of the http binding of a message are reported with headers=%s',
  async (headers) => {
    const http = { headers: { type: 'object', properties: { 'X-Trace': { type: 'string' } } } }
    const document = await parseDocument({
      asyncapi: '3.0.0',
      info: { title: 'Test', version: '1' },
      channels: { room: { address: 'room', messages: { said: { ...text, bindings: { http } } } } },
    })
    const { diagnostics } = plan({ document, parameters: { headers } })
    expect(diagnostics.notes).toEqual([
      '#/channels/room/messages/said/bindings/http/headers: headers are not sent, and have no model; with -p headers=true, the "headers" of a message have a model',
    ])
  },
)

test('a channel without an address that only has the messages of a reply has no note', async () => {
  const stream = { contentType: 'text/event-stream', payload: { type: 'string' } }
  const asked = (more: object): object => ({
    asyncapi: '3.0.0',
    info: { title: 'Test', version: '1' },
    channels: {
      ask: { address: 'ask', messages: { asked: text } },
      answer: { address: null, messages: { token: stream, ...more } },
    },
    operations: {
      ask: {
        action: 'receive',
        channel: { $ref: '#/channels/ask' },
        bindings: { http: { method: 'POST' } },
        reply: {
          channel: { $ref: '#/channels/answer' },
          messages: [{ $ref: '#/channels/answer/messages/token' }],
        },
      },
    },
  })
  const notesOf = async (document: object): Promise<readonly string[]> =>
    plan({ document: await parseDocument(document), parameters: {} }).diagnostics.notes
  expect(await notesOf(asked({}))).toEqual([])
  expect(await notesOf(asked({ other: text }))).toEqual([
    'channel "answer" is left out: it has no address; "address" with the path of the stream includes it',
  ])
})

test.each([
  { side: 'client', file: 'channels/event_source_client.ts' },
  { side: 'server', file: 'channels/event_source_server.ts' },
])('a deprecated message is a deprecated event ($side)', async ({ side, file }) => {
  const document = await parseDocument({
    asyncapi: '3.0.0',
    info: { title: 'Test', version: '1' },
    channels: {
      room: {
        address: 'room',
        messages: {
          said: { title: 'Said', deprecated: true, ...text },
          left: { deprecated: true },
        },
      },
    },
  })
  const output = outputOf(document, { side })[file]
  expect(output).toMatch(/\* Said\n \*\n \* @deprecated\n \*\/\n\s*said: /)
  expect(output).toMatch(/\/\*\* @deprecated \*\/\n\s*left: /)
})
