import { listen, stream } from '../../../runtime/fetch-client'
import {
  data,
  drop,
  end,
  gap,
  message,
  refuseConnection,
  scriptedServer,
  delay,
  status,
} from '../../../runtime/testing'
import { ticks, Tick } from './support/channels'
import { record } from './support/recorder'

type Ticks = { tick: Tick | null }

const options = {
  baseUrl: 'http://test.invalid',
  reconnect: { initialDelay: 0, factor: 1, jitter: 0 },
}

test('plays messages, errors, silences and drops to a listener', async () => {
  const server = scriptedServer(
    message(Tick, { n: 1 }, { id: '1' }),
    delay(20),
    data('{"n":', { event: 'tick' }),
    gap(),
    drop(),
    refuseConnection(),
    status(503, { 'Retry-After': '0' }),
    message(Tick, null, { retry: 50 }),
    end(),
    status(401),
  )
  const { listener, calls } = record<Ticks>()
  const onGap = jest.fn()
  await listen(ticks, listener, null, { ...options, fetch: server.fetch, onGap }).closed
  expect(calls.map(({ message, details }) => details.cause?.code ?? message)).toEqual([
    { n: 1 },
    'parse',
    'network',
    'network',
    'status',
    null,
    'status',
  ])
  expect(onGap).toHaveBeenCalledTimes(1)
  expect(server.requests.map(({ headers }) => headers.get('Last-Event-ID'))).toEqual([
    null,
    '1',
    '1',
    '1',
    '1',
  ])
  expect(server.requests[0]?.url).toBe('http://test.invalid/ticks')
  await server.drained()
})

test('accepts steps while it runs, and resolves when the client has read everything', async () => {
  const server = scriptedServer()
  const { listener, calls } = record<Ticks>()
  const subscription = listen(ticks, listener, null, { ...options, fetch: server.fetch })
  await server.drained()
  expect(calls).toEqual([])
  server.enqueue(message(Tick, { n: 1 }), message(Tick, { n: 2 }))
  await server.drained()
  expect(calls.map(({ message }) => message)).toEqual([{ n: 1 }, { n: 2 }])
  subscription.close()
})

test('plays to a stream', async () => {
  const server = scriptedServer(message(Tick, { n: 1 }), end(), status(204))
  const seen: unknown[] = []
  const quiet = { ...options, fetch: server.fetch, onError: () => undefined }
  for await (const { payload } of stream(ticks, null, quiet)) seen.push(payload)
  expect(seen).toEqual([{ n: 1 }])
})

test('splits data into lines', () => {
  expect(data('a\r\nb\rc\n')).toEqual({
    kind: 'text',
    text: 'data: a\ndata: b\ndata: c\ndata: \n\n',
  })
})
