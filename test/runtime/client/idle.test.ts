import { listen } from '../../../runtime/fetch-client'
import { createIdleTimer } from '../../../runtime/client/timers'
import { ticks, type Tick } from './support/channels'
import { record } from './support/recorder'
import { open, serve, streaming, type Answer } from './support/server'

type Ticks = { tick: Tick | null }

const fast = { initialDelay: 0, factor: 1, jitter: 0 }

describe('a silent connection is closed and opened again', () => {
  const cases: [string, Answer, { idleTimeout?: number }][] = [
    ['after idleTimeout', streaming(':\n\n'), { idleTimeout: 50 }],
    [
      'after three heartbeats of the server',
      streaming(':\n\n', { 'EventSource-Heartbeat': '20' }),
      {},
    ],
    [
      'where idleTimeout wins over the heartbeat',
      streaming(':\n\n', { 'EventSource-Heartbeat': '15000' }),
      { idleTimeout: 50 },
    ],
    ['before the headers have come', () => undefined, { idleTimeout: 50 }],
    ['between headers and body', streaming(), { idleTimeout: 50 }],
  ]
  test.each(cases)('%s', async (_, silent, options) => {
    const server = await serve(silent, streaming('data: null\n\n'))
    const { listener, count } = record<Ticks>()
    const subscription = listen(ticks, listener, null, {
      baseUrl: server.url,
      reconnect: fast,
      ...options,
    })
    const [first] = await count(2)
    subscription.close()
    await server.idle()
    await server.close()
    expect(first?.details.cause).toMatchObject({ code: 'timeout', retrying: true })
  })

  test('although its fetch ignores the signal', async () => {
    let attempts = 0
    const ignoring = async (): Promise<Response> => {
      if (attempts++ === 0) return new Promise(() => undefined)
      const body = new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode('data: null\n\n')),
      })
      return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } })
    }
    const { listener, count } = record<Ticks>()
    const subscription = listen(ticks, listener, null, {
      baseUrl: 'http://localhost',
      fetch: ignoring,
      reconnect: fast,
      idleTimeout: 50,
    })
    const calls = await count(3)
    subscription.close()
    expect(calls.map(({ details }) => details.cause?.code)).toEqual([
      'timeout',
      undefined,
      'timeout',
    ])
  })
})

test('a connection that is silent for less than idleTimeout remains, by comments too', async () => {
  const server = await serve((res) => {
    open(res, 'data: {"n":0}\n\n')
    let beats = 0
    const timer = setInterval(() => {
      res.write(beats++ < 10 ? ':\n' : '\ndata: {"n":1}\n\n')
    }, 30)
    res.on('close', () => clearInterval(timer))
  })
  const { listener, count } = record<Ticks>()
  const subscription = listen(ticks, listener, null, { baseUrl: server.url, idleTimeout: 250 })
  const calls = await count(2)
  subscription.close()
  await server.close()
  expect(calls.map(({ message }) => message)).toEqual([{ n: 0 }, { n: 1 }])
})

describe('the idle timer', () => {
  beforeEach(() => jest.useFakeTimers())
  afterEach(() => jest.useRealTimers())

  test('fires once the time has passed since the last touch', () => {
    const onIdle = jest.fn()
    const timer = createIdleTimer(100, onIdle)
    jest.advanceTimersByTime(99)
    timer.touch()
    jest.advanceTimersByTime(99)
    expect(onIdle).not.toHaveBeenCalled()
    jest.advanceTimersByTime(1)
    expect(onIdle).toHaveBeenCalledTimes(1)
    expect(jest.getTimerCount()).toBe(0)
  })

  test('does not follow the wall clock when that is set back', () => {
    const onIdle = jest.fn()
    createIdleTimer(100, onIdle)
    jest.advanceTimersByTime(50)
    jest.setSystemTime(Date.now() - 3_600_000)
    jest.advanceTimersByTime(50)
    expect(onIdle).toHaveBeenCalledTimes(1)
  })

  test('starts again with another time, and leaves nothing behind with 0', () => {
    const onIdle = jest.fn()
    const timer = createIdleTimer(100, onIdle)
    jest.advanceTimersByTime(99)
    timer.restart(50)
    jest.advanceTimersByTime(49)
    expect(onIdle).not.toHaveBeenCalled()
    jest.advanceTimersByTime(1)
    expect(onIdle).toHaveBeenCalledTimes(1)
    timer.restart(50)
    timer.restart(0)
    expect(jest.getTimerCount()).toBe(0)
  })

  test('waits for times that setTimeout does not take', () => {
    const onIdle = jest.fn()
    const month = 30 * 24 * 3_600_000
    const timer = createIdleTimer(month, onIdle)
    jest.advanceTimersByTime(month - 1)
    expect(onIdle).not.toHaveBeenCalled()
    jest.advanceTimersByTime(1)
    expect(onIdle).toHaveBeenCalledTimes(1)
    timer.restart(0)
  })
})
