import { ParameterError, expandAddress } from '../../../runtime/core/parameters'
import {
  resolveCredentials,
  listen,
  expandServerUrl,
  type ClientChannel,
} from '../../../runtime/fetch-client'
import type { SecurityScheme } from '../../../runtime/core/channel'
import { rooms, ticks, type Tick } from './support/channels'
import { record } from './support/recorder'
import { ending, serve, status, streaming, type TestServer } from './support/server'

type Ticks = { tick: Tick | null }
type Options = NonNullable<Parameters<typeof listen>[3]>

const fast = { initialDelay: 0, factor: 1, jitter: 0 }
const event = 'data: null\n\n'

let server: TestServer
beforeEach(async () => void (server = await serve(streaming(event))))
afterEach(() => server.close())

/** The first request that a call makes. */
async function requestOf<E, P>(
  channel: ClientChannel<E, P>,
  parameters: unknown,
  options: Options,
) {
  const { listener } = record<E>()
  const subscription = listen(channel, listener, parameters, { baseUrl: server.url, ...options })
  const request = await server.request(0)
  subscription.close()
  return request
}

describe('the address', () => {
  test.each([
    { given: 'a', want: '/rooms/a/events' },
    { given: 'a/b', want: '/rooms/a%2Fb/events' },
    { given: 'a?b#c', want: '/rooms/a%3Fb%23c/events' },
    { given: '$& %2F', want: '/rooms/%24%26%20%252F/events' },
    { given: '...', want: '/rooms/.../events' },
    { given: 'zürich 😀', want: '/rooms/z%C3%BCrich%20%F0%9F%98%80/events' },
  ])('with "$given" in it is $want', async ({ given, want }) => {
    expect((await requestOf(rooms, { roomId: given }, {})).url).toBe(want)
  })

  test.each(['', '.', '..', '\ud800', undefined])('refuses %j', (roomId) => {
    const call = (): unknown =>
      listen(rooms, () => undefined, { roomId }, { baseUrl: 'http://localhost' })
    expect(call).toThrow(
      expect.objectContaining({ code: 'configuration', cause: expect.any(ParameterError) }),
    )
    expect(call).toThrow(/"roomId"/)
  })

  test('keeps its own text: triplets remain, characters that a URI cannot contain are encoded', () => {
    const address = '/a b/%2F/{x}{y}/é/{x}#?q={y}'
    expect(expandAddress(address, { x: 'X', y: '{x}' })).toBe(
      '/a%20b/%2F/X%7Bx%7D/%C3%A9/X%23?q=%7Bx%7D',
    )
  })

  test('does not take a name from Object.prototype', () => {
    expect(() => expandAddress('{constructor}', {})).toThrow(ParameterError)
  })

  test.each([
    { base: '', address: 'ticks', want: '/ticks' },
    { base: '/', address: '/ticks', want: '/ticks' },
    { base: '/api', address: 'ticks', want: '/api/ticks' },
    { base: '/api/', address: '/ticks/', want: '/api/ticks/' },
    { base: '/api?key=1#part', address: '/ticks', want: '/api/ticks?key=1' },
    { base: '/api?key=1', address: '/ticks?x=y', want: '/api/ticks?key=1&x=y' },
  ])('"$address" on base "$base" is $want', async ({ base, address, want }) => {
    const options = { baseUrl: new URL(server.url + base) }
    expect((await requestOf({ ...ticks, address }, null, options)).url).toBe(want)
  })
})

describe('the base URL', () => {
  const variables = {
    scheme: { default: 'http', values: ['http', 'https'] },
    host: {},
    version: { default: '1' },
  }
  const described: ClientChannel<Ticks, null> = {
    ...ticks,
    server: (given) => expandServerUrl('{scheme}://{host}/v{version}', variables, given),
  }

  test("is the document's server by default, with its variables", async () => {
    const { listener } = record<Ticks>()
    const host = new URL(server.url).host
    const subscription = listen(described, listener, null, { variables: { host } })
    const { url } = await server.request(0)
    subscription.close()
    expect(url).toBe('/v1/ticks')
  })

  test.each<[string, ClientChannel<Ticks, null>, Options, RegExp]>([
    ['missing', ticks, {}, /^Option baseUrl must be an HTTP URL$/],
    ['relative without a page', ticks, { baseUrl: '/api' }, /baseUrl must be/],
    ['of another protocol', ticks, { baseUrl: 'ftp://localhost' }, /baseUrl must be/],
    ['with credentials', ticks, { baseUrl: 'http://me:pw@localhost' }, /authorization/],
    ['without a variable', described, {}, /"host" is missing/],
    [
      'with a wrong variable',
      described,
      { variables: { scheme: 'ws', host: 'x' } },
      /not one of http, https/,
    ],
  ])('%s: throws at once', (_, channel, options, message) => {
    const call = (): unknown => listen(channel, () => undefined, null, options)
    expect(call).toThrow(expect.objectContaining({ code: 'configuration' }))
    expect(call).toThrow(message)
  })

  test.each<Options>([
    { idleTimeout: -1 },
    { idleTimeout: NaN },
    { maxBuffered: -1 },
    { maxEventBytes: NaN },
    { reconnect: { initialDelay: -5 } },
    { lastEventId: 'a\nb' },
  ])('other options are checked too: %j', (options) => {
    const call = (): unknown =>
      listen(ticks, () => undefined, null, { baseUrl: 'http://localhost', ...options })
    expect(call).toThrow(expect.objectContaining({ code: 'configuration' }))
  })

  test('is the page, in a browser', async () => {
    const { origin } = new URL(server.url)
    Object.assign(globalThis, { location: { origin } })
    try {
      const { listener } = record<Ticks>()
      listen(ticks, listener, null, {}).close()
      const subscription = listen(ticks, listener, null, { baseUrl: '/api' })
      const { url } = await server.request(0)
      subscription.close()
      expect(url).toBe('/api/ticks')
    } finally {
      Reflect.deleteProperty(globalThis, 'location')
    }
  })
})

test('query parameters are checked and sent, in order, behind those of the base', async () => {
  const channel: ClientChannel<Ticks, null> = {
    ...ticks,
    query: {
      check: (query: { tags?: string[]; limit?: number }) => {
        if (typeof query.limit !== 'number') throw new ParameterError('limit', 'limit is missing')
        return query
      },
      format: ({ tags = [], limit }: { tags?: string[]; limit?: number }) => [
        ...tags.map((tag) => ['tag', tag] as const),
        ['limit', String(limit)] as const,
      ],
    },
  }
  const options = { baseUrl: `${server.url}?key=1`, query: { tags: ['a&b', 'ü'], limit: 2 } }
  expect((await requestOf(channel, null, options)).url).toBe(
    '/ticks?key=1&tag=a%26b&tag=%C3%BC&limit=2',
  )
  expect(() => listen(channel, () => undefined, null, { baseUrl: server.url })).toThrow(
    /limit is missing/,
  )
})

describe('headers and credentials', () => {
  const schemes: Record<string, SecurityScheme> = {
    token: { type: 'bearer' },
    login: { type: 'basic' },
    header: { type: 'apiKey', in: 'header', name: 'X-Key' },
    query: { type: 'apiKey', in: 'query', name: 'key' },
    cookie: { type: 'apiKey', in: 'cookie', name: 'session' },
    other: { type: 'apiKey', in: 'cookie', name: 'other' },
  }
  const secured: ClientChannel<Ticks, null> = {
    ...ticks,
    authenticate: (auth) => resolveCredentials(schemes, auth),
  }

  test('the headers of every request', async () => {
    const { headers } = await requestOf(ticks, null, {})
    expect(headers).toMatchObject({ accept: 'text/event-stream' })
    expect(headers).not.toHaveProperty('last-event-id')
    expect(headers).not.toHaveProperty('authorization')
  })

  test.each<{ title: string; options: Options; want: object }>([
    {
      title: 'a token is a bearer token',
      options: { authorization: 'abc' },
      want: { authorization: 'Bearer abc' },
    },
    {
      title: 'a value with a scheme goes as it is',
      options: { authorization: async () => 'Basic eDp5' },
      want: { authorization: 'Basic eDp5' },
    },
    {
      title: 'headers of the caller',
      options: { headers: () => ({ 'X-A': '1', accept: 'text/event-stream, */*' }) },
      want: { 'x-a': '1', accept: 'text/event-stream, */*' },
    },
    {
      title: 'http bearer, oauth2, openIdConnect',
      options: { auth: { token: () => 'abc' } },
      want: { authorization: 'Bearer abc' },
    },
    {
      title: 'http basic, in UTF-8',
      options: { auth: { login: { username: 'zoë', password: 'a:b' } } },
      want: { authorization: `Basic ${Buffer.from('zoë:a:b').toString('base64')}` },
    },
    {
      title: 'API key in a header',
      options: { auth: { header: Promise.resolve('abc') } },
      want: { 'x-key': 'abc' },
    },
    {
      title: 'API keys in cookies',
      options: { auth: { cookie: 'a;b', other: 'c' } },
      want: { cookie: 'session=a%3Bb; other=c' },
    },
  ])('$title', async ({ options, want }) => {
    expect((await requestOf(secured, null, options)).headers).toMatchObject(want)
  })

  test('API key in the query', async () => {
    expect((await requestOf(secured, null, { auth: { query: 'a&b' } })).url).toBe(
      '/ticks?key=a%26b',
    )
  })

  test.each<[Options, RegExp]>([
    [{ auth: { nobody: 'x' } }, /"nobody" is not a security scheme/],
    [{ auth: { login: 'x' } }, /username, password/],
    [{ auth: { login: { username: 'a:b', password: '' } } }, /without a colon/],
    [{ auth: { token: 5 } }, /must be a string/],
    [{ headers: { 'bad name': 'x' } }, /headers/],
    [{ authorization: 'line\nbreak' }, /headers/],
  ])('%j is a configuration error, and the end', async (options, message) => {
    const { listener, calls } = record<Ticks>()
    await listen(secured, listener, null, { baseUrl: server.url, ...options }).closed
    expect(calls).toMatchObject([
      { details: { cause: { code: 'configuration', retrying: false } } },
    ])
    expect(calls[0]?.error).toMatch(message)
    expect(server.requests).toEqual([])
  })

  test('are requested again at each attempt, and the last event id is kept', async () => {
    await server.close()
    server = await serve(ending(`id: 1\n${event}`), status(503), streaming(event))
    const { listener, count } = record<Ticks>()
    let n = 0
    const subscription = listen(ticks, listener, null, {
      baseUrl: server.url,
      reconnect: fast,
      authorization: async () => `token-${n}`,
      headers: async () => ({ 'X-Attempt': String(++n) }),
    })
    await count(3)
    subscription.close()
    expect(
      server.requests.map(({ headers }) => [
        headers.authorization,
        headers['x-attempt'],
        headers['last-event-id'],
      ]),
    ).toEqual([
      ['Bearer token-1', '1', undefined],
      ['Bearer token-2', '2', '1'],
      ['Bearer token-3', '3', '1'],
    ])
  })

  test('that are unavailable are requested again', async () => {
    const { listener, count } = record<Ticks>()
    let n = 0
    const subscription = listen(ticks, listener, null, {
      baseUrl: server.url,
      reconnect: fast,
      authorization: () => {
        if (n++ === 0) throw new Error('no token today')
        return 'abc'
      },
    })
    const calls = await count(2)
    subscription.close()
    expect(calls[0]?.details.cause).toMatchObject({ code: 'network', retrying: true })
    expect(calls[0]?.error).toContain('no token today')
    expect(server.requests[0]?.headers.authorization).toBe('Bearer abc')
  })
})

describe('redirects', () => {
  const authorization = 'secret'
  const to = (location: string) => status(307, { Location: location })

  test.each([{}, { authorization }])('within the origin are followed: %j', async (options) => {
    await server.close()
    server = await serve(to('/elsewhere'), to('again?x=1'), streaming(event))
    const { listener, count } = record<Ticks>()
    const subscription = listen(ticks, listener, null, { baseUrl: server.url, ...options })
    await count(1)
    subscription.close()
    expect(server.requests.map(({ url }) => url)).toEqual(['/ticks', '/elsewhere', '/again?x=1'])
  })

  test('to another origin are followed without credentials', async () => {
    const other = await serve(streaming(event))
    await server.close()
    server = await serve(to(`${other.url}/there`))
    const { listener, count } = record<Ticks>()
    const subscription = listen(ticks, listener, null, { baseUrl: server.url })
    await count(1)
    subscription.close()
    await other.close()
    expect(other.requests[0]?.url).toBe('/there')
  })

  test.each<Options>([{ authorization }, { headers: { 'X-Key': 'secret' } }])(
    'to another origin are an error with credentials: %j',
    async (options) => {
      const other = await serve(streaming(event))
      await server.close()
      server = await serve(to(other.url))
      const { listener, calls } = record<Ticks>()
      await listen(ticks, listener, null, { baseUrl: server.url, ...options }).closed
      await other.close()
      expect(calls[0]?.details.cause).toMatchObject({
        code: 'status',
        status: 307,
        retrying: false,
      })
      expect(calls[0]?.error).toContain(
        `Redirect 1 to ${other.url} not followed: use the final URL`,
      )
      expect(other.requests).toEqual([])
    },
  )

  test('without end are an error', async () => {
    await server.close()
    server = await serve(to('/ticks'))
    const { listener, calls } = record<Ticks>()
    await listen(ticks, listener, null, { baseUrl: server.url, authorization }).closed
    expect(calls[0]?.details.cause).toMatchObject({ code: 'status', status: 307 })
    expect(calls[0]?.error).toContain('Redirect 21 to')
  })
})
