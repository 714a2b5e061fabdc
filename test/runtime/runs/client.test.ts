import { createAdaptorServer } from '@hono/node-server'
import express from 'express'
import type { AddressInfo } from 'node:net'
import { withExpress } from '../server/support/express'
import { withFetch } from '../../../runtime/fetch'
import { stream, type ClientOptions } from '../../../runtime/fetch-client'
import { createRuns, memoryRuns, type RunProducer, type RunsOptions } from '../../../runtime/runs'
import { Balancer } from '../brokers/redis/support/kills/balancer'
import { Hosts } from '../server/support/host'
import { chat, chatClient, type ChatEvents, type Place, type Prompt } from './support/channel'
import { numbers } from './support/service'

type Producer<User extends object | true = true> = RunProducer<
  ChatEvents,
  never,
  Place,
  Prompt,
  User
>

const hosts = new Hosts()
afterEach(hosts.close)

const HOSTS = ['Express', 'fetch'] as const

/** What a client of a run has received, and what it has sent. */
interface Reading {
  readonly tokens: number[]
  readonly requests: [method: string, lastEventId: string | null, credentials: string | null][]
  readonly error: unknown
  readonly location: string | undefined
}

/** Serves runs on a host, over sockets that a test can cut. */
async function serve<User extends object | true = true>(
  host: (typeof HOSTS)[number],
  producer: Producer<User>,
  options: RunsOptions<Place, User> = {},
): Promise<Balancer> {
  const quiet = { drainTimeout: 0, retry: 10, onError: () => undefined }
  const runs = createRuns(chat, producer, { ...quiet, ...options })
  hosts.finally(() => runs.close())
  let url: string
  if (host === 'Express') {
    const app = express()
    withExpress(runs).register(app)
    url = await hosts.serve(app)
  } else {
    const server = createAdaptorServer({ fetch: withFetch(runs).fetch })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    hosts.finally(() => new Promise((resolve) => server.close(() => resolve(undefined))))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  const network = await Balancer.start([Number(new URL(url).port)])
  hosts.finally(() => network.close())
  return network
}

/** Reads a run to its end. `onToken` is called with each number and the URL of the run. */
async function read(
  baseUrl: string,
  call: ClientOptions & Record<string, unknown>,
  onToken: (n: number, location: string) => void = () => undefined,
): Promise<Reading> {
  const requests: Reading['requests'] = []
  const events = stream(chatClient, { model: 'gpt' }, {
    baseUrl,
    reconnect: { initialDelay: 0, factor: 1, jitter: 0 },
    onError: () => undefined,
    fetch: (url: RequestInfo | URL, init?: RequestInit) => {
      const headers = new Headers(init?.headers)
      requests.push([
        init?.method ?? 'GET',
        headers.get('last-event-id'),
        headers.get('authorization'),
      ])
      return fetch(url, init)
    },
    ...call,
  } as ClientOptions)
  const tokens: number[] = []
  let error: unknown
  try {
    for await (const { type, payload } of events) {
      if (type !== 'token') continue
      tokens.push(payload.n)
      onToken(payload.n, events.location ?? '')
    }
  } catch (caught) {
    error = caught
  }
  return { tokens, requests, error, location: events.location }
}

const counting = <User extends object | true = true>(
  onStart: () => void = () => undefined,
): Producer<User> =>
  async function* ({ body, signal }) {
    onStart()
    for (let n = 1; n <= body.count && !signal.aborted; n++) {
      yield { event: 'token', message: { n } }
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    if (!signal.aborted) yield { event: 'finish', message: { reason: 'stop' } }
  }

const upTo = (n: number): number[] => numbers(1, n).map(Number)

describe.each(HOSTS)('A client of runs on %s', (host) => {
  it('continues behind the last event after each cut of the connection, and sends one POST', async () => {
    let starts = 0
    const cuts = new Set([1, 2, 20, 40])
    const network = await serve(host, async function* ({ body }) {
      starts++
      for (let n = 1; n <= body.count; n++) {
        yield { event: 'token', message: { n } }
        while (cuts.has(n)) await new Promise((resolve) => setTimeout(resolve, 1))
      }
      yield { event: 'finish', message: { reason: 'stop' } }
    })
    const { tokens, requests, error } = await read(network.url, { body: { count: 50 } }, (n) => {
      if (cuts.delete(n)) network.cut()
    })
    expect([tokens, error, starts]).toEqual([upTo(50), undefined, 1])
    const [first, ...others] = requests
    expect(first).toEqual(['POST', null, null])
    expect(others.length).toBeGreaterThanOrEqual(4)
    expect(others.map(([method]) => method)).toEqual(others.map(() => 'GET'))
    const positions = others.map(([, id]) => Number(id))
    expect(positions).toEqual([...positions].sort((a, b) => a - b))
    expect(positions[0]).toBeGreaterThanOrEqual(1)
  })

  it('reads the rest after a reload at each event, while the run is written and after it', async () => {
    const network = await serve(host, counting())
    const readers: Promise<Reading>[] = []
    const at = (location: string, n: number): Promise<Reading> =>
      read(network.url, { resume: { location, ...(n > 0 && { lastEventId: String(n) }) } })
    const whole = await read(network.url, { body: { count: 30 } }, (n, location) => {
      readers.push(at(location, n))
    })
    const { location = '' } = whole
    expect(whole.tokens).toEqual(upTo(30))
    const later = await Promise.all([0, ...upTo(30), 31].map((n) => at(location, n)))
    expect(later.map(({ tokens }) => tokens)).toEqual(
      [0, ...upTo(30), 31].map((n) => upTo(30).slice(n)),
    )
    const during = await Promise.all(readers)
    expect(during.map(({ tokens }) => tokens)).toEqual(upTo(30).map((n) => upTo(30).slice(n)))
    expect([...later, ...during].map(({ error }) => error)).toEqual(
      Array.from({ length: later.length + during.length }, () => undefined),
    )
  })

  it('repeats a POST whose response is lost with its idempotency key, and reads the run that it has started', async () => {
    let starts = 0
    const network = await serve(
      host,
      counting(() => {
        // No byte of the response has left the server.
        if (starts++ === 0) network.cut()
      }),
    )
    const call = { body: { count: 20 }, idempotencyKey: 'once' }
    const { tokens, requests, error } = await read(network.url, call)
    expect([tokens, error, starts]).toEqual([upTo(20), undefined, 1])
    expect(requests.map(([method]) => method)).toEqual(['POST', 'POST'])
  })

  it('ends as incomplete after all events of a run that fails, or that reaches its bound', async () => {
    const failing = await serve(host, async function* ({ body }) {
      for (let n = 1; n <= body.count; n++) yield { event: 'token', message: { n } }
      throw new Error('the model does not answer')
    })
    const failed = await read(failing.url, { body: { count: 7 } })
    expect(failed.tokens).toEqual(upTo(7))
    expect(failed.error).toMatchObject({ code: 'incomplete', retrying: false })

    const bounded = await serve(host, counting(), { maxRunBytes: 2000 })
    const { tokens, error, location } = await read(bounded.url, { body: { count: 1e6 } })
    expect(tokens.length).toBeGreaterThan(20)
    expect(tokens.length).toBeLessThan(2000 / 32)
    expect(tokens).toEqual(upTo(tokens.length))
    expect(error).toMatchObject({ code: 'incomplete', retrying: false })
    // A client that connects later gets the same.
    const later = await read(bounded.url, { resume: { location } })
    expect([later.tokens, later.error]).toEqual([tokens, error])
  })

  it('ends without an error when another client stops the run', async () => {
    const network = await serve(host, counting())
    const stops: Promise<Response>[] = []
    const { tokens, error } = await read(network.url, { body: { count: 1e6 } }, (n, location) => {
      if (n === 10) stops.push(fetch(location, { method: 'DELETE' }))
    })
    expect(error).toBeUndefined()
    expect(tokens).toEqual(upTo(tokens.length))
    const [stopped] = await Promise.all(stops)
    expect([stopped?.status, stopped?.headers.get('eventsource-end')]).toEqual([204, 'stopped'])
  })

  it('has the same error for a run of another user and for one that never was', async () => {
    const network = await serve(host, counting<{ user: string }>(), {
      authorize: (request) => {
        const user = request.header('authorization')?.replace('Bearer ', '')
        return user === undefined ? 401 : { user }
      },
      ownerKey: ({ user }) => user,
    })
    const { url } = network
    const own = await read(url, { body: { count: 3 }, authorization: 'ada' })
    expect([own.tokens, own.error]).toEqual([upTo(3), undefined])
    const { location = '' } = own
    const resumed = await read(url, { resume: { location }, authorization: 'ada' })
    expect(resumed.tokens).toEqual(upTo(3))
    const stranger = await read(url, { resume: { location }, authorization: 'eve' })
    const unknown = location.replace(/[0-9a-f]{32}$/, 'f'.repeat(32))
    const never = await read(url, { resume: { location: unknown }, authorization: 'eve' })
    expect(stranger.error).toMatchObject({ code: 'status', status: 404, retrying: false })
    expect(never.error).toEqual(stranger.error)
    expect([stranger.requests.length, never.requests.length]).toEqual([1, 1])
  })
})

it('A client sends no credentials to a run of another origin, and does not continue there without resumeOrigins', async () => {
  const log = memoryRuns()({ name: 'Chat', retention: 60_000, maxRunTime: 60_000 })
  const options = { broker: () => log, onError: () => undefined }
  const other = await serve('Express', counting(), options)
  const runs = createRuns(chat, counting(), options)
  hosts.finally(() => runs.close())
  const app = express()
  app.use((request, response, next) => {
    const { setHeader } = response
    response.setHeader = (name, value) =>
      setHeader.call(
        response,
        name,
        name === 'Location' ? new URL(String(value), new URL(request.url, other.url)).href : value,
      )
    next()
  })
  withExpress(runs).register(app)
  const origin = await Balancer.start([Number(new URL(await hosts.serve(app)).port)])
  hosts.finally(() => origin.close())

  const call = { body: { count: 20 }, authorization: 'secret' }
  const cut = (n: number): void => {
    if (n === 5) origin.cut()
  }
  const refused = await read(origin.url, call, cut)
  expect(refused.error).toMatchObject({ code: 'incomplete' })
  expect(refused.requests).toEqual([['POST', null, 'Bearer secret']])

  const followed = await read(origin.url, { ...call, resumeOrigins: [other.url] }, cut)
  expect([followed.tokens, followed.error]).toEqual([upTo(20), undefined])
  expect(followed.location?.startsWith(other.url)).toBe(true)
  const [first, ...others] = followed.requests
  expect(first).toEqual(['POST', null, 'Bearer secret'])
  expect(others.length).toBeGreaterThan(0)
  expect(others.map(([method, , credentials]) => [method, credentials])).toEqual(
    others.map(() => ['GET', null]),
  )
})
