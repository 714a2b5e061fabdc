import { listen } from '../../../runtime/fetch-client'
import { ticks, type Tick } from './support/channels'
import { record } from './support/recorder'
import { open, serve, streaming, type TestServer } from './support/server'

type Ticks = { tick: Tick | null }

const events = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => `id: ${from + i}\ndata: {"n":${from + i}}\n\n`).join(
    '',
  )

let server: TestServer | undefined
afterEach(() => server?.close())

describe('the callback', () => {
  test('is called for one event at a time: its promise is awaited', async () => {
    server = await serve(streaming(events(0, 20)))
    let running = 0
    let most = 0
    const { listener, count } = record<Ticks>(async () => {
      most = Math.max(most, ++running)
      await new Promise(setImmediate)
      running--
    })
    const subscription = listen(ticks, listener, null, { baseUrl: server.url })
    const calls = await count(20)
    subscription.close()
    expect(most).toBe(1)
    expect(calls.map(({ message }) => message?.n)).toEqual(Array.from({ length: 20 }, (_, n) => n))
  })

  test('may throw or reject: onError is called, and the stream continues', async () => {
    server = await serve(streaming(events(0, 4)))
    const received: unknown[] = []
    const { listener, count } = record<Ticks>(({ message }) => {
      if (message?.n === 0) throw new Error('thrown')
      if (message?.n === 1) return Promise.reject(new Error('rejected'))
      if (message?.n === 2)
        return { then: (_: unknown, reject: (e: unknown) => void) => reject('odd') }
      return undefined
    })
    const onError = (error: unknown): void => void received.push(error)
    const subscription = listen(ticks, listener, null, { baseUrl: server.url, onError })
    await count(4)
    subscription.close()
    expect(received).toEqual([new Error('thrown'), new Error('rejected'), 'odd'])
  })

  test('that throws is reported to console.error by default, also if onError itself fails', async () => {
    server = await serve(streaming(events(0, 1)))
    const write = jest.spyOn(console, 'error').mockImplementation(() => undefined)
    const fail = (): never => {
      throw new Error('first')
    }
    const onErrors = [
      undefined,
      () => {
        throw new Error('second')
      },
      () => Promise.reject(new Error('third')),
    ]
    for (const onError of onErrors) {
      const { listener, count } = record<Ticks>(fail)
      const options = onError === undefined ? {} : { onError }
      const subscription = listen(ticks, listener, null, { baseUrl: server.url, ...options })
      await count(1)
      subscription.close()
      await new Promise(setImmediate)
    }
    const written = write.mock.calls.map(([error]) => String(error))
    write.mockRestore()
    expect(written).toEqual(['Error: first', 'Error: second', 'Error: third'])
  })

  test('may close: nothing is delivered afterwards, though it has arrived', async () => {
    server = await serve(streaming(events(0, 100)))
    const { listener, calls } = record<Ticks>(({ message }) => {
      if (message?.n === 2) subscription()
    })
    const subscription = listen(ticks, listener, null, { baseUrl: server.url })
    await subscription.closed
    await server.idle()
    expect(calls).toHaveLength(3)
    expect(subscription.readyState).toBe(2)
    expect(subscription.lastEventId).toBe('2')
  })

  test('that never ends does not delay close', async () => {
    server = await serve(streaming(events(0, 2)))
    const { listener, count, calls } = record<Ticks>(() => new Promise(() => undefined))
    const subscription = listen(ticks, listener, null, { baseUrl: server.url })
    await count(1)
    subscription.close()
    await subscription.closed
    await server.idle()
    expect(calls).toHaveLength(1)
  })
})

describe('hooks', () => {
  test('onOpen at each connection, onClose once; onError receives what they throw or reject with', async () => {
    server = await serve((res, _, n) => {
      open(res, events(n, n + 1))
      if (n === 0) res.end()
    })
    const log: string[] = []
    const { listener, count } = record<Ticks>()
    const subscription = listen(ticks, listener, null, {
      baseUrl: server.url,
      reconnect: { initialDelay: 0, factor: 1 },
      onOpen: () => {
        log.push('open')
        throw new Error('in onOpen')
      },
      onClose: async () => {
        log.push('close')
        throw new Error('in onClose')
      },
      onError: (error) => void log.push(String(error)),
    })
    await count(2)
    subscription.close()
    subscription.close()
    subscription()
    await subscription.closed
    await new Promise(setImmediate)
    expect(log).toEqual([
      'open',
      'Error: in onOpen',
      'open',
      'Error: in onOpen',
      'close',
      'Error: in onClose',
    ])
  })

  test('no onOpen if onStateChange has closed the subscription', async () => {
    server = await serve((res) => open(res, events(0, 1)))
    const log: string[] = []
    const subscription = listen(ticks, () => undefined, null, {
      baseUrl: server.url,
      onStateChange(state) {
        log.push(state)
        if (state === 'open') subscription.close()
      },
      onOpen: () => void log.push('onOpen'),
      onClose: () => void log.push('onClose'),
    })
    await subscription.closed
    await new Promise(setImmediate)
    expect(log).toEqual(['open', 'closed', 'onClose'])
  })
})

describe('a slow consumer', () => {
  test('pauses reading, applies back-pressure by TCP, and loses nothing', async () => {
    const total = 2000
    const filler = 'x'.repeat(16 * 1024)
    let written = 0
    server = await serve((res) => {
      open(res)
      const more = (): void => {
        while (written < total && !res.destroyed) {
          if (!res.write(`: ${filler}\ndata: {"n":${written++}}\n\n`)) return
        }
      }
      res.on('drain', more)
      more()
    })
    let release: () => void = () => undefined
    const gate = new Promise<void>((resolve) => (release = resolve))
    const { listener, count } = record<Ticks>(({ message }) =>
      message?.n === 0 ? gate : undefined,
    )
    const subscription = listen(ticks, listener, null, { baseUrl: server.url, maxBuffered: 4 })
    await count(1)
    // The server writes until nothing takes it any more: no progress for 20 looks at 5 ms.
    for (let still = 0, seen = -1; still < 20; await new Promise((r) => setTimeout(r, 5))) {
      still = written === seen ? still + 1 : 0
      seen = written
    }
    const held = written
    release()
    const calls = await count(total)
    subscription.close()
    // 32 MB in all; the kernel's and Node's buffers take a few of them.
    expect(held).toBeLessThan(total * 0.8)
    expect(calls.map(({ message }) => message?.n)).toEqual(
      Array.from({ length: total }, (_, n) => n),
    )
  })

  test('stops the idle timer meanwhile', async () => {
    server = await serve(streaming(events(0, 2)))
    const { listener, count } = record<Ticks>(({ message }) =>
      message?.n === 0 ? new Promise((resolve) => setTimeout(resolve, 300)) : undefined,
    )
    const subscription = listen(ticks, listener, null, {
      baseUrl: server.url,
      maxBuffered: 0,
      idleTimeout: 100,
    })
    const calls = await count(2)
    subscription.close()
    expect(calls[1]?.message).toEqual({ n: 1 })
    expect(server.requests).toHaveLength(1)
  })
})

describe('close', () => {
  const endings = {
    'close()': (subscription: ReturnType<typeof listen>) => subscription.close(),
    'a call': (subscription: ReturnType<typeof listen>) => subscription(),
    dispose: (subscription: ReturnType<typeof listen>) => subscription[Symbol.dispose](),
  }

  test.each(Object.entries(endings))('by %s ends request and timers at once', async (_, end) => {
    server = await serve(streaming())
    const { listener } = record<Ticks>()
    let opened: () => void = () => undefined
    const open = new Promise<void>((resolve) => (opened = resolve))
    const subscription = listen(ticks, listener, null, {
      baseUrl: server.url,
      idleTimeout: 3_600_000,
      onOpen: () => opened(),
    })
    expect(subscription.readyState).toBe(0)
    await open
    expect(subscription.readyState).toBe(1)
    end(subscription)
    expect(subscription.readyState).toBe(2)
    await subscription.closed
    await server.idle()
  })

  test('while the request waits for its answer', async () => {
    server = await serve(() => undefined)
    const { listener, calls } = record<Ticks>()
    const subscription = listen(ticks, listener, null, { baseUrl: server.url })
    await server.request(0)
    subscription.close()
    await server.idle()
    expect(calls).toEqual([])
  })

  test('while it waits to connect again', async () => {
    server = await serve((res) => res.writeHead(503, { 'Retry-After': '3600' }).end())
    const { listener, count } = record<Ticks>()
    const subscription = listen(ticks, listener, null, { baseUrl: server.url })
    await count(1)
    subscription.close()
    await subscription.closed
    expect(server.requests).toHaveLength(1)
  })

  test('while a token is being fetched: no request is made', async () => {
    server = await serve(streaming())
    let provide: (token: string) => void = () => undefined
    const token = new Promise<string>((resolve) => (provide = resolve))
    const { listener, calls } = record<Ticks>()
    const authorization = (): Promise<string> => token
    const subscription = listen(ticks, listener, null, { baseUrl: server.url, authorization })
    subscription.close()
    provide('late')
    await new Promise(setImmediate)
    expect(server.requests).toEqual([])
    expect(calls).toEqual([])
  })

  test('by a signal, whose listener is removed', async () => {
    server = await serve(streaming(events(0, 1)))
    const controller = new AbortController()
    const remove = jest.spyOn(controller.signal, 'removeEventListener')
    const { listener, count } = record<Ticks>()
    const { signal } = controller
    const subscription = listen(ticks, listener, null, { baseUrl: server.url, signal })
    await count(1)
    controller.abort()
    await subscription.closed
    await server.idle()
    expect(remove).toHaveBeenCalledTimes(1)
  })

  test('by a signal that is aborted already: no request is made', async () => {
    server = await serve(streaming())
    const onClose = jest.fn()
    const { listener } = record<Ticks>()
    const signal = AbortSignal.abort()
    const subscription = listen(ticks, listener, null, { baseUrl: server.url, signal, onClose })
    expect(onClose).not.toHaveBeenCalled()
    await subscription.closed
    expect(onClose.mock.calls).toEqual([[]])
    expect(server.requests).toEqual([])
  })
})
