import { listen, type ReconnectOptions } from '../../../runtime/fetch-client'
import { createBackoff, type Backoff } from '../../../runtime/client/timers'
import { ticks, type Tick } from './support/channels'
import { record } from './support/recorder'
import {
  dropping,
  ending,
  open,
  serve,
  serveRaw,
  status,
  streaming,
  type Answer,
} from './support/server'

type Ticks = { tick: Tick | null }

/** As fast as the client goes. */
const fast: ReconnectOptions = { initialDelay: 0, factor: 1, jitter: 0 }

/** Listens to a server with these answers until `calls` calls have come. */
async function run(answers: Answer[], calls: number, options: Parameters<typeof listen>[3] = {}) {
  const server = await serve(...answers)
  const recorder = record<Ticks>()
  const subscription = listen(ticks, recorder.listener, null, {
    baseUrl: server.url,
    reconnect: fast,
    ...options,
  })
  await recorder.count(calls)
  const { lastEventId } = subscription
  subscription.close()
  await server.idle()
  await server.close()
  const errors = recorder.calls
    .map(({ details }) => details.cause)
    .filter((each) => each !== undefined)
  return {
    ...recorder,
    messages: recorder.messages,
    errors,
    requests: server.requests,
    lastEventId,
  }
}

describe('the client reconnects', () => {
  test.each([408, 425, 429, 500, 502, 503, 504, 599])('after status %d', async (code) => {
    const { messages, errors } = await run([status(code), streaming('data: {"n":1}\n\n')], 2)
    expect(messages).toEqual([{ n: 1 }])
    expect(errors).toEqual([
      expect.objectContaining({ code: 'status', status: code, attempt: 1, retrying: true }),
    ])
  })

  test('after a network error, and reports its cause', async () => {
    const server = await serve(status(200))
    await server.close()
    const { listener, count } = record<Ticks>()
    const subscription = listen(ticks, listener, null, { baseUrl: server.url, reconnect: fast })
    const calls = await count(2)
    subscription.close()
    expect(calls.map(({ details }) => details.cause)).toEqual([
      expect.objectContaining({ code: 'network', attempt: 1, retrying: true }),
      expect.objectContaining({ code: 'network', attempt: 2, retrying: true }),
    ])
    expect(calls[0]?.error).toContain('ECONNREFUSED')
  })

  test('after an answer that is not HTTP', async () => {
    const server = await serveRaw((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'))
    const { listener, count } = record<Ticks>()
    const subscription = listen(ticks, listener, null, { baseUrl: server.url, reconnect: fast })
    const calls = await count(2)
    subscription.close()
    await server.close()
    expect(calls[1]?.details.cause).toMatchObject({ code: 'network', retrying: true })
  })

  test('after the time of a retry: line, even without the rest of the event', async () => {
    const answers = [ending('retry: 10\n'), streaming('data: null\n\n')]
    const slow = { initialDelay: 3_600_000, factor: 1 }
    const { messages } = await run(answers, 2, { reconnect: slow })
    expect(messages).toEqual([null])
  })

  test('after the server ended the stream, with the last event id in UTF-8', async () => {
    const answers = [ending('id: zürich-😀\ndata: {"n":1}\n\n'), streaming('data: {"n":2}\n\n')]
    const { messages, requests, errors } = await run(answers, 2)
    expect(messages).toEqual([{ n: 1 }, { n: 2 }])
    expect(errors).toEqual([])
    const id = requests[1]?.headers['last-event-id']
    expect(Buffer.from(String(id), 'latin1').toString()).toBe('zürich-😀')
  })

  test('without a report after a stream that was open for resetAfter', async () => {
    const answer: Answer = (res, _, n) => {
      if (n > 0) return open(res, 'data: {"n":2}\n\n')
      open(res, 'data: {"n":1}\n\n')
      // The client's clock has milliseconds.
      setTimeout(() => res.end(), 20)
    }
    const { messages, errors } = await run([answer], 2, { reconnect: { ...fast, resetAfter: 5 } })
    expect(messages).toEqual([{ n: 1 }, { n: 2 }])
    expect(errors).toEqual([])
  })

  test('after a drop in the middle of an event, of which nothing is left', async () => {
    const answers = [
      dropping('id: 1\ndata: {"n":1}\n\nid: 2\ndata: {"n":'),
      streaming('data: {"n":2}\n\n'),
    ]
    const { messages, errors, requests } = await run(answers, 3)
    expect(messages).toEqual([{ n: 1 }, { n: 2 }])
    expect(errors).toMatchObject([{ code: 'network', retrying: true }])
    expect(requests[1]?.headers['last-event-id']).toBe('1')
  })

  test('with the id of an event without data, and without one that was reset', async () => {
    const answers = [
      ending('id: 1\ndata: null\n\nid: 2\n\n'),
      ending('id\n\n'),
      streaming('data: null\n\n'),
    ]
    const { requests } = await run(answers, 3)
    expect(requests.map(({ headers }) => headers['last-event-id'])).toEqual([
      undefined,
      '2',
      undefined,
    ])
  })

  test('from lastEventId at the first attempt', async () => {
    const { requests, lastEventId } = await run([streaming('data: null\n\n')], 1, {
      lastEventId: '41',
    })
    expect(requests[0]?.headers['last-event-id']).toBe('41')
    expect(lastEventId).toBe('41')
  })

  test('at most maxAttempts times, and the last error is final', async () => {
    const server = await serve(status(500))
    const { listener, calls } = record<Ticks>()
    const onClose = jest.fn()
    const subscription = listen(ticks, listener, null, {
      baseUrl: server.url,
      reconnect: { ...fast, maxAttempts: 3 },
      onClose,
    })
    await subscription.closed
    await server.close()
    expect(calls.map(({ details }) => details.cause)).toMatchObject([
      { attempt: 1, retrying: true },
      { attempt: 2, retrying: true },
      { attempt: 3, retrying: false, code: 'status', status: 500 },
    ])
    expect(onClose.mock.calls).toEqual([[calls[2]?.details.cause]])
    expect(server.requests).toHaveLength(3)
    expect(subscription.readyState).toBe(2)
  })
})

describe('the client does not try again', () => {
  test('after 204, which is not an error', async () => {
    const server = await serve(status(204))
    const { listener, calls } = record<Ticks>()
    const onClose = jest.fn()
    const subscription = listen(ticks, listener, null, { baseUrl: server.url, onClose })
    await subscription.closed
    await server.close()
    expect(calls).toEqual([])
    expect(onClose.mock.calls).toEqual([[]])
    expect(server.requests).toHaveLength(1)
  })

  test('with reconnect: false: the end of the stream is the end', async () => {
    const server = await serve(ending('data: {"n":1}\n\n'))
    const { listener, messages, calls } = record<Ticks>()
    const options = { baseUrl: server.url, reconnect: false } as const
    await listen(ticks, listener, null, options).closed
    await server.close()
    expect(calls).toHaveLength(1)
    expect(messages).toEqual([])
    expect(calls[0]?.message).toEqual({ n: 1 })
  })

  test('with reconnect: false: a drop is an error', async () => {
    const server = await serve(dropping('data: {"n":1}\n\n'))
    const { listener, calls } = record<Ticks>()
    const options = { baseUrl: server.url, reconnect: false } as const
    await listen(ticks, listener, null, options).closed
    await server.close()
    expect(calls[1]?.details.cause).toMatchObject({ code: 'network', retrying: false })
  })

  test.each([
    [400, {}],
    [401, {}],
    [403, {}],
    [404, {}],
    [410, {}],
    [201, { 'Content-Type': 'text/event-stream' }],
    [206, { 'Content-Type': 'text/event-stream' }],
    [304, {}],
  ])('after status %d: once reported, body cancelled', async (code, headers) => {
    // A body without end, and with blank lines in it: nothing of it is an event.
    const server = await serve((res) => {
      res.writeHead(code, headers)
      if (code === 304) res.end()
      else res.write('data: {"n":1}\n\n')
    })
    const { listener, calls } = record<Ticks>()
    await listen(ticks, listener, null, { baseUrl: server.url }).closed
    if (code !== 304) await server.idle()
    await server.close()
    expect(calls.map(({ details }) => details.cause)).toMatchObject([
      { code: 'status', status: code, retrying: false, attempt: 1 },
    ])
    expect(server.requests).toHaveLength(1)
  })

  test.each(['text/html', 'text/event-streams', 'application/json', 'xtext/event-stream', ''])(
    'after content type "%s"',
    async (type) => {
      const server = await serve((res) => {
        res.writeHead(200, type === '' ? {} : { 'Content-Type': type })
        res.write('data: {"n":1}\n\n')
      })
      const { listener, calls } = record<Ticks>()
      await listen(ticks, listener, null, { baseUrl: server.url }).closed
      await server.idle()
      await server.close()
      expect(calls.map(({ details }) => details.cause)).toMatchObject([
        { code: 'content-type', status: 200, retrying: false },
      ])
    },
  )
})

test.each(['text/event-stream;charset=utf-8', 'text/event-stream ; x=y', 'Text/Event-Stream;'])(
  'content type "%s" is an event stream',
  async (type) => {
    const { messages } = await run([streaming('data: null\n\n', { 'Content-Type': type })], 1)
    expect(messages).toEqual([null])
  },
)

describe('delays', () => {
  const delays = (backoff: Backoff, n: number): number[] =>
    Array.from({ length: n }, () => {
      backoff.recordDisconnect(undefined)
      return backoff.delay()
    })

  beforeEach(() => jest.spyOn(Math, 'random').mockReturnValue(0.5))
  afterEach(() => jest.restoreAllMocks())

  test('grow from 1 s by 2 to 30 s, less up to half of themselves', () => {
    expect(delays(createBackoff({}), 7)).toEqual([750, 1500, 3000, 6000, 12000, 22500, 22500])
  })

  test('restart after a stream that was open for 10 s, not after a shorter one', () => {
    const backoff = createBackoff({ jitter: 0 })
    delays(backoff, 3)
    backoff.recordDisconnect(9_999)
    expect(backoff.delay()).toBe(8000)
    backoff.recordDisconnect(10_000)
    expect(backoff.delay()).toBe(1000)
    expect(delays(backoff, 2)).toEqual([1000, 2000])
  })

  test('are never shorter than the server requested', () => {
    const backoff = createBackoff({})
    backoff.retry = 4000
    expect(delays(backoff, 2)).toEqual([5000, 10000])
    backoff.retry = 60_000
    expect(delays(backoff, 1)).toEqual([75_000])
  })

  test.each([
    { title: 'a huge retry:', retry: 1e300, want: 3_600_000 },
    { title: 'retry: 0', retry: 0, want: 100 },
  ])('are 0.1 s to 1 h: $title', ({ retry, want }) => {
    const backoff = createBackoff({})
    backoff.retry = retry
    expect(delays(backoff, 2)[1]).toBe(want)
  })
})
