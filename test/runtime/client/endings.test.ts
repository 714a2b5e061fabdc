import { listen, stream, type ConnectionState } from '../../../runtime/fetch-client'
import { ticks, type Tick } from './support/channels'
import { record } from './support/recorder'
import { dropping, ending, open, serve, status, streaming, type TestServer } from './support/server'

type Ticks = { tick: Tick | null }

const fast = { initialDelay: 0, factor: 1, jitter: 0 }
const event = 'data: null\n\n'

let server: TestServer | undefined
afterEach(() => server?.close())

describe('a client that stops its attempts', () => {
  const reconnect = { ...fast, maxAttempts: 3 }

  test('reports it if the server ends each stream at once', async () => {
    server = await serve(ending())
    const { listener, calls } = record<Ticks>()
    const onClose = jest.fn()
    await listen(ticks, listener, null, { baseUrl: server.url, reconnect, onClose }).closed
    expect(calls.map(({ details }) => details.cause)).toMatchObject([
      { code: 'closed', attempt: 1, retrying: true },
      { code: 'closed', attempt: 2, retrying: true },
      { code: 'closed', attempt: 3, retrying: false },
    ])
    expect(onClose.mock.calls).toEqual([[calls[2]?.details.cause]])
    expect(server.requests).toHaveLength(3)
  })

  test('throws from the iterator', async () => {
    server = await serve(ending())
    const events = stream(ticks, null, {
      baseUrl: server.url,
      reconnect,
      onError: () => undefined,
    })
    await expect(events.next()).rejects.toMatchObject({ code: 'closed', retrying: false })
    expect(events.state).toBe('closed')
  })
})

test('the subscription is closed while its final error is delivered', async () => {
  server = await serve(status(404))
  const states: unknown[] = []
  const { listener } = record<Ticks>(() => {
    states.push(subscription.readyState, subscription.state)
  })
  const subscription = listen(ticks, listener, null, {
    baseUrl: server.url,
    onClose: () => void states.push('onClose'),
  })
  await subscription.closed
  expect(states).toEqual([2, 'closed', 'onClose'])
})

test('a server that ends each response after an event is polled at the delay that it sets', async () => {
  server = await serve((res, _, n) => {
    open(res, `retry: 100\ndata: {"n":${n}}\n\n`)
    res.end()
  })
  const { listener, count, calls } = record<Ticks>()
  const start = performance.now()
  const subscription = listen(ticks, listener, null, {
    baseUrl: server.url,
    reconnect: { jitter: 0, maxAttempts: 2 },
  })
  await count(12)
  subscription.close()
  // A back-off from 100 ms would need more than 100 s for twelve requests.
  expect(performance.now() - start).toBeLessThan(30_000)
  expect(calls.every(({ error }) => error === undefined)).toBe(true)
})

test('a stream that breaks after an event counts as a failure before resetAfter', async () => {
  server = await serve(dropping(event), dropping(event), streaming(event))
  const { listener, count } = record<Ticks>()
  const subscription = listen(ticks, listener, null, { baseUrl: server.url, reconnect: fast })
  const calls = await count(5)
  subscription.close()
  expect(calls.flatMap(({ details }) => details.cause ?? [])).toMatchObject([
    { code: 'network', attempt: 1 },
    { code: 'network', attempt: 2 },
  ])
})

describe('the state of a connection', () => {
  test('is reported at each change, once, and can be read', async () => {
    server = await serve(status(503), ending(event), streaming(event))
    const states: string[] = []
    const { listener, count } = record<Ticks>()
    const subscription = listen(ticks, listener, null, {
      baseUrl: server.url,
      reconnect: fast,
      onOpen: () => void states.push('onOpen'),
      onClose: () => void states.push('onClose'),
      onStateChange(state: ConnectionState) {
        states.push(state === subscription.state ? state : `${state} is not the state`)
      },
    })
    expect(subscription.state).toBe('connecting')
    await count(3)
    subscription.close()
    await subscription.closed
    expect(states).toEqual([
      'reconnecting',
      'open',
      'onOpen',
      'reconnecting',
      'open',
      'onOpen',
      'closed',
      'onClose',
    ])
  })

  test('of a stream is connecting before the first next()', async () => {
    server = await serve(streaming(event))
    const events = stream(ticks, null, { baseUrl: server.url })
    expect(events.state).toBe('connecting')
    await events.next()
    expect(events.state).toBe('open')
    await events.return()
    expect(events.state).toBe('closed')
  })

  test('may be the reason for a callback to close', async () => {
    server = await serve(streaming(event))
    const { listener, calls } = record<Ticks>()
    const subscription = listen(ticks, listener, null, {
      baseUrl: server.url,
      onStateChange: (state) => {
        if (state === 'open') subscription.close()
      },
    })
    await subscription.closed
    await server.idle()
    expect(calls).toEqual([])
  })
})

test.each(['onOpen', 'the callback of an event'])(
  'a body that ignores the signal is canceled if %s closes the subscription',
  async (where) => {
    const canceled = new Promise<void>((resolve) => {
      const body = new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode(event)),
        cancel: () => resolve(),
      })
      const headers = { 'Content-Type': 'text/event-stream' }
      const close = (caller: string): void => {
        if (caller === where) subscription.close()
      }
      const subscription = listen(ticks, () => close('the callback of an event'), null, {
        baseUrl: 'http://localhost',
        fetch: () => Promise.resolve(new Response(body, { headers })),
        onOpen: () => close('onOpen'),
      })
    })
    await expect(canceled).resolves.toBeUndefined()
  },
)

describe('callbacks', () => {
  class Options {
    log: string[] = []
    reconnect = fast
    readonly baseUrl: string
    constructor(baseUrl: string) {
      this.baseUrl = baseUrl
    }
    onOpen(): void {
      this.log.push('onOpen')
      throw new Error('in onOpen')
    }
    onClose(): void {
      this.log.push('onClose')
    }
    onGap(): void {
      this.log.push('onGap')
    }
    onStateChange(state: ConnectionState): void {
      this.log.push(state)
    }
    onError(error: unknown): void {
      this.log.push(String(error))
    }
  }

  test('of a class instance are called, with the instance as this', async () => {
    server = await serve(streaming(`: gap\n\n${event}`))
    const options = new Options(server.url)
    const { listener, count } = record<Ticks>()
    const subscription = listen(ticks, listener, null, options)
    await count(1)
    subscription.close()
    expect(options.log).toEqual([
      'open',
      'onOpen',
      'Error: in onOpen',
      'onGap',
      'closed',
      'onClose',
    ])
  })

  test('may be replaced while the subscription runs', async () => {
    server = await serve(streaming(event))
    const options = { baseUrl: server.url, onClose: (): void => fail('replaced') }
    const { listener, count } = record<Ticks>()
    const subscription = listen(ticks, listener, null, options)
    await count(1)
    const replaced = jest.fn()
    options.onClose = replaced
    subscription.close()
    expect(replaced).toHaveBeenCalledTimes(1)
  })
})

function fail(message: string): never {
  throw new Error(message)
}
