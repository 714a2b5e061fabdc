import { once } from 'node:events'
import { Agent, createServer, request, type IncomingMessage } from 'node:http'
import express, { type Express } from 'express'
import Fastify from 'fastify'
import { withExpress } from '../server/support/express'
import { withFastify } from '../../../runtime/fastify'
import { withFetch } from '../../../runtime/fetch'
import { withNode } from '../../../runtime/node'
import type { RunBroker } from '../../../runtime/runs/run-log'
import {
  createRuns,
  memoryRuns,
  type NamedMessage,
  type RunProducer,
  type Runs,
  type RunsOptions,
} from '../../../runtime/runs'
import { deferred, EXPRESSES, Hosts } from '../server/support/host'
import { chat, type ChatEvents, type Place, type Prompt } from './support/channel'
import { readResponse, tokensOf, type Reading } from './support/run-client'
import { aborted } from './support/service'

type Producer = RunProducer<ChatEvents, never, Place, Prompt>

/** Sends a request to runs that a host serves. */
type Send = (path: string, init?: RequestInit) => Promise<Response>

const hosts = new Hosts()
afterEach(hosts.close)

async function* tokens(count: number): AsyncGenerator<NamedMessage<ChatEvents>> {
  for (let n = 1; n <= count; n++) {
    yield { event: 'token', message: { n } }
    await new Promise(setImmediate)
  }
}

const produceCount: Producer = ({ body }) => tokens(body.count)

function makeRuns<User extends object | true = true>(
  producer: RunProducer<ChatEvents, never, Place, Prompt, User>,
  options: RunsOptions<Place, User> = {},
): Runs {
  const quiet = { drainTimeout: 0, retry: 100, onError: () => undefined }
  const runs = createRuns(chat, producer, { ...quiet, ...options })
  hosts.finally(() => runs.close())
  return runs
}

function sendTo(url: string): Send {
  return (path, init) => fetch(new URL(path, url), init)
}

async function onExpress(runs: Runs, app: Express = express()): Promise<Send> {
  withExpress(runs).register(app)
  return sendTo(await hosts.serve(app))
}

const HOSTS: [name: string, serve: (runs: Runs) => Promise<Send>][] = [
  ...EXPRESSES.map(([name, make]): (typeof HOSTS)[number] => [
    `Express ${name}`,
    (runs) => onExpress(runs, make()),
  ]),
  [
    'Express with express.json()',
    (runs) => onExpress(runs, express().use(express.json()) as Express),
  ],
  [
    'node:http',
    async (runs) => {
      const { handle } = withNode(runs)
      return sendTo(
        await hosts.listen(
          createServer((request, response) => {
            if (!handle(request, response)) response.writeHead(404).end()
          }),
        ),
      )
    },
  ],
  [
    'fetch',
    async (runs) => {
      const handler = withFetch(runs).fetch
      return (path, init) => handler(new Request(new URL(path, 'http://a.example'), init))
    },
  ],
  [
    'Fastify',
    async (runs) => {
      const fastify = Fastify({ forceCloseConnections: true })
      withFastify(runs).register(fastify)
      const url = await fastify.listen({ port: 0, host: '127.0.0.1' })
      hosts.finally(() => fastify.close())
      return sendTo(url)
    },
  ],
]

function post(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  }
}

/** The path of a run that a POST to `chat/gpt` has started. */
function pathOf({ headers }: { headers: Headers }): string {
  return new URL(headers.get('location') ?? '', 'http://a.example/chat/gpt').pathname
}

describe.each(HOSTS)('Runs on %s', (_, serve) => {
  it('start with 201, a Location and the events; resume by GET after each event', async () => {
    const send = await serve(makeRuns(produceCount))
    const started = await send('/chat/gpt', post({ count: 20 }))
    expect(started.status).toBe(201)
    expect(started.headers.get('content-type')).toBe('text/event-stream')
    expect(started.headers.get('location')).toMatch(/^\.\/gpt\/[0-9a-f]{32}$/)
    const first = await readResponse(started)
    expect(first.isComplete).toBe(true)
    expect(first.events.map(({ id }) => Number(id))).toEqual(tokensOf(first.events))
    const path = pathOf(started)
    expect((await readResponse(await send(path))).events).toEqual(first.events)
    for (let after = 0; after < 20; after++) {
      const resumed = await readResponse(
        await send(path, { headers: { 'Last-Event-ID': String(after) } }),
      )
      expect(resumed.status).toBe(200)
      expect(resumed.events).toEqual(first.events.slice(after))
    }
    const end = await send(path, { headers: { 'Last-Event-ID': '20' } })
    expect([end.status, end.headers.get('eventsource-end')]).toEqual([204, 'done'])
  })

  it('respond to HEAD with the status and headers of GET', async () => {
    const send = await serve(makeRuns(produceCount))
    const started = await send('/chat/gpt', post({ count: 2 }))
    const path = pathOf(started)
    await readResponse(started)
    const head = async (where: string, last: string): Promise<unknown[]> => {
      const headers = { 'Last-Event-ID': last }
      const response = await send(where, { method: 'HEAD', headers })
      const { status } = response
      return [status, ...['content-type', 'eventsource-end'].map((n) => response.headers.get(n))]
    }
    expect(await head(path, '1')).toEqual([200, 'text/event-stream', null])
    expect(await head(path, '2')).toEqual([204, null, 'done'])
    expect(await head(path, 'x')).toEqual([400, 'application/problem+json', null])
    const unknown = `/chat/gpt/${'0'.repeat(32)}`
    expect(await head(unknown, '')).toEqual([404, 'application/problem+json', null])
  })

  it.each(['create', 'find'] as const)(
    'release the place of a client that disconnects during `%s` of a slow log',
    async (slow) => {
      const called = deferred()
      let isSlow = false
      const broker: RunBroker = (settings) => {
        const log = memoryRuns()(settings)
        const call = log[slow].bind(log) as (...parameters: unknown[]) => Promise<never>
        log[slow] = async (...parameters: unknown[]) => {
          if (!isSlow) return call(...parameters)
          called.resolve()
          await new Promise((resolve) => setTimeout(resolve, 200))
          return call(...parameters)
        }
        return log
      }
      const runs = makeRuns(produceCount, { broker, maxConnections: 1, closeTimeout: 100 })
      const send = await serve(runs)
      const start = post({ count: 2 })
      const started = await send('/chat/gpt', start)
      await readResponse(started)
      isSlow = true
      const controller = new AbortController()
      const { signal } = controller
      const lost =
        slow === 'create'
          ? send('/chat/gpt', { ...start, signal })
          : send(pathOf(started), { signal })
      lost.catch(() => undefined)
      await called.promise
      await new Promise((resolve) => setTimeout(resolve, 50))
      controller.abort()
      await new Promise((resolve) => setTimeout(resolve, 300))
      expect((await send('/chat/gpt', start)).status).toBe(201)
      await runs.close()
    },
  )

  it('respond with 500 if the check of an origin throws after `close`', async () => {
    const cors = {
      origin: (): boolean => {
        throw new Error('no origin')
      },
    }
    const runs = makeRuns(produceCount, { cors })
    const send = await serve(runs)
    await runs.close()
    const headers = { Origin: 'null' }
    const answers = [
      await send('/chat/gpt', post({ count: 2 }, headers)),
      await send(`/chat/gpt/${'0'.repeat(32)}`, { headers }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([500, 500])
  })

  it('stop by DELETE, any number of times, and return how they ended', async () => {
    let wasAborted = false
    const producer: Producer = async function* ({ signal }) {
      yield* tokens(3)
      await aborted(signal)
      wasAborted = true
    }
    const send = await serve(makeRuns(producer))
    const started = await send('/chat/gpt', post({ count: 0 }))
    const reading = readResponse(started)
    const path = pathOf(started)
    await readResponse(await send(path), (events) => events.length === 3)
    for (let time = 0; time < 2; time++) {
      const stopped = await send(path, { method: 'DELETE' })
      expect([stopped.status, stopped.headers.get('eventsource-end')]).toEqual([204, 'stopped'])
    }
    expect((await reading).isComplete).toBe(true)
    while (!wasAborted) await new Promise(setImmediate)
  })

  it('abort the response of a failed run after its events, and return the failure afterwards', async () => {
    const errors: unknown[] = []
    const producer: Producer = async function* () {
      yield* tokens(3)
      throw new Error('no more')
    }
    const send = await serve(makeRuns(producer, { onError: (error) => void errors.push(error) }))
    const started = await send('/chat/gpt', post({ count: 0 }))
    const { events, isComplete } = await readResponse(started)
    expect([tokensOf(events), isComplete]).toEqual([[1, 2, 3], false])
    const end = await send(pathOf(started), { headers: { 'Last-Event-ID': '3' } })
    expect([end.status, end.headers.get('eventsource-end')]).toEqual([204, 'failed'])
    expect(errors).toEqual([new Error('no more')])
  })

  it('refuse bodies that are malformed, too large, of another type or against the schema', async () => {
    const send = await serve(makeRuns(produceCount, { maxBodyBytes: 1000 }))
    const statusOf = async (init: RequestInit): Promise<number> =>
      (await send('/chat/gpt', { method: 'POST', ...init })).status
    const json = { 'Content-Type': 'application/json' }
    expect(await statusOf({ headers: json, body: '{' })).toBe(400)
    const invalid = await send('/chat/gpt', post({}))
    expect(invalid.status).toBe(400)
    expect(await invalid.json()).toMatchObject({ pointer: '/count' })
    expect(await statusOf({ headers: { 'Content-Type': 'application/xml' }, body: '<a/>' })).toBe(
      415,
    )
  })
})

describe('Runs', () => {
  const open: Producer = async function* ({ signal }) {
    yield { event: 'token', message: { n: 1 } }
    await aborted(signal)
  }

  it('go on when every client has disconnected', async () => {
    let finish: () => void = () => undefined
    const paused = new Promise<void>((resolve) => (finish = resolve))
    const send = await onExpress(
      makeRuns(async function* () {
        yield* tokens(5)
        await paused
        yield { event: 'token', message: { n: 6 } }
      }),
    )
    const controller = new AbortController()
    const started = await send('/chat/gpt', { ...post({ count: 0 }), signal: controller.signal })
    await readResponse(started, (events) => events.length >= 5)
    controller.abort()
    finish()
    const { events } = await readResponse(await send(pathOf(started)))
    expect(tokensOf(events)).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('end at a terminal message', async () => {
    const send = await onExpress(
      makeRuns(async function* () {
        yield { event: 'token', message: { n: 1 } }
        yield { event: 'finish', message: { reason: 'stop' } }
        yield { event: 'token', message: { n: 2 } }
      }),
    )
    const { events, isComplete } = await readResponse(await send('/chat/gpt', post({ count: 0 })))
    expect(events.map(({ event }) => event)).toEqual(['token', 'finish'])
    expect(isComplete).toBe(true)
  })

  it('fail if a message violates its schema', async () => {
    const errors: unknown[] = []
    const send = await onExpress(
      makeRuns(
        async function* () {
          yield { event: 'token', message: {} as never }
        },
        { onError: (error) => void errors.push(error) },
      ),
    )
    const { isComplete } = await readResponse(await send('/chat/gpt', post({ count: 0 })))
    expect(isComplete).toBe(false)
    expect(errors).toMatchObject([{ name: 'InvalidMessageError' }])
  })

  it('join a POST that is repeated with its Idempotency-Key, whose response was lost', async () => {
    const send = await onExpress(makeRuns(produceCount))
    const headers = { 'Idempotency-Key': '"7f3"' }
    const lost = await send('/chat/gpt', post({ count: 10 }, headers))
    await lost.body?.cancel()
    const again = await send('/chat/gpt', post({ count: 10 }, headers))
    expect([again.status, again.headers.get('location')]).toEqual([
      201,
      lost.headers.get('location'),
    ])
    expect(tokensOf((await readResponse(again)).events)).toHaveLength(10)
    expect((await send('/chat/gpt', post({ count: 11 }, headers))).status).toBe(422)
    const other = await send('/chat/other', post({ count: 10 }, headers))
    expect(pathOf(other)).not.toBe(pathOf(lost))
    expect(
      (await send('/chat/gpt', post({ count: 1 }, { 'Idempotency-Key': 'x'.repeat(256) }))).status,
    ).toBe(400)
  })

  it('respond alike to a client for a run of another client, an unknown run, and a wrong address', async () => {
    const asked: unknown[] = []
    const runs = makeRuns<{ id: string }>(
      async function* ({ identity, signal }) {
        yield { event: 'token', message: { n: identity.id.length } }
        await aborted(signal)
      },
      {
        authorize: (request, _parameters, _credentials, context) => {
          asked.push(context)
          return { id: request.header('x-user') ?? '' }
        },
        ownerKey: ({ id }) => id,
      },
    )
    const send = await onExpress(runs)
    const ada = { 'X-User': 'ada' }
    const started = await send('/chat/gpt', post({ count: 0 }, ada))
    const path = pathOf(started)
    const run = path.slice(path.lastIndexOf('/') + 1)
    const answers: unknown[] = []
    for (const [where, user] of [
      [path, 'eve'],
      [`/chat/gpt/${'0'.repeat(32)}`, 'eve'],
      [`/chat/other/${run}`, 'ada'],
    ] as const) {
      for (const method of ['GET', 'DELETE']) {
        const response = await send(where, { method, headers: { 'X-User': user } })
        answers.push([response.status, await response.text()])
      }
    }
    expect(new Set(answers.map((each) => JSON.stringify(each))).size).toBe(1)
    expect(answers[0]).toEqual([404, expect.stringContaining('there is no such run')])
    const own = await readResponse(await send(path, { headers: ada }), (each) => each.length === 1)
    expect(tokensOf(own.events)).toEqual([3])
    expect(asked.slice(0, 3)).toEqual([
      { action: 'start' },
      { action: 'resume', run },
      { action: 'stop', run },
    ])
    expect((await send(path, { method: 'DELETE', headers: ada })).status).toBe(204)
  })

  it('need ownerKey if authorize returns an object', async () => {
    const errors: unknown[] = []
    const runs = makeRuns<{ id: string }>(() => tokens(1), {
      authorize: () => ({ id: 'ada' }),
      onError: (error) => void errors.push(error),
    })
    const { handle } = withNode(runs)
    const send = sendTo(
      await hosts.listen(createServer((request, response) => void handle(request, response))),
    )
    expect((await send('/chat/gpt', post({ count: 1 }))).status).toBe(500)
    expect(errors).toEqual([
      new TypeError(
        'Chat: authorize returned an object; add the option ownerKey, which returns the key of the user whose run it is',
      ),
    ])
  })

  it.each([
    [false, 401],
    [403, 403],
  ] as const)(
    'refuse a start, a resume and a stop where authorize returns %s',
    async (result, status) => {
      const send = await onExpress(makeRuns(open, { authorize: () => result }))
      const path = `/chat/gpt/${'0'.repeat(32)}`
      expect((await send('/chat/gpt', post({ count: 1 }))).status).toBe(status)
      expect((await send(path)).status).toBe(status)
      expect((await send(path, { method: 'DELETE' })).status).toBe(status)
    },
  )

  it('limit open runs, in all and for each client', async () => {
    const send = await onExpress(
      makeRuns(open, {
        maxRuns: 2,
        maxRunsPerKey: 1,
        connectionKey: (each) => each.header('x-key') ?? '',
      }),
    )
    const start = async (key: string): Promise<Response> => {
      const response = await send('/chat/gpt', post({ count: 1 }, { 'X-Key': key }))
      await response.body?.cancel()
      return response
    }
    expect((await start('a')).status).toBe(201)
    expect((await start('a')).status).toBe(429)
    expect((await start('b')).status).toBe(201)
    const full = await start('c')
    expect(full.status).toBe(503)
    expect(Number(full.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('answer preflights with the methods and headers of runs, and expose Location and EventSource-End', async () => {
    const send = await onExpress(makeRuns(produceCount, { cors: true }))
    const origin = { Origin: 'https://app.example' }
    for (const path of ['/chat/gpt', `/chat/gpt/${'0'.repeat(32)}`]) {
      const preflight = await send(path, {
        method: 'OPTIONS',
        headers: { ...origin, 'Access-Control-Request-Method': 'POST' },
      })
      const header = (name: string): string => preflight.headers.get(`access-control-${name}`) ?? ''
      expect(header('allow-methods').split(', ')).toEqual(
        expect.arrayContaining(['POST', 'GET', 'DELETE']) as string[],
      )
      expect(header('allow-headers').split(', ')).toEqual(
        expect.arrayContaining(['Content-Type', 'Idempotency-Key', 'Last-Event-ID']) as string[],
      )
    }
    const started = await send('/chat/gpt', post({ count: 1 }, origin))
    expect(started.headers.get('access-control-expose-headers')?.split(', ')).toEqual(
      expect.arrayContaining(['Location', 'EventSource-End']) as string[],
    )
    await readResponse(started)
  })

  it('give a Location that is correct behind a mount, and behind a proxy that removes a prefix', async () => {
    const app = express()
    const router = express.Router()
    withExpress(makeRuns(produceCount)).register(router)
    app.use('/api/v1', router)
    const url = await hosts.serve(app)
    for (const path of ['api/v1/chat/gpt', 'api/v1/chat/gpt/']) {
      const started = await fetch(new URL(path, url), post({ count: 2 }))
      const location = new URL(started.headers.get('location') ?? '', started.url)
      expect(tokensOf((await readResponse(await fetch(location))).events)).toEqual([1, 2])
      await readResponse(started)
    }
  })

  it('do not hold more of a run for a client that does not read than a page', async () => {
    const send = await onExpress(makeRuns(() => tokens(20_000), { maxRunBytes: 64 * 1024 * 1024 }))
    const started = await send('/chat/gpt', post({ count: 0 }))
    const path = pathOf(started)
    const whole: Reading = await readResponse(await send(path))
    expect(tokensOf(whole.events)).toHaveLength(20_000)
    // Only now the first client reads.
    expect((await readResponse(started)).events).toEqual(whole.events)
  })

  it('close: streams end with a reconnection time, and every later request gets 503', async () => {
    const runs = makeRuns(open, { cors: true })
    const send = await onExpress(runs)
    const started = await send('/chat/gpt', post({ count: 1 }))
    const reading = readResponse(started)
    await runs.close()
    const { events } = await reading
    expect(tokensOf(events)).toEqual([1])
    const path = pathOf(started)
    for (const [where, init] of [
      ['/chat/gpt', post({ count: 1 })],
      [path, {}],
      [path, { method: 'DELETE' }],
    ] as const) {
      const { status, headers } = await send(where, {
        ...init,
        headers: { 'Content-Type': 'application/json', Origin: 'https://app.example' },
      })
      expect(status).toBe(503)
      expect(headers.get('retry-after')).toMatch(/^\d$/)
      expect(headers.get('access-control-allow-origin')).toBe('*')
    }
  })

  it('are resumed and stopped through their own channel, if a query parameter distinguishes two', async () => {
    const app = express()
    for (const mode of ['a', 'b']) {
      const channel = { ...chat, name: `Chat${mode}`, queryConstants: { mode } }
      const runs = createRuns(channel, produceCount, { drainTimeout: 0 })
      hosts.finally(() => runs.close())
      withExpress(runs).register(app)
    }
    const url = await hosts.serve(app)
    for (const mode of ['a', 'b']) {
      const started = await fetch(`${url}/chat/gpt?mode=${mode}`, post({ count: 2 }))
      const location = new URL(started.headers.get('location') ?? '', started.url)
      expect(location.search).toBe(`?mode=${mode}`)
      expect(tokensOf((await readResponse(started)).events)).toEqual([1, 2])
      expect(tokensOf((await readResponse(await fetch(location))).events)).toEqual([1, 2])
      expect((await fetch(location, { method: 'DELETE' })).status).toBe(204)
    }
  })

  it('answer a preflight with the method of their channel', async () => {
    const runs = createRuns({ ...chat, method: 'PUT' }, produceCount, { cors: true })
    hosts.finally(() => runs.close())
    const headers = { Origin: 'https://app.example', 'Access-Control-Request-Method': 'PUT' }
    const send = await onExpress(runs)
    const preflight = await send('/chat/gpt', { method: 'OPTIONS', headers })
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PUT')
  })

  it('close the connection of a body that is too large and was not read', async () => {
    const { handle } = withNode(makeRuns(produceCount, { maxBodyBytes: 1000 }))
    const url = await hosts.listen(
      createServer((request, response) => void handle(request, response)),
    )
    const sent = request(`${url}/chat/gpt`, {
      method: 'POST',
      agent: new Agent({ keepAlive: true }),
      headers: { 'Content-Type': 'application/json' },
    })
    const responded = once(sent, 'response')
    sent.on('error', () => undefined).write('x'.repeat(100_000))
    const [response] = (await responded) as [IncomingMessage]
    expect(response.statusCode).toBe(413)
    expect(response.headers.connection).toBe('close')
    sent.destroy()
  })

  it.each([{ maxRunTime: Infinity }, { maxRunTime: 2 ** 31 }, { drainTimeout: Infinity }])(
    'refuse a time that no timer can have: %j',
    (options) => {
      const [option = ''] = Object.keys(options)
      expect(() => createRuns(chat, produceCount, options)).toThrow(
        `Chat: ${option} must be at most 2147483647 ms`,
      )
    },
  )

  it('answer 400 to a Last-Event-ID of another run', async () => {
    const send = await onExpress(makeRuns(produceCount))
    const started = await send('/chat/gpt', post({ count: 1 }))
    await readResponse(started)
    for (const id of ['x', '-1', '1.5', '9'.repeat(30)]) {
      const response = await send(pathOf(started), { headers: { 'Last-Event-ID': id } })
      expect(response.status).toBe(400)
    }
  })
})
