import { plan } from '../../../pipeline/generate'
import type { Channel, View } from '../../../pipeline/view/view'
import { parseDocument, parseFile } from '../../support/document'

interface Described {
  view: View
  notices: string[]
}

async function describeDocument(
  document: object,
  parameters: Record<string, string> = {},
): Promise<Described> {
  const { view, diagnostics } = plan({ document: await parseDocument(document), parameters })
  return { view, notices: diagnostics.notes }
}

const info = { title: 'Test', version: '1' }
const text = { payload: { type: 'string' } }

/** A 3.x document of channels, with an operation each by default. */
function document3(channels: Record<string, object>, more: object = {}): object {
  return { asyncapi: '3.0.0', info, channels, ...more }
}

function names(view: View): string[] {
  return view.channels.map(({ name }) => name.text)
}

/** The content that both versions can express, without differences by design (keys of channels, pointers). */
function essence(channel: Channel): object {
  const {
    name,
    address,
    hasClient: client,
    hasServer: server,
    parameters,
    events,
    hasMultipleMessages: several,
    sendsEventName: named,
    query,
    security,
  } = channel
  return JSON.parse(
    JSON.stringify({
      name,
      address,
      client,
      server,
      parameters: parameters?.name,
      events: events.map(({ type, payload, examples }) => ({
        type,
        payload: payload?.name,
        examples,
      })),
      several,
      named,
      query: query?.name,
      security,
    }),
  ) as object
}

describe('2.x and 3.x side by side', () => {
  const payloads = {
    joined: {
      name: 'joined',
      payload: { type: 'object', properties: { user: { type: 'string' } } },
      examples: [{ payload: { user: 'ada' } }],
    },
    left: { name: 'left', payload: { type: 'object', properties: { user: { type: 'string' } } } },
  }
  const schemes = { token: { type: 'http', scheme: 'bearer' } }
  const query = { type: 'object', properties: { since: { type: 'string' } } }
  const two = {
    asyncapi: '2.6.0',
    info,
    servers: {
      one: { url: 'https://api.example.com/v1', protocol: 'https', security: [{ token: [] }] },
    },
    channels: {
      '/rooms/{roomId}': {
        parameters: { roomId: { schema: { type: 'string' } } },
        subscribe: {
          operationId: 'watch',
          bindings: { http: { type: 'request', method: 'GET', query } },
          message: {
            oneOf: [
              { $ref: '#/components/messages/joined' },
              { $ref: '#/components/messages/left' },
            ],
          },
        },
      },
    },
    components: { messages: payloads, securitySchemes: schemes },
  }
  const three = {
    asyncapi: '3.0.0',
    info,
    servers: {
      one: {
        host: 'api.example.com',
        pathname: '/v1',
        protocol: 'https',
        security: [{ $ref: '#/components/securitySchemes/token' }],
      },
    },
    channels: {
      room: {
        address: '/rooms/{roomId}',
        parameters: { roomId: {} },
        messages: {
          joined: { $ref: '#/components/messages/joined' },
          left: { $ref: '#/components/messages/left' },
        },
      },
    },
    operations: {
      watch: {
        action: 'send',
        channel: { $ref: '#/channels/room' },
        bindings: { http: { method: 'GET', query } },
      },
    },
    components: { messages: payloads, securitySchemes: schemes },
  }

  test.each(['both', 'client', 'server', 'operations'])('side=%s', async (side) => {
    const older = await describeDocument(two, { side, server: 'one' })
    const newer = await describeDocument(three, { side, server: 'one' })
    expect(older.view.channels.map(essence)).toEqual(newer.view.channels.map(essence))
    expect(older.view.servers).toEqual(newer.view.servers)
    expect(older.view.payloads.map(({ name }) => name.text)).toEqual(['Joined', 'Left'])
    expect(newer.view.payloads.map(({ name }) => name.text)).toEqual(['Joined', 'Left'])
  })

  test('the view matches the documents', async () => {
    const { view } = await describeDocument(three)
    expect(view.channels.map(essence)).toEqual([
      {
        name: 'RoomsRoomId',
        address: '/rooms/{roomId}',
        client: true,
        server: true,
        parameters: 'RoomsRoomIdParameters',
        events: [
          { type: 'joined', payload: 'Joined', examples: [{ user: 'ada' }] },
          { type: 'left', payload: 'Left', examples: [] },
        ],
        several: true,
        named: true,
        query: 'RoomsRoomIdQuery',
        security: [
          { schemes: [{ id: 'token', kind: 'bearer', isBasic: false, in: null, name: null }] },
        ],
      },
    ])
    expect(view.servers).toEqual([
      {
        id: 'one',
        url: 'https://api.example.com/v1',
        protocol: 'https',
        description: undefined,
        hasVariables: false,
        variables: [],
      },
    ])
    expect(Object.isFrozen(view.channels[0]?.events[0])).toBe(true)
  })
})

describe('names of channels', () => {
  const channels = {
    signups: { address: 'user/signedup', messages: { m: text } },
    logins: { address: 'user/loggedin', messages: { m: text } },
  }
  const operations = { onSignup: { action: 'receive', channel: { $ref: '#/channels/signups' } } }

  test.each([
    { naming: 'address', want: ['UserSignedup', 'UserLoggedin'] },
    { naming: 'channel', want: ['Signups', 'Logins'] },
    { naming: 'operation', want: ['OnSignup', 'UserLoggedin'] },
  ])('naming=$naming', async ({ naming, want }) => {
    const { view } = await describeDocument(document3(channels, { operations }), { naming })
    expect(names(view)).toEqual(want)
  })

  test('the document has priority', async () => {
    const { view } = await describeDocument(
      document3({
        a: { address: 'a', messages: { m: text }, 'x-eventsource': { name: 'first' } },
        b: {
          address: 'b',
          messages: { m: text },
          'x-the-codegen-project': { channelName: 'second' },
        },
      }),
    )
    expect(names(view)).toEqual(['First', 'Second'])
  })

  test('clashing names become unique in document order, and are reported', async () => {
    const { view, notices } = await describeDocument(
      document3({
        one: { address: 'a/b', messages: { m: text } },
        two: { address: 'a-b', messages: { m: text } },
        three: { address: 'A/b', messages: { m: text } },
      }),
    )
    expect(names(view)).toEqual(['AB', 'TwoAB', 'ThreeAB'])
    expect(notices).toContain(
      'channel names: the name "AB" became "TwoAB" (another model or channel has this name)',
    )
  })

  test('an address without a letter is the root', async () => {
    const { view } = await describeDocument(
      document3({ a: { address: '/', messages: { m: text } } }),
    )
    expect(names(view)).toEqual(['Root'])
  })
})

describe('channels that are left out', () => {
  test.each([
    {
      why: 'other protocol',
      channel: { address: 'a', messages: { m: text }, servers: [{ $ref: '#/servers/kafka' }] },
      want: 'channel "x" is left out: its servers use kafka; -p protocols=kafka or -p "protocols=*" includes it',
    },
    {
      why: 'no address',
      channel: { messages: { m: text } },
      want: 'channel "x" is left out: it has no address; "address" with the path of the stream includes it',
    },
    {
      why: 'address null',
      channel: { address: null, messages: { m: text } },
      want: 'channel "x" is left out: it has no address; "address" with the path of the stream includes it',
    },
    {
      why: 'no messages',
      channel: { address: 'a' },
      want: 'channel "x" is left out: it has no messages',
    },
    {
      why: 'asked to',
      channel: { address: 'a', messages: { m: text }, 'x-eventsource': { ignore: true } },
      want: 'channel "x" is left out: x-eventsource has "ignore": true',
    },
  ])('$why', async ({ channel, want }) => {
    const { view, notices } = await describeDocument(
      document3(
        { x: channel, y: { address: 'y', messages: { m: text } } },
        {
          servers: {
            web: { host: 'a', protocol: 'https' },
            kafka: { host: 'b', protocol: 'kafka' },
          },
        },
      ),
    )
    expect(names(view)).toEqual(['Y'])
    expect(notices).toEqual([want])
  })

  test.each([
    { parameters: { include: 'rooms/*' }, want: ['RoomsRoomId'] },
    { parameters: { include: 'rooms/**' }, want: ['RoomsRoomId', 'RoomsRoomIdEvents'] },
    { parameters: { include: 'postbox' }, want: ['Mail'] },
    { parameters: { include: 'readMail' }, want: ['Mail'] },
    { parameters: { exclude: 'rooms/{roomId}/*' }, want: ['RoomsRoomId', 'Mail'] },
    { parameters: { include: '**', exclude: '/mail' }, want: ['RoomsRoomId', 'RoomsRoomIdEvents'] },
  ])('$parameters', async ({ parameters, want }) => {
    const { view } = await describeDocument(
      document3(
        {
          room: { address: 'rooms/{roomId}', parameters: { roomId: {} }, messages: { m: text } },
          events: {
            address: '/rooms/{roomId}/events',
            parameters: { roomId: {} },
            messages: { m: text },
          },
          postbox: { address: 'mail', messages: { m: text } },
        },
        {
          operations: { readMail: { action: 'receive', channel: { $ref: '#/channels/postbox' } } },
        },
      ),
      parameters as Record<string, string>,
    )
    expect(names(view)).toEqual(want)
  })

  test('without any channel the run fails with the reason', async () => {
    await expect(
      describeDocument(document3({ a: { address: 'a' }, b: { messages: { m: text } } })),
    ).rejects.toThrow(
      /no channel is left to generate\n.*"a" is left out: it has no messages\n.*"b" is left out: it has no address/,
    )
  })

  test('a document without channels is refused', async () => {
    await expect(describeDocument({ asyncapi: '3.0.0', info })).rejects.toThrow(
      'the document has no channels',
    )
  })
})

describe('messages', () => {
  test('those of send operations before those of receive, those before the channel', async () => {
    const channel = { address: 'a', messages: { one: text, two: text, three: text } }
    const operation = (action: string, key: string): object => ({
      action,
      channel: { $ref: '#/channels/a' },
      messages: [{ $ref: `#/channels/a/messages/${key}` }],
    })
    const events = async (operations: object): Promise<string[] | undefined> => {
      const { view } = await describeDocument(document3({ a: channel }, { operations }))
      return view.channels[0]?.events.map(({ type }) => type)
    }
    expect(await events({})).toEqual(['one', 'two', 'three'])
    expect(await events({ r: operation('receive', 'two') })).toEqual(['two'])
    expect(await events({ r: operation('receive', 'two'), s: operation('send', 'three') })).toEqual(
      ['three'],
    )
    expect(await events({ s: operation('send', 'three'), t: operation('send', 'one') })).toEqual([
      'one',
      'three',
    ])
  })

  test('the name of an event is that of x-eventsource, else the name, else the key', async () => {
    const { view } = await describeDocument(
      document3({
        a: {
          address: 'a',
          messages: {
            one: { ...text, name: 'uno', 'x-eventsource': { event: 'first' } },
            two: { ...text, name: 'due' },
            three: text,
          },
        },
      }),
    )
    expect(view.channels[0]?.events.map(({ type }) => type)).toEqual(['first', 'due', 'three'])
  })

  test('a channel with one message sends an event name only if the document requires it', async () => {
    const { view } = await describeDocument(
      document3({
        a: { address: 'a', messages: { m: text } },
        b: { address: 'b', messages: { m: { ...text, 'x-eventsource': { event: 'tick' } } } },
      }),
    )
    expect(view.channels.map(({ sendsEventName }) => sendsEventName)).toEqual([false, true])
  })

  test('two messages with one event name get unique names, and are reported', async () => {
    const { view, notices } = await describeDocument(
      document3({
        a: { address: 'a', messages: { one: { ...text, name: 'x' }, two: { ...text, name: 'x' } } },
      }),
    )
    expect(view.channels[0]?.events.map(({ type }) => type)).toEqual(['x', 'two'])
    expect(notices).toEqual([
      '#/channels/a/messages/two: the event name "x" is taken by another message of the channel; it is sent as "two"',
    ])
  })

  test('an event name with a line break cannot be sent', async () => {
    const { view, notices } = await describeDocument(
      document3({ a: { address: 'a', messages: { m: { ...text, name: 'a\nid: 1' }, n: text } } }),
    )
    expect(view.channels[0]?.events.map(({ type }) => type)).toEqual(['m', 'n'])
    expect(notices[0]).toMatch('cannot be sent on an "event:" line')
  })

  test('one component message is one model, under the name of the component where keys differ', async () => {
    const shared = { $ref: '#/components/messages/Shared' }
    const { view } = await describeDocument(
      document3(
        {
          a: { address: 'a', messages: { here: shared, own: text } },
          b: { address: 'b', messages: { there: shared, own: text } },
        },
        { components: { messages: { Shared: text } } },
      ),
    )
    expect(
      view.channels.map(({ events }) => events.map(({ payload }) => payload?.name.text)),
    ).toEqual([
      ['Shared', 'Own'],
      ['Shared', 'BOwn'],
    ])
  })

  test('a message without a payload has no model', async () => {
    const { view } = await describeDocument(
      document3({ a: { address: 'a', messages: { ping: {} } } }),
    )
    expect(view.channels[0]?.events.map(({ type, payload }) => ({ type, payload }))).toEqual([
      { type: 'ping', payload: null },
    ])
    expect(view.payloads).toEqual([])
  })
})

describe('servers', () => {
  test.each([
    { server: { host: 'h:1', protocol: 'http' }, want: 'http://h:1' },
    { server: { host: 'h', pathname: 'v1', protocol: 'https+sse' }, want: 'https://h/v1' },
    { server: { host: 'h', protocol: 'sse' }, want: 'https://h' },
    { server: { host: 'localhost:80', protocol: 'mercure' }, want: 'http://localhost:80' },
  ])('3.x $server', async ({ server, want }) => {
    const { view } = await describeDocument(
      document3({ a: { address: 'a', messages: { m: text } } }, { servers: { s: server } }),
      { protocols: '*' },
    )
    expect(view.servers[0]?.url).toBe(want)
  })

  test.each([
    { url: 'https://h/v1', protocol: 'https', want: 'https://h/v1' },
    { url: 'h:8080/{base}', protocol: 'http', want: 'http://h:8080/{base}' },
    { url: 'sse://h', protocol: 'sse', want: 'https://h' },
    { url: 'http://h', protocol: 'sse', want: 'http://h' },
    { url: '/v1', protocol: 'https', want: '/v1' },
    { url: '//h/v1', protocol: 'https', want: 'https://h/v1' },
    { url: '{origin}/v1', protocol: 'https', want: '{origin}/v1' },
  ])('2.x $url over $protocol', async ({ url, protocol, want }) => {
    const all = { base: { default: 'v1', enum: ['v1', 'v2'] }, origin: { default: 'https://h' } }
    const used = Object.entries(all).filter(([name]) => url.includes(`{${name}}`))
    const variables = used.length > 0 ? { variables: Object.fromEntries(used) } : {}
    const { view } = await describeDocument({
      asyncapi: '2.6.0',
      info,
      servers: { s: { url, protocol, ...variables } },
      channels: { a: { subscribe: { message: text } } },
    })
    expect(view.servers[0]?.url).toBe(want)
  })

  test('an unknown server is reported with the existing ones', async () => {
    await expect(
      describeDocument(
        document3(
          { a: { address: 'a', messages: { m: text } } },
          { servers: { production: { host: 'h', protocol: 'https' } } },
        ),
        { server: 'prodution' },
      ),
    ).rejects.toThrow(
      'parameter "server": the document has no server "prodution"; it has production (did you mean "production"?)',
    )
  })
})

test('all errors are reported at once', async () => {
  await expect(
    describeDocument(document3({ a: { address: 'a' } }), {
      side: 'x',
      server: 'y',
      templates: 'not-there',
    }),
  ).rejects.toThrow(
    /^4 problems:\n {2}- parameter "side".*\n {2}- parameter "server".*\n {2}- no channel is left[^]*- parameter "templates": there is no folder "not-there"/,
  )
})

// The documents of rooms and ticker require credentials, so each run adds a note.
const CREDENTIALS = expect.stringMatching(
  /^channel "[^"]+": the document declares security schemes, /,
)

test.each([
  ['account-service', []],
  ['rooms', [CREDENTIALS]],
  ['ticker', [CREDENTIALS]],
])('the example %s needs no notice other than that about credentials', async (name, expected) => {
  const { diagnostics } = plan({
    document: await parseFile(`examples/${name}.yaml`),
    parameters: {},
  })
  expect(diagnostics.notes).toEqual(expected)
})

test('the query of an sse binding', async () => {
  const query = { type: 'object', properties: { topic: { type: 'string' } }, required: ['topic'] }
  const { view, notices } = await describeDocument({
    asyncapi: '2.6.0',
    info,
    channels: {
      stream: { subscribe: { bindings: { sse: { method: 'GET', query } }, message: text } },
    },
  })
  expect(view.channels[0]?.query).toMatchObject({
    isOptional: false,
    parameters: [{ name: 'topic' }],
  })
  expect(notices).toEqual([])
})

test('a 2.x parameter that is not in the address is reported with the remedy', async () => {
  const { notices } = await describeDocument({
    asyncapi: '2.6.0',
    info,
    channels: {
      stream: {
        parameters: { topic: { schema: { type: 'string' } } },
        subscribe: { message: text },
      },
    },
  })
  expect(notices).toEqual([
    '#/channels/stream/parameters: "topic" is not in the address "stream"; describe a query parameter in "bindings.http.query" of the operation',
  ])
})

test('only servers with an included protocol decide the security and the default server', async () => {
  const { view } = await describeDocument({
    asyncapi: '2.6.0',
    info,
    servers: {
      socket: { url: 'socket.example.com', protocol: 'wss', security: [{ protocolToken: [] }] },
      events: { url: 'events.example.com', protocol: 'https', security: [{ token: [] }] },
    },
    channels: {
      any: { subscribe: { message: text } },
      both: { servers: ['socket', 'events'], subscribe: { message: text } },
    },
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        protocolToken: { type: 'httpApiKey', in: 'header', name: 'Sec-WebSocket-Protocol' },
      },
    },
  })
  const described = view.channels.map(({ schemes, defaultServer }) => ({
    schemes: schemes.map(({ id }) => id),
    server: defaultServer?.url,
  }))
  expect(described).toEqual([
    { schemes: ['token'], server: undefined },
    { schemes: ['token'], server: 'https://events.example.com' },
  ])
})

test('headers that the runtime sends itself are not reported', async () => {
  const notesOf = async (...headers: string[]): Promise<string[]> => {
    const properties = Object.fromEntries(headers.map((name) => [name, { type: 'string' }]))
    const { notices } = await describeDocument({
      asyncapi: '2.6.0',
      info,
      channels: {
        chat: {
          bindings: { http: { method: 'POST' } },
          publish: { message: { ...text, name: 'ask', headers: { type: 'object', properties } } },
          subscribe: { message: { ...text, name: 'said', contentType: 'text/event-stream' } },
        },
      },
    })
    return notices
  }
  expect(await notesOf('Authorization', 'Accept', 'Content-Type')).toEqual([])
  expect(await notesOf('Authorization', 'X-Trace')).toEqual([
    '#/channels/chat/publish/message: message headers are not sent; -p headers=true generates models of them',
  ])
})

test.each(['Event', 'Error', 'Json', 'Map', 'Record'])(
  'a message and its schema with the reserved name %s are one model',
  async (name) => {
    const { view, notices } = await describeDocument(
      document3(
        {
          chat: {
            address: 'chat',
            messages: { [name]: { $ref: `#/components/messages/${name}` } },
          },
        },
        {
          components: {
            messages: { [name]: { name, payload: { $ref: `#/components/schemas/${name}` } } },
            schemas: { [name]: { type: 'object', properties: { id: { type: 'integer' } } } },
          },
        },
      ),
    )
    expect(view.payloads.map((one) => one.name.text)).toEqual([`Chat${name}`])
    expect(notices).toEqual([
      `the name "${name}" became "Chat${name}" (the generated code needs it, or it is a global of JavaScript)`,
    ])
  },
)
