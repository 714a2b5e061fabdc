import { EventSource } from 'eventsource'
import {
  resolveCredentials,
  listen,
  stream,
  type ClientChannel,
} from '../../../runtime/eventsource-client'
import { rooms, ticks, type RoomEvents, type Tick } from './support/channels'
import { record } from './support/recorder'
import { ending, serve, status, streaming, type TestServer } from './support/server'

type Ticks = { tick: Tick | null }

const room = { roomId: 'a/b' }

let server: TestServer | undefined
afterEach(() => server?.close())

test('the standard client receives the same events', async () => {
  server = await serve(
    streaming(
      [
        'id: 1\nevent: joined\ndata: {"user":"ada"}\n\n',
        'event: kicked\ndata: {"user":"ada"}\n\n',
        'event: error\ndata: {"code":7}\n\n',
        'data: {"user":"ada","reason":"late"}\n\n',
        'event: left\ndata: {"user":1}\n\n',
      ].join(''),
    ),
  )
  const onOpen = jest.fn()
  const { listener, count } = record<RoomEvents>()
  const subscription = listen(rooms, listener, room, { baseUrl: server.url, onOpen })
  const calls = await count(4)
  expect(subscription.readyState).toBe(1)
  subscription.close()
  await subscription.closed
  await server.idle()
  expect(subscription.readyState).toBe(2)
  expect(onOpen).toHaveBeenCalledTimes(1)
  expect(server.requests[0]?.url).toBe('/rooms/a%2Fb/events')
  expect(calls.map(({ details }) => details.type ?? details.cause?.code)).toEqual([
    'joined',
    'error',
    'left',
    'validation',
  ])
  expect(calls[0]).toMatchObject({ message: { user: 'ada' }, details: { id: '1' } })
})

test('a channel without names receives both kinds of events', async () => {
  server = await serve(
    streaming('data: {"n":1}\n\nevent: tick\ndata: {"n":2}\n\nevent: t\ndata: null\n\n'),
  )
  const { listener, count } = record<Ticks>()
  const subscription = listen(ticks, listener, null, {
    baseUrl: server.url,
    eventTypes: { t: 'tick' },
    EventSource,
  })
  const calls = await count(3)
  subscription.close()
  expect(calls.map(({ message }) => message)).toEqual([{ n: 1 }, { n: 2 }, null])
})

test('a reconnect is reported as an error with retrying: true', async () => {
  server = await serve(
    ending('id: 1\nretry: 10\ndata: {"n":1}\n\n'),
    streaming('data: {"n":2}\n\n'),
  )
  const { listener, count } = record<Ticks>()
  const subscription = listen(ticks, listener, null, { baseUrl: server.url })
  const calls = await count(3)
  subscription.close()
  expect(calls.map(({ message }) => message)).toEqual([{ n: 1 }, null, { n: 2 }])
  expect(calls[1]?.details.cause).toMatchObject({ code: 'network', retrying: true, attempt: 1 })
  expect(server.requests[1]?.headers['last-event-id']).toBe('1')
})

test.each([
  [404, 'status'],
  [200, 'content-type'],
])('status %d without an event stream is the end', async (code, want) => {
  server = await serve(status(code, { 'Content-Type': 'text/plain' }))
  const onClose = jest.fn()
  const { listener, calls } = record<Ticks>()
  await listen(ticks, listener, null, { baseUrl: server.url, onClose }).closed
  expect(calls[0]?.details.cause).toMatchObject({ code: want, status: code, retrying: false })
  expect(onClose.mock.calls).toEqual([[calls[0]?.details.cause]])
})

test('204 is the end, and no error', async () => {
  server = await serve(status(204))
  const { listener, calls } = record<Ticks>()
  await listen(ticks, listener, null, { baseUrl: server.url }).closed
  expect(calls).toEqual([])
})

test('streams', async () => {
  server = await serve(streaming('event: joined\ndata: {"user":"ada"}\n\n'))
  const events = stream(rooms, room, { baseUrl: server.url })
  await expect(events.next()).resolves.toEqual({
    value: { type: 'joined', payload: { user: 'ada' }, id: '', parameters: room },
    done: false,
  })
  const pending = events.next()
  await events.return()
  await expect(pending).resolves.toEqual({ value: undefined, done: true })
  await server.idle()
})

test('an event of `endOn` that no message describes ends the stream', async () => {
  server = await serve(streaming('data: {"n":1}\n\nevent: done\ndata: x\n\n'))
  const { listener, calls } = record<Ticks>()
  const onClose = jest.fn()
  const options = { baseUrl: server.url, endOn: ['done'], onClose }
  await listen(ticks, listener, null, options).closed
  await server.idle()
  expect(calls.map(({ message }) => message)).toEqual([{ n: 1 }])
  expect(onClose.mock.calls).toEqual([[]])
  expect(server.requests).toHaveLength(1)
})

test('close before EventSource is loaded makes no request', async () => {
  server = await serve(streaming())
  const { listener } = record<Ticks>()
  const subscription = listen(ticks, listener, null, { baseUrl: server.url })
  subscription.close()
  await subscription.closed
  await new Promise(setImmediate)
  expect(server.requests).toEqual([])
})

test('credentials go into the query, or nowhere', async () => {
  server = await serve(streaming('data: null\n\n'))
  const secured: ClientChannel<Ticks, null> = {
    ...ticks,
    authenticate: (auth) =>
      resolveCredentials(
        { key: { type: 'apiKey', in: 'query', name: 'key' }, token: { type: 'bearer' } },
        auth,
      ),
  }
  const baseUrl = server.url
  const { listener, count } = record<Ticks>()
  const subscription = listen(secured, listener, null, {
    baseUrl,
    auth: { key: async () => 'abc' },
  })
  await count(1)
  subscription.close()
  expect(server.requests[0]?.url).toBe('/ticks?key=abc')

  const refused = record<Ticks>()
  await listen(secured, refused.listener, null, { baseUrl, auth: { token: 'abc' } }).closed
  expect(refused.calls).toMatchObject([{ details: { cause: { code: 'configuration' } } }])
  expect(refused.calls[0]?.error).toContain('cannot send the header authorization')
})
