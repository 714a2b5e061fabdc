import { Diagnostics } from '../../../pipeline/diagnostics'
import { readDocument, type SourceMessage } from '../../../pipeline/document/document'
import { buildServers, serversById } from '../../../pipeline/document/servers'
import { readStream } from '../../../pipeline/document/streams'
import { selectChannels } from '../../../pipeline/document/selection'
import { readOptions } from '../../../pipeline/options'

type Json = Record<string, unknown>

/** A stream of the only channel of a 2.x document, as names of messages. */
function stream2(
  channel: Json,
  rest: Json = {},
  direction: 'server' | 'send' | 'receive' = 'server',
) {
  return describeStream({ asyncapi: '2.6.0', channels: { c: channel }, ...rest }, direction)
}

/** The same of a 3.x document; operations refer to messages by name. */
function stream3(
  messages: Json,
  operations: Record<string, Json>,
  rest: Json = {},
  direction: 'server' | 'send' | 'receive' = 'server',
) {
  const channel = { address: 'c', messages, ...(rest['channel'] as Json | undefined) }
  const resolve = (names: unknown): unknown =>
    (names as string[] | undefined)?.map((name) => messages[name])
  const resolved = Object.fromEntries(
    Object.entries(operations).map(([id, { messages: own, reply, ...operation }]) => [
      id,
      {
        channel,
        ...operation,
        ...(own !== undefined && { messages: resolve(own) }),
        ...(reply !== undefined && {
          reply: { ...(reply as Json), messages: resolve((reply as Json)['messages']) },
        }),
      },
    ]),
  )
  return describeStream(
    { asyncapi: '3.0.0', channels: { c: channel }, operations: resolved, ...rest },
    direction,
  )
}

function describeStream(raw: Json, direction: 'server' | 'send' | 'receive') {
  const document = readDocument(raw, new Diagnostics())
  const [channel] = document.channels
  if (channel === undefined) throw new Error('the document has no channel')
  const servers = serversById(buildServers(raw))
  const stream = readStream(channel, { document, servers }, direction)
  if (typeof stream !== 'object') return stream
  const names = (list: readonly SourceMessage[]): unknown[] =>
    list.map(({ key, raw: message }) => key ?? message['name'])
  return {
    method: stream.method,
    events: names(stream.events),
    body: names(stream.body),
    omitted: names(stream.omitted.flatMap(({ messages }) => messages)),
    secured: stream.securedOperation?.id,
  }
}

const http = (method?: string): Json => ({
  bindings: { http: { type: 'request', ...(method !== undefined && { method }) } },
})
const message = (name: string, rest: Json = {}): Json => ({ name, payload: {}, ...rest })
const stream = { contentType: 'text/event-stream' }
const declared = { defaultContentType: 'text/event-stream' }

describe('the method', () => {
  const both = (channel: Json, subscribe: Json, publish: Json): unknown => {
    const found = stream2(
      {
        ...channel,
        subscribe: { ...subscribe, message: message('event') },
        publish: { ...publish, message: message('request') },
      },
      declared,
    )
    return typeof found === 'object' ? found.method : found
  }

  test.each([
    ['GET by default', {}, {}, {}, 'GET'],
    [
      'of x-eventsource of the operation',
      { 'x-eventsource': { method: 'PUT' } },
      { 'x-eventsource': { method: 'QUERY' } },
      {},
      'QUERY',
    ],
    [
      'of x-eventsource of the channel',
      { 'x-eventsource': { method: 'PUT' } },
      http('POST'),
      {},
      'PUT',
    ],
    ['of the binding of the operation', http('GET'), http('POST'), {}, 'POST'],
    ['of x-zilla-sse', {}, { bindings: { 'x-zilla-sse': { method: 'post' } } }, {}, 'POST'],
    ['of the binding of the channel', http('POST'), http(), {}, 'POST'],
    ['of an sse binding', {}, { bindings: { http: {}, sse: { method: 'POST' } } }, {}, 'POST'],
    ['of the other direction', {}, http(), http('POST'), 'POST'],
    ['not GET of the other direction', {}, {}, http('GET'), 'GET'],
    [
      'that no stream has',
      {},
      http('PATCH'),
      {},
      'its method is PATCH; streams of GET, POST, QUERY, PUT are supported',
    ],
  ])('%s', (_, channel, subscribe, publish, want) => {
    expect(both(channel, subscribe, publish)).toBe(want)
  })
})

describe('a request is a stream by', () => {
  const request = (event: Json, channel: Json = {}, rest: Json = {}): unknown =>
    typeof stream2(
      { ...http('POST'), ...channel, subscribe: { message: message('e', event) } },
      rest,
    )

  test.each([
    ['nothing', 'string', {}, {}, {}],
    ['the content type of the message', 'object', stream, {}, {}],
    ['the default content type', 'object', {}, {}, declared],
    ['x-sse of the channel', 'object', {}, { 'x-sse': { terminator: 'end' } }, {}],
    [
      'x-sse among the bindings',
      'object',
      {},
      { bindings: { http: { method: 'POST' }, 'x-sse': {} } },
      {},
    ],
    [
      'an sse binding',
      'object',
      {},
      { bindings: { http: { method: 'POST' }, sse: { bindingVersion: '0.1.0' } } },
      {},
    ],
    ['x-eventsource', 'object', {}, { 'x-eventsource': {} }, {}],
    [
      'the protocol of a server',
      'object',
      {},
      {},
      { servers: { s: { url: 'h', protocol: 'https+sse' } } },
    ],
    ['a payload that is a sentinel', 'object', { payload: { const: '[DONE]' } }, {}, {}],
    [
      'the headers of the response',
      'object',
      {},
      {},
      {
        servers: {
          s: {
            url: 'h',
            protocol: 'https',
            bindings: {
              http: { headers: { properties: { 'Content-Type': { const: 'text/event-stream' } } } },
            },
          },
        },
      },
    ],
  ])('%s: %s', (_, want, event, channel, rest) => {
    expect(request(event, channel, rest)).toBe(want)
  })

  test('not by what another server accepts', () => {
    const servers = {
      s: {
        url: 'h',
        protocol: 'https',
        bindings: { http: { headers: { properties: { Accept: { const: 'text/event-stream' } } } } },
      },
    }
    expect(request({}, {}, { servers })).toBe('string')
  })
})

describe('body and events', () => {
  test('2.x: the events are in subscribe, the body in publish', () => {
    const found = stream2(
      { ...http('POST'), subscribe: { message: message('e') }, publish: { message: message('b') } },
      declared,
    )
    expect(found).toEqual({ method: 'POST', events: ['e'], body: ['b'], omitted: [] })
  })

  test('2.x: only publish has the events, and there is no body', () => {
    const found = stream2({ ...http('POST'), publish: { message: message('e') } }, declared)
    expect(found).toEqual({ method: 'POST', events: ['e'], body: [], omitted: [] })
  })

  test('2.x: the content type of a message decides', () => {
    const found = stream2({
      ...http('POST'),
      subscribe: { message: message('b') },
      publish: { message: message('e', stream) },
    })
    expect(found).toEqual({ method: 'POST', events: ['e'], body: ['b'], omitted: [] })
  })

  const messages = {
    ask: message('ask'),
    token: message('token', stream),
    failure: message('failure'),
  }

  test('3.x: a reply has the events, its operation the body', () => {
    const operations = {
      o: { action: 'receive', ...http('POST'), messages: ['ask'], reply: { messages: ['token'] } },
    }
    expect(stream3(messages, operations)).toEqual({
      method: 'POST',
      events: ['token'],
      body: ['ask'],
      omitted: [],
    })
  })

  test('3.x: answers of another content type are no events', () => {
    const operations = {
      o: {
        action: 'receive',
        ...http('POST'),
        messages: ['ask'],
        reply: { messages: ['token', 'failure'] },
      },
    }
    expect(stream3(messages, operations)).toEqual({
      method: 'POST',
      events: ['token'],
      body: ['ask'],
      omitted: ['failure'],
    })
  })

  test('3.x: without a list of messages the body is what the reply does not have', () => {
    const operations = {
      o: { action: 'receive', ...http('POST'), reply: { messages: ['token', 'failure'] } },
    }
    expect(stream3(messages, operations)).toMatchObject({ body: ['ask'] })
  })

  test('3.x: of two operations with reply, the one with a stream is used', () => {
    const operations = {
      list: { action: 'receive', ...http('GET'), messages: [], reply: { messages: ['failure'] } },
      create: {
        action: 'receive',
        ...http('POST'),
        messages: ['ask'],
        reply: { messages: ['token'] },
      },
    }
    expect(stream3(messages, operations)).toEqual({
      method: 'POST',
      events: ['token'],
      body: ['ask'],
      omitted: ['failure'],
    })
  })

  test('3.x: a request and a reply without a declaration of a stream are REST', () => {
    const operations = {
      list: { action: 'receive', ...http('GET'), messages: [], reply: { messages: ['failure'] } },
    }
    expect(stream3(messages, operations)).toContain('without a declaration of an event stream')
  })

  test('3.x without reply: send carries the events', () => {
    const operations = {
      ask: { action: 'receive', ...http('POST'), messages: ['ask'] },
      answer: { action: 'send', messages: ['token'] },
    }
    expect(stream3(messages, operations)).toEqual({
      method: 'POST',
      events: ['token'],
      body: ['ask'],
      omitted: [],
    })
  })

  test('a GET stream leaves the other direction out', () => {
    const found = stream2({
      subscribe: { message: message('e') },
      publish: { message: message('b') },
    })
    expect(found).toEqual({ method: 'GET', events: ['e'], body: [], omitted: ['b'] })
  })
})

describe('side=operations', () => {
  const quote = message('quote')
  const order = message('order')
  const operations = {
    hear: { action: 'receive', messages: ['quote'] },
    send: { action: 'send', messages: ['order'] },
  }

  test.each([
    ['receive', ['quote']],
    ['send', ['order']],
  ] as const)('%s has its own messages', (direction, events) => {
    const found = stream3({ quote, order }, operations, {}, direction)
    expect(found).toEqual({ method: 'GET', events, body: [], omitted: [] })
  })

  test.each([
    ['send', 'receive'],
    ['receive', 'send'],
  ] as const)('the action %s of the request gives the direction %s', (action, direction) => {
    const replying = {
      o: { action, ...http('POST'), messages: ['order'], reply: { messages: ['quote'] } },
    }
    const other = direction === 'send' ? 'receive' : 'send'
    const rest = { ...declared }
    expect(stream3({ quote, order }, replying, rest, direction)).toMatchObject({
      events: ['quote'],
      body: ['order'],
    })
    expect(stream3({ quote, order }, replying, rest, other)).toBeUndefined()
  })

  test('the body of a request is not a stream of the other side', () => {
    const channel = { ...http('POST'), subscribe: { message: quote }, publish: { message: order } }
    expect(stream2(channel, declared, 'send')).toMatchObject({ events: ['quote'], body: ['order'] })
    expect(stream2(channel, declared, 'receive')).toBeUndefined()
  })
})

test('client=eventsource leaves the client of a request out, with a note', () => {
  const diagnostics = new Diagnostics()
  const raw = {
    asyncapi: '2.6.0',
    ...declared,
    channels: { c: { ...http('POST'), subscribe: { message: message('e') } } },
  }
  const options = readOptions({ client: 'eventsource' }, diagnostics)
  const document = readDocument(raw, diagnostics)
  const selected = selectChannels({ document, servers: new Map() }, options, diagnostics)
  expect(selected.map(({ hasClient, hasServer }) => ({ hasClient, hasServer }))).toEqual([
    { hasClient: false, hasServer: true },
  ])
  expect(diagnostics.notes.join()).toContain('EventSource sends GET requests only')
})

describe('the security that applies', () => {
  const security = [{ token: [] }]
  const secured = (method: string, ...operations: string[]): unknown => {
    const own = (name: string): Json => ({
      operationId: name,
      message: message(name),
      ...(operations.includes(name) && { security }),
    })
    const found = stream2(
      { ...http(method), subscribe: own('events'), publish: own('request') },
      declared,
    )
    return typeof found === 'object' ? found.secured : found
  }

  test.each([
    ['is that of the operation with the events', 'GET', ['events', 'request'], 'events'],
    ['is not that of the other direction of a GET stream', 'GET', ['request'], undefined],
    ['is that of the request', 'POST', ['request'], 'request'],
    ['is that of the events, if the request has one too', 'POST', ['request', 'events'], 'events'],
    ['is that of the servers', 'POST', [], undefined],
  ])('%s', (_, method, operations, want) => {
    expect(secured(method, ...operations)).toBe(want)
  })
})

test('a GET stream has the messages of its direction that the other side replies to, without the replies', () => {
  const messages = { hello: {}, event: {}, seen: {}, ping: {}, pong: {} }
  const operations = {
    greet: { action: 'send', messages: ['hello'] },
    tell: { action: 'send', messages: ['event'], reply: { messages: ['seen'] } },
    check: { action: 'receive', messages: ['ping'], reply: { messages: ['pong'] } },
  }
  expect(stream3(messages, operations)).toMatchObject({
    method: 'GET',
    events: ['hello', 'event'],
    omitted: ['seen', 'ping', 'pong'],
  })
})
