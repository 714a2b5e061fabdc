import { listen, resolveCredentials, type ClientChannel } from '../../../runtime/fetch-client'
import { ticks, type Tick } from './support/channels'
import { record } from './support/recorder'
import { serve, status, streaming, type TestServer } from './support/server'

type Ticks = { tick: Tick | null }

const secured: ClientChannel<Ticks, null> = {
  ...ticks,
  authenticate: (auth) => resolveCredentials({ token: { type: 'bearer' } }, auth),
}

let server: TestServer | undefined
afterEach(() => server?.close())

const refusing = status(401, {}, 'the token has expired')

describe('a 401', () => {
  const tokens = (): (() => string) => {
    let n = 0
    return () => `token-${n++}`
  }

  test.each([
    ['authorization', () => ({ authorization: tokens() })],
    [
      'headers',
      () => {
        const next = tokens()
        return { headers: async () => ({ authorization: `Bearer ${next()}` }) }
      },
    ],
    ['auth', () => ({ auth: { token: tokens() } })],
  ])('is repeated once with new credentials from a function: %s', async (_, options) => {
    server = await serve(refusing, streaming('data: null\n\n'))
    const { listener, count } = record<Ticks>()
    const subscription = listen(secured, listener, null, { baseUrl: server.url, ...options() })
    const [call] = await count(1)
    subscription.close()
    expect(call?.error).toBeUndefined()
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-0',
      'Bearer token-1',
    ])
  })

  test('closes the subscription at the second time', async () => {
    server = await serve(refusing)
    const { listener, calls } = record<Ticks>()
    await listen(ticks, listener, null, { baseUrl: server.url, authorization: tokens() }).closed
    expect(calls).toMatchObject([{ details: { cause: { status: 401, retrying: false } } }])
    expect(server.requests).toHaveLength(2)
  })

  test.each([{}, { authorization: 'abc' }, { headers: { 'X-Key': 'abc' } }])(
    'closes the subscription at once, where there is no function: %j',
    async (options) => {
      server = await serve(refusing)
      const { listener, calls } = record<Ticks>()
      await listen(ticks, listener, null, { baseUrl: server.url, ...options }).closed
      expect(calls).toMatchObject([{ details: { cause: { status: 401, retrying: false } } }])
      expect(server.requests).toHaveLength(1)
    },
  )
})

test('lastEventIdParameter sends the last event id in the query, not in a header', async () => {
  server = await serve((res) => {
    res.writeHead(200, { 'Content-Type': 'text/event-stream' })
    res.end('id: zürich-😀&x\ndata: null\n\n')
  }, streaming('data: null\n\n'))
  const { listener, count } = record<Ticks>()
  const subscription = listen(ticks, listener, null, {
    baseUrl: `${server.url}?key=1`,
    lastEventIdParameter: 'lastEventId',
    reconnect: { initialDelay: 0 },
  })
  await count(2)
  subscription.close()
  expect(server.requests[0]?.url).toBe('/ticks?key=1')
  const { searchParams } = new URL(String(server.requests[1]?.url), server.url)
  expect([...searchParams]).toEqual([
    ['key', '1'],
    ['lastEventId', 'zürich-😀&x'],
  ])
  expect(server.requests[1]?.headers).not.toHaveProperty('last-event-id')
})
