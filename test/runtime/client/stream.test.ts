import { EventSourceError, stream, type EventStream } from '../../../runtime/fetch-client'
import { rooms, ticks } from './support/channels'
import { ending, open, serve, status, streaming, type TestServer } from './support/server'

const fast = { initialDelay: 0, factor: 1, jitter: 0 }

let server: TestServer | undefined
afterEach(() => server?.close())

test('yields the events with their types, ids and parameters', async () => {
  server = await serve(
    streaming(
      'id: 1\nevent: joined\ndata: {"user":"ada"}\n\nevent: left\ndata: {"user":"ada","reason":"x"}\n\n',
    ),
  )
  const seen: unknown[] = []
  for await (const event of stream(rooms, { roomId: 'a' }, { baseUrl: server.url })) {
    seen.push(event.type === 'left' ? event.payload.reason : event)
    if (seen.length === 2) break
  }
  expect(seen).toEqual([
    { type: 'joined', payload: { user: 'ada' }, id: '1', parameters: { roomId: 'a' } },
    'x',
  ])
  await server.idle()
})

test('connects at the first next()', async () => {
  server = await serve(streaming('data: {"n":1}\n\n'))
  const events = stream(ticks, null, { baseUrl: server.url })
  expect(events.lastEventId).toBe('')
  await new Promise(setImmediate)
  expect(server.requests).toEqual([])
  await expect(events.next()).resolves.toMatchObject({ value: { payload: { n: 1 } } })
  await events.return()
})

test('continues across connections', async () => {
  server = await serve(ending('id: 1\ndata: {"n":1}\n\n'), streaming('data: {"n":2}\n\n'))
  const errors: unknown[] = []
  const events = stream(ticks, null, {
    baseUrl: server.url,
    reconnect: fast,
    onError: (error) => void errors.push(error),
  })
  await expect(events.next()).resolves.toMatchObject({ value: { payload: { n: 1 } } })
  await expect(events.next()).resolves.toMatchObject({ value: { payload: { n: 2 } } })
  expect(events.lastEventId).toBe('1')
  // The end of a stream with events is no error.
  expect(errors).toEqual([])
  await events.return()
})

test('skips bad events, which go to onError', async () => {
  server = await serve(
    streaming('data: {\n\ndata: {"n":"1"}\n\nevent: x\ndata: 1\n\ndata: {"n":1}\n\n'),
  )
  const errors: unknown[] = []
  const events = stream(ticks, null, {
    baseUrl: server.url,
    onError: (error) => void errors.push(error),
  })
  await expect(events.next()).resolves.toMatchObject({ value: { payload: { n: 1 } } })
  expect(errors).toMatchObject([{ code: 'parse' }, { code: 'validation' }])
  await events.return()
})

test('answers several next() in order', async () => {
  server = await serve(streaming('data: {"n":1}\n\ndata: {"n":2}\n\n'))
  const events = stream(ticks, null, { baseUrl: server.url })
  const results = await Promise.all([events.next(), events.next()])
  expect(results.map(({ value }) => value?.payload)).toEqual([{ n: 1 }, { n: 2 }])
  await events.return()
})

test('throws a terminal error once, behind the events in front of it, and is done', async () => {
  server = await serve(ending('data: {"n":1}\n\n'), status(401))
  const events = stream(ticks, null, {
    baseUrl: server.url,
    reconnect: fast,
    onError: () => undefined,
  })
  await expect(events.next()).resolves.toMatchObject({ done: false })
  const failed = events.next()
  const after = events.next()
  await expect(failed).rejects.toMatchObject({ code: 'status', status: 401, retrying: false })
  await expect(after).resolves.toEqual({ value: undefined, done: true })
  await expect(events.next()).resolves.toEqual({ value: undefined, done: true })
})

test('throws a terminal error also without a pending read', async () => {
  server = await serve(status(401))
  const events = stream(ticks, null, { baseUrl: server.url })
  await expect(events.next()).rejects.toBeInstanceOf(EventSourceError)
})

test('ends with 204', async () => {
  server = await serve(ending('data: {"n":1}\n\n'), status(204))
  const options = { baseUrl: server.url, reconnect: fast, onError: () => undefined }
  const seen: unknown[] = []
  for await (const { payload } of stream(ticks, null, options)) seen.push(payload)
  expect(seen).toEqual([{ n: 1 }])
})

test('wrong options reject the first next(), and only that', async () => {
  const events = stream(ticks, null, {})
  await expect(events.next()).rejects.toMatchObject({ code: 'configuration' })
  await expect(events.next()).resolves.toEqual({ value: undefined, done: true })
})

describe('ends at once, behind a pending next() too', () => {
  const endings = {
    'return()': (events: EventStream<unknown>) => events.return(),
    'throw()': (events: EventStream<unknown>) => events.throw('x').catch(() => undefined),
    asyncDispose: (events: EventStream<unknown>) => events[Symbol.asyncDispose](),
  }
  test.each(Object.entries(endings))('by %s', async (_, end) => {
    server = await serve(streaming())
    const events = stream(ticks, null, { baseUrl: server.url })
    const pending = events.next()
    await server.request(0)
    await end(events)
    await expect(pending).resolves.toEqual({ value: undefined, done: true })
    await expect(events.next()).resolves.toEqual({ value: undefined, done: true })
    await server.idle()
  })

  test('by its signal', async () => {
    server = await serve(streaming())
    const controller = new AbortController()
    const events = stream(ticks, null, { baseUrl: server.url, signal: controller.signal })
    const pending = events.next()
    await server.request(0)
    controller.abort()
    await expect(pending).resolves.toEqual({ value: undefined, done: true })
    await server.idle()
  })

  test('before the first next(): no request is made', async () => {
    server = await serve(streaming())
    const events = stream(ticks, null, { baseUrl: server.url })
    await events.return()
    await expect(events.next()).resolves.toEqual({ value: undefined, done: true })
    await expect(events.throw(new Error('mine'))).rejects.toThrow('mine')
    expect(server.requests).toEqual([])
  })
})

test('buffers at most maxBuffered events and a chunk without a reader, and loses none', async () => {
  const total = 500
  const filler = 'x'.repeat(64 * 1024)
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
  const events = stream(ticks, null, { baseUrl: server.url, maxBuffered: 2 })
  await events.next()
  for (let still = 0, seen = -1; still < 20; await new Promise((r) => setTimeout(r, 5))) {
    still = written === seen ? still + 1 : 0
    seen = written
  }
  expect(written).toBeLessThan(total * 0.8)
  for (let n = 1; n < total; n++) {
    expect(await events.next()).toMatchObject({ value: { payload: { n } } })
  }
  await events.return()
})
