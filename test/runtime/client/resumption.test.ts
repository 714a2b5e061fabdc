import { listen, stream, type ClientOptions } from '../../../runtime/fetch-client'
import { requestedTicks as channel, type Tick } from './support/channels'
import { record } from './support/recorder'
import {
  dropping,
  ending,
  serve,
  status,
  streaming,
  type Answer,
  type TestServer,
} from './support/server'

type Ticks = { tick: Tick | null }

const event = (n: number): string => `id: ${n}\ndata: {"n":${n}}\n\n`
const fast = { initialDelay: 0, factor: 1, jitter: 0 }

/** Answers with 201 and a location, sends and breaks the connection. */
const created =
  (text: string, location: string): Answer =>
  (res) => {
    res.writeHead(201, { 'Content-Type': 'text/event-stream', Location: location })
    res.write(text, () => res.destroy())
  }

let server: TestServer
afterEach(() => server.close())

/** The numbers of all events, to the end of the stream. */
async function numbers(options: ClientOptions & Record<string, unknown>): Promise<number[]> {
  const received: number[] = []
  const events = stream(channel, null, {
    baseUrl: server.url,
    reconnect: fast,
    onError: () => undefined,
    ...options,
  })
  for await (const { payload } of events) received.push(Number(payload?.n))
  return received
}

const requestsOf = ({ requests }: TestServer) =>
  requests.map(({ method, url, headers }) => [method, url, headers['last-event-id']])

test('a loss after 201 is continued with GET at the location, behind the last event', async () => {
  server = await serve(
    created(event(1), '/runs/7'),
    dropping(event(2)),
    ending(event(3)),
    status(204, { 'EventSource-End': 'done' }),
  )
  const auth = { authorization: 'abc' }
  await expect(numbers({ body: { q: 1 }, ...auth })).resolves.toEqual([1, 2, 3])
  expect(requestsOf(server)).toEqual([
    ['POST', '/ticks', undefined],
    ['GET', '/runs/7', '1'],
    ['GET', '/runs/7', '2'],
    ['GET', '/runs/7', '3'],
  ])
  expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(
    Array.from({ length: 4 }, () => 'Bearer abc'),
  )
  expect(server.requests[1]?.headers).not.toHaveProperty('content-type')
})

test('a loss before the first event is continued from the start', async () => {
  server = await serve(created(':\n', 'runs/7'), streaming(event(1)))
  const events = stream(channel, null, {
    baseUrl: server.url,
    body: 1,
    reconnect: fast,
    onError: () => undefined,
  })
  await expect(events.next()).resolves.toMatchObject({ value: { payload: { n: 1 } } })
  expect(events.location).toBe(`${server.url}/runs/7`)
  await events.return()
  expect(requestsOf(server)[1]).toEqual(['GET', '/runs/7', undefined])
})

test.each([
  ['done', undefined],
  ['stopped', undefined],
  ['failed', { code: 'incomplete', retrying: false }],
])('the end of a run "%s" is read from the header of the 204', async (end, want) => {
  server = await serve(created(event(1), '/runs/7'), status(204, { 'EventSource-End': end }))
  const { listener, calls } = record<Ticks>()
  const onClose = jest.fn()
  const subscription = listen(channel, listener, null, {
    baseUrl: server.url,
    body: 1,
    reconnect: fast,
    onClose,
  })
  await subscription.closed
  expect(calls[0]?.message).toEqual({ n: 1 })
  expect(subscription.location).toBe(`${server.url}/runs/7`)
  if (want === undefined) expect(onClose.mock.calls).toEqual([[]])
  else expect(onClose.mock.calls).toMatchObject([[want]])
})

test('an early end is an error with reconnect: false, although the run could be resumed', async () => {
  const ending201: Answer = (res) => {
    const headers = { 'Content-Type': 'text/event-stream', Location: '/runs/7' }
    res.writeHead(201, headers).end(event(1))
  }
  server = await serve(ending201)
  const options = { body: 1, reconnect: false as const, endOn: ['over'] }
  await expect(numbers(options)).rejects.toMatchObject({ code: 'incomplete' })
  expect(server.requests).toHaveLength(1)
})

test('a location on 200 is followed with resume: true only', async () => {
  const answer = dropping(event(1), { Location: '/runs/7' })
  server = await serve(answer, status(204))
  await expect(numbers({ body: 1 })).rejects.toMatchObject({ code: 'incomplete' })
  expect(server.requests).toHaveLength(1)
  await server.close()
  server = await serve(answer, status(204))
  await expect(numbers({ body: 1, resume: true })).resolves.toEqual([1])
  expect(requestsOf(server)[1]).toEqual(['GET', '/runs/7', '1'])
})

test('a location of another origin is not followed, and with resumeOrigins gets no credentials', async () => {
  const other = await serve(ending(event(2)), status(204))
  try {
    const answer = created(event(1), `${other.url}/runs/7`)
    server = await serve(answer)
    const headers = { 'X-Key': 'secret' }
    await expect(numbers({ body: 1, headers })).rejects.toMatchObject({ code: 'incomplete' })
    expect(other.requests).toEqual([])
    const options = { body: 1, headers, authorization: 'abc', resumeOrigins: [other.url] }
    await expect(numbers(options)).resolves.toEqual([1, 2])
    expect(requestsOf(other)[0]).toEqual(['GET', '/runs/7', '1'])
    expect(other.requests[0]?.headers).not.toHaveProperty('x-key')
    expect(other.requests[0]?.headers).not.toHaveProperty('authorization')
  } finally {
    await other.close()
  }
})

describe('resume: { location, lastEventId }', () => {
  test('continues a run in place of a request', async () => {
    server = await serve(ending(event(4)), status(204, { 'EventSource-End': 'done' }))
    const resume = { location: `${server.url}/runs/7`, lastEventId: '3' }
    await expect(numbers({ resume })).resolves.toEqual([4])
    expect(requestsOf(server)).toEqual([
      ['GET', '/runs/7', '3'],
      ['GET', '/runs/7', '4'],
    ])
  })

  test('of another origin is refused, unless resumeOrigins lists it', async () => {
    server = await serve(status(204))
    const resume = { location: 'https://other.example/runs/7' }
    await expect(numbers({ resume })).rejects.toMatchObject({ code: 'configuration' })
    expect(server.requests).toEqual([])
  })

  test('of a run that is unknown is an error, and the end', async () => {
    server = await serve(status(404))
    await expect(numbers({ resume: { location: '/runs/7' } })).rejects.toMatchObject({
      code: 'status',
      status: 404,
    })
    expect(server.requests).toHaveLength(1)
  })
})
