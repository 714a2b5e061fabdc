import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { bothDirections, channel, document, message, payload, withPayload } from './documents'
import type { Case } from './message-case'
import { OUTPUT, TEMPLATES } from './messages-output'
import { UNUSED_KEYWORDS, UNUSED_PARTS } from './unused-parts'

/** 2.x: parameters have schemas. */
function parameterPattern(pattern: string): object {
  return {
    asyncapi: '2.6.0',
    info: { title: 'Rooms', version: '1.0.0' },
    channels: {
      'rooms/{id}': {
        parameters: { id: { schema: { type: 'string', pattern } } },
        subscribe: { message },
      },
    },
  }
}

export const PARAMETERS: readonly Case[] = [
  {
    title: 'A parameter value that is not allowed',
    advice: 'The message lists the allowed values, and suggests the nearest.',
    isError: true,
    parameters: { model: 'classes' },
  },
  {
    title: 'A parameter given as a list',
    advice: 'Some programs that run the generator take a repeated `-p` as a list.',
    isError: true,
    parameters: { side: ['client', 'server'] },
  },
  {
    title: 'A server that the document does not have',
    advice: 'The generator itself checks `server` too, and may report the error first.',
    isError: true,
    document: document({ servers: { production: { host: 'a.example', protocol: 'https' } } }),
    parameters: { server: 'prodution' },
  },
  {
    title: 'Sharing with EventSource',
    advice:
      'A tab that continues a shared connection requests the events after the last one, which an EventSource cannot do.',
    isError: true,
    parameters: { ui: 'share', client: 'eventsource' },
  },
  {
    title: 'A user interface without a client',
    advice: 'The modules of `ui` call the generated client.',
    isError: true,
    parameters: { ui: 'react', side: 'server' },
  },
  {
    title: 'A missing folder of templates',
    advice: 'The path is relative to where the command runs, not to the document.',
    isError: true,
    parameters: { templates: 'my-templates' },
  },
  {
    title: 'A file among the templates that is not a template',
    advice: 'Only `.hbs` files are templates. To render the file, name it `….hbs`.',
    isError: false,
    parameters: { templates: 'mine' },
    files: { 'mine/notes.txt': 'x' },
  },
  {
    title: 'A template in a folder "template"',
    advice: 'The paths of your folder are those within `template/` of the pack.',
    isError: false,
    parameters: { templates: 'mine' },
    files: { 'mine/template/index.ts.hbs': 'export {}\n' },
  },
  {
    title: 'A partial that no template uses',
    advice:
      'The name is that of no partial of the pack. It may be misspelled, or the pack no longer has the partial.',
    isError: false,
    parameters: { templates: 'mine' },
    files: { 'mine/partials/model-clas.hbs': '// mine\n' },
  },
]

/** A channel that requires a bearer token. */
const SECURED = document({
  channels: { room: { address: 'room', messages: { said: message } } },
  operations: {
    send: {
      action: 'send',
      channel: { $ref: '#/channels/room' },
      security: [{ $ref: '#/components/securitySchemes/token' }],
    },
  },
  components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
})

export const DOCUMENT: readonly Case[] = [
  {
    title: 'A document without channels',
    advice: 'There is nothing to generate.',
    isError: true,
    document: document({ channels: {} }),
  },
  {
    title: 'Every channel is left out',
    advice:
      'Each has its reason: no address, `include`, `exclude`, `protocols`, `side=operations`, no messages, `x-eventsource: { ignore: true }`.',
    isError: true,
    document: document({
      servers: { queue: { host: 'a.example', protocol: 'kafka' } },
      channels: {
        far: { address: 'far', messages: { said: message } },
        nowhere: { address: null, messages: { said: message } },
        ignored: { address: 'x', 'x-eventsource': { ignore: true }, messages: { said: message } },
        silent: { address: 'silent', servers: [], messages: {} },
      },
    }),
  },
  {
    title: 'x-eventsource is not an object',
    advice: 'The members are those of `schema/x-eventsource.json`.',
    isError: true,
    document: channel({ 'x-eventsource': true }),
  },
  {
    title: 'A fragment in an address',
    advice: 'A browser does not send the fragment of a URL. Move its content to the query.',
    isError: false,
    document: channel({ address: 'room#live' }),
  },
  {
    title: 'A request stream with client=eventsource',
    advice:
      'EventSource sends GET without a body. The default, `client=fetch`, supports request streams.',
    isError: false,
    parameters: { client: 'eventsource' },
    document: document({
      channels: {
        chat: {
          address: 'chat',
          messages: { token: { ...message, contentType: 'text/event-stream' } },
          'x-eventsource': { method: 'POST' },
        },
        room: { address: 'room', messages: { said: message } },
      },
    }),
  },
  ...UNUSED_PARTS,
  {
    title: 'A message that no operation has',
    advice: 'Name it in the `messages` of an operation, or remove it from the channel.',
    isError: false,
    document: document({
      channels: { room: { address: 'room', messages: { said: message, other: message } } },
      operations: {
        send: {
          action: 'send',
          channel: { $ref: '#/channels/room' },
          messages: [{ $ref: '#/channels/room/messages/said' }],
        },
      },
    }),
  },
  {
    title: 'An operation without its channel',
    advice:
      'Its security and its messages would have no effect. References to a channel in another file can cause this.',
    isError: true,
    document: document({
      channels: {
        room: { address: 'room', messages: { said: message } },
        hall: { address: 'hall', 'x-parser-unique-object-id': 'room', messages: { said: message } },
      },
      operations: {
        send: { action: 'send', channel: { $ref: '#/channels/room' }, traits: [{ title: 'Send' }] },
      },
    }),
  },
  {
    title: 'A message that the channel does not have',
    advice: 'The messages of a reply are those of its `channel`, otherwise of the operation’s.',
    isError: true,
    document: document({
      channels: {
        room: { address: 'room', messages: { asked: message } },
        hall: { address: 'hall', messages: { said: message } },
      },
      operations: {
        ask: {
          action: 'receive',
          channel: { $ref: '#/channels/room' },
          bindings: { http: { method: 'POST' } },
          reply: { messages: [{ $ref: '#/channels/hall/messages/said' }] },
        },
      },
    }),
  },
  {
    title: 'A message with several keys',
    advice: 'The parser does not keep which of the keys an operation lists.',
    isError: false,
    document: document({
      channels: {
        room: {
          address: 'room',
          messages: {
            created: { $ref: '#/components/messages/Item' },
            updated: { $ref: '#/components/messages/Item' },
          },
        },
      },
      operations: {
        send: {
          action: 'send',
          channel: { $ref: '#/channels/room' },
          messages: [{ $ref: '#/channels/room/messages/created' }],
        },
      },
      components: { messages: { Item: message } },
    }),
  },
  {
    title: 'One channel is left out',
    advice: 'The others are generated.',
    isError: false,
    document: document({
      channels: {
        room: { address: 'room', messages: { said: message } },
        mail: { address: 'mail', messages: { said: message } },
      },
    }),
    parameters: { exclude: 'mail' },
  },
  {
    title: 'Parameters without a separator',
    advice: 'Put a slash between them.',
    isError: false,
    document: channel({ address: '{a}-{b}', parameters: { a: {}, b: {} } }),
  },
  {
    title: 'A parameter that is neither text, number nor boolean',
    advice: 'The parameter has the type string. AsyncAPI 2.x allows any schema here.',
    isError: false,
    document: {
      asyncapi: '2.6.0',
      info: { title: 'Rooms', version: '1.0.0' },
      channels: {
        'rooms/{roomId}': {
          parameters: { roomId: { schema: { type: 'object' } } },
          subscribe: { message },
        },
      },
    },
  },
  {
    title: 'A default that the parameter does not allow',
    advice: 'Requests without the parameter would fail.',
    isError: false,
    document: channel({
      address: 'rooms/{state}',
      parameters: { state: { enum: ['open', 'closed'], default: 'all' } },
    }),
  },
  {
    title: 'Two channels with the same name',
    advice: 'Give one of them a name: `x-eventsource: { name }`, or choose another `naming`.',
    isError: false,
    document: document({
      channels: {
        first: { address: 'room', messages: { said: message } },
        second: { address: 'room!', messages: { said: message } },
      },
    }),
  },
  {
    title: 'Two channels with a generated function of the same name',
    advice:
      'Both would have `streamChannel`. Give one of them a name: `x-eventsource: { name }`, or choose another `naming`.',
    isError: false,
    document: document({
      channels: {
        first: { address: 'stream', messages: { said: message } },
        second: { address: 'channel', messages: { left: message } },
      },
    }),
  },
  {
    title: 'Two channels with the same address',
    advice: 'Give each a query parameter with a constant value, or an address of its own.',
    isError: false,
    document: document({
      channels: {
        first: { address: 'room', messages: { said: message } },
        second: {
          address: 'room/',
          'x-eventsource': { name: 'Other' },
          messages: { left: message },
        },
      },
    }),
  },
  {
    title: 'Addresses that match the same paths',
    advice: 'Change one of them, or register the preferred route first.',
    isError: false,
    document: document({
      channels: {
        first: { address: 'rooms/{id}/new', parameters: { id: {} }, messages: { said: message } },
        second: { address: 'rooms/all/{id}', parameters: { id: {} }, messages: { left: message } },
      },
    }),
  },
  {
    title: 'A request that is not declared as a stream',
    advice:
      'Webhooks, jobs and REST are described in the same way. Declare the stream to generate it.',
    isError: false,
    document: document({
      channels: {
        room: { address: 'room', messages: { said: message } },
        hook: { address: 'hook', messages: { called: message } },
      },
      operations: {
        call: {
          action: 'receive',
          channel: { $ref: '#/channels/hook' },
          bindings: { http: { method: 'POST' } },
        },
      },
    }),
  },
  {
    title: 'Messages of the other direction',
    advice: 'Use `-p side=operations`, or make the messages the body of the request.',
    isError: false,
    document: bothDirections(),
  },
  {
    title: 'A wrong value in x-eventsource',
    advice: 'docs/request-streams.md lists the members; schema/x-eventsource.json is their schema.',
    isError: true,
    document: channel({ 'x-eventsource': { method: 'FETCH' } }),
  },
  {
    title: 'An unknown member of x-eventsource',
    advice: 'It has no effect. The message suggests the nearest name.',
    isError: false,
    document: channel({ 'x-eventsource': { ignored: true } }),
  },
  {
    title: 'Two models with the same name',
    advice:
      'The name gets the channel’s name as a prefix, then a number. To choose the name, name the message.',
    isError: false,
    document: document({
      channels: {
        room: { address: 'room', messages: { said: { payload: { type: 'string' } } } },
        hall: { address: 'hall', messages: { said: { payload: { type: 'number' } } } },
      },
    }),
  },
  {
    title: 'An event name that cannot be sent',
    advice:
      'An `event:` line contains no line breaks and no NUL. Event names of a channel are unique.',
    isError: false,
    document: channel({}, { a: { ...message, name: 'two\nlines' }, b: message }),
  },
  {
    title: 'A channel with security schemes',
    advice: 'The server does not verify credentials. Pass `authorize`, see docs/server.md.',
    isError: false,
    document: SECURED,
  },
  {
    title: 'A security scheme that is not an HTTP header, query or cookie',
    advice: 'Pass its credentials in the client’s `headers`.',
    isError: false,
    document: document({
      servers: {
        main: {
          host: 'a.example',
          protocol: 'https',
          security: [{ $ref: '#/components/securitySchemes/certificate' }],
        },
      },
      components: { securitySchemes: { certificate: { type: 'X509' } } },
    }),
  },
  {
    title: 'Credentials in a header with client=eventsource',
    advice:
      'EventSource sends keys in the query and cookies only. The default, `client=fetch`, sends headers too.',
    isError: false,
    parameters: { client: 'eventsource', side: 'client' },
    document: SECURED,
  },
]

/** A schema with others in it, so many levels deep. */
function nested(levels: number): object {
  let schema: object = { type: 'string' }
  for (let level = 0; level < levels; level += 1) schema = { type: 'array', items: schema }
  return schema
}

export const SCHEMAS: readonly Case[] = [
  {
    title: 'Schemas that are nested too deeply',
    advice:
      'Documents usually have at most twenty levels. Move the inner schemas to `components/schemas`.',
    isError: true,
    document: withPayload(nested(300)),
  },
  {
    title: 'A reference to the whole document',
    advice:
      'The parser takes `#` as the document, also in the file of a schema that refers to itself.',
    isError: true,
    document: withPayload({ type: 'array', items: { $ref: '#' } }),
  },
  {
    title: 'A schema format that the generator does not read',
    advice:
      'The parser reads JSON Schema, Avro, Protobuf, RAML and OpenAPI, where its schema parsers are installed.',
    isError: true,
    document: withPayload({ schemaFormat: 'text/x-unknown', schema: { a: 1 } }),
  },
  {
    title: 'A named type of Avro at its second use',
    advice: 'The schema parser of the generator has no schema for it. Its type is `unknown`.',
    isError: false,
    document: withPayload({
      schemaFormat: 'application/vnd.apache.avro;version=1.9.0',
      schema: {
        type: 'record',
        name: 'Node',
        fields: [{ name: 'children', type: { type: 'array', items: 'Node' } }],
      },
    }),
  },
  ...UNUSED_KEYWORDS,
  {
    title: 'Values of another type',
    advice: 'In YAML, `1` is a number and `"1"` is text.',
    isError: false,
    document: withPayload({ type: 'integer', enum: ['1', '2'] }),
  },
  {
    title: 'A discriminator whose values are unknown',
    advice:
      'The names of the schemas count only if examples have them: documents often use others.',
    isError: false,
    document: withPayload({ discriminator: 'a', anyOf: [payload, {}] }),
  },
  {
    title: 'A base schema with a discriminator',
    advice: 'In place of the base schema, write `oneOf` with the schemas that extend it.',
    isError: false,
    document: document({
      channels: {
        room: {
          address: 'room',
          messages: { said: { payload: { $ref: '#/components/schemas/Said' } } },
        },
      },
      components: {
        schemas: {
          Said: { ...payload, discriminator: 'a', required: ['a'] },
          Shouted: { allOf: [{ $ref: '#/components/schemas/Said' }, payload] },
        },
      },
    }),
  },
  {
    title: 'A content type that is neither JSON nor text',
    advice: 'Use `application/json`, or `text/…` for a payload of type string.',
    isError: false,
    document: withPayload(payload, { contentType: 'application/octet-stream' }),
  },
  {
    title: 'A pattern that is not a regular expression',
    advice: 'Patterns have the syntax of JavaScript. This pattern is not checked.',
    isError: false,
    document: withPayload({ type: 'string', pattern: '(' }),
  },
  {
    title: 'A pattern with exponential time',
    advice:
      'Rewrite it without a repetition inside a repetition. If untrusted senders provide the text, remove `pattern`.',
    isError: false,
    document: withPayload({ type: 'string', pattern: '^(a+)+$' }),
  },
  {
    title: 'A slow pattern',
    advice:
      'Two adjacent loops can match the same text: the time grows with the square of the length, or faster.',
    isError: false,
    document: withPayload({ type: 'string', pattern: '^a*a*$' }),
  },
  {
    title: 'A pattern of unknown time',
    advice: 'The pattern has backreferences, or is very long.',
    isError: false,
    document: withPayload({ type: 'string', pattern: '^(a+)\\1$' }),
  },
  {
    title: 'A parameter pattern with exponential time',
    advice: 'Rewrite it. Until then the parameter accepts any text.',
    isError: false,
    document: parameterPattern('^(a+)+$'),
  },
  {
    title: 'A slow parameter pattern',
    advice: 'The server answers longer values with 400.',
    isError: false,
    document: parameterPattern('^a*a*$'),
  },
]

export const SECTIONS: readonly (readonly [string, readonly Case[]])[] = [
  ['Parameters', PARAMETERS],
  ['Channels, messages, security', DOCUMENT],
  ['Schemas', SCHEMAS],
  ['The output folder', OUTPUT],
  ['Templates', TEMPLATES],
]

/** Puts a case's files into a folder. */
export function prepare({ files = {}, links = [] }: Case, folder: string, elsewhere: string): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  for (const path of links) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    symlinkSync(elsewhere, join(folder, path))
  }
}
