import { freePort } from '../support/free-port'
import { type Socket } from 'node:net'
import { inspect } from 'node:util'
import { EventSource } from 'eventsource'
import type { ClientOptions } from '../../runtime/fetch-client'
import { serve, serveRaw, status, streaming, type Answer } from '../runtime/client/support/server'
import { generatedClient, type PeerClient } from './support/peers'

const SECRET = 'hunter2/+&='
const USER = 'ada'

/** All that a credential can look like. */
const FORMS = [
  SECRET,
  encodeURIComponent(SECRET),
  String(new URLSearchParams({ k: SECRET })).slice(2),
  Buffer.from(`${USER}:${SECRET}`).toString('base64'),
  'hunter2',
]

type Options = ClientOptions & { auth?: object }

/** Every way to give the client a credential. */
const CREDENTIALS: Record<string, Options> = {
  authorization: { authorization: SECRET },
  'a header': { headers: { 'X-Session': SECRET } },
  'a bearer token': { auth: { token: () => SECRET } },
  'a name and a password': { auth: { login: { username: USER, password: SECRET } } },
  'a key in a header': { auth: { header: SECRET } },
  'a key in a cookie': { auth: { cookie: SECRET } },
  'a key in the query': { auth: { query: SECRET } },
}

const room = { room: 'a' }

/** What a person or a log may see of something, to its last cause, hidden members too. */
function shown(thing: unknown): string {
  return [
    inspect(thing, { depth: 8, showHidden: true, maxStringLength: null }),
    String(thing),
    JSON.stringify(thing) ?? '',
    ...(thing instanceof Error ? [thing.message, thing.stack, shown(thing.cause)] : []),
  ].join('\n')
}

function expectNoSecret(output: unknown): void {
  const text = shown(output)
  for (const form of FORMS) expect(text).not.toContain(form)
}

let clients: Record<'fetch' | 'eventsource', PeerClient>
beforeAll(async () => {
  clients = {
    fetch: await generatedClient('fetch'),
    eventsource: await generatedClient('eventsource'),
  }
})

/** All output of a subscription until its first error. */
async function outputOf(client: PeerClient, options: Options & { EventSource?: unknown }) {
  const output: unknown[] = []
  const log = jest.spyOn(console, 'error').mockImplementation((...args) => void output.push(args))
  try {
    const code = await new Promise<string>((resolve) => {
      const subscription = client.listenForRoomsRoom(
        (message, parameters, error, details) => {
          output.push(message, parameters, error, details, shown(details.cause), subscription)
          if (details.cause !== undefined) resolve(details.cause.code)
          throw details.cause ?? new Error('a callback that fails')
        },
        room,
        { ...options, onClose: (error) => void output.push(error) },
      )
      output.push(shown(subscription))
      void subscription.closed.then(() => output.push(shown(subscription)))
    })
    ;(output.find((thing) => typeof thing === 'function') as (() => void) | undefined)?.()
    await new Promise(setImmediate)
    return { code, output }
  } finally {
    log.mockRestore()
  }
}

/** Each kind of error, and a server that brings it about. */
const FAILURES: Record<string, { code: string; answer: Answer; options?: Options }> = {
  refusal: { code: 'status', answer: status(401) },
  'a failure': { code: 'status', answer: status(500) },
  'another content type': { code: 'content-type', answer: status(200, {}, 'hello') },
  'a redirect to another origin': {
    code: 'status',
    answer: status(302, { Location: 'http://127.0.0.2/' }),
  },
  'a redirect to nowhere': { code: 'network', answer: status(302, { Location: 'http://[' }) },
  'a redirect without an address': { code: 'status', answer: status(307) },
  'a redirect without end': {
    code: 'status',
    answer: (res, { url = '' }) => res.writeHead(302, { Location: url }).end(),
  },
  silence: { code: 'timeout', answer: () => undefined, options: { idleTimeout: 50 } },
  'a stream that breaks': {
    code: 'network',
    answer: (res) => {
      res.writeHead(200, { 'Content-Type': 'text/event-stream' })
      res.write(':\n', () => res.destroy())
    },
  },
  'a stream that ends': {
    code: 'closed',
    answer: (res) => res.writeHead(200, { 'Content-Type': 'text/event-stream' }).end(),
  },
  'data that is no JSON': { code: 'parse', answer: streaming('data: {\n\n') },
  'data that breaks its schema': { code: 'validation', answer: streaming('data: {"text":1}\n\n') },
  'data that is too large': {
    code: 'too-large',
    answer: streaming(`data: ${'x'.repeat(100)}\n\n`),
    options: { maxEventBytes: 10 },
  },
}

describe.each(Object.entries(CREDENTIALS))('with %s', (_, credential) => {
  test.each(Object.entries(FAILURES))(
    '%s: no error contains one',
    async (__, { code, answer, options }) => {
      const server = await serve(answer)
      const result = await outputOf(clients.fetch, {
        baseUrl: server.url,
        ...credential,
        ...options,
      })
      await server.close()
      expect(result.code).toBe(code)
      expectNoSecret(result.output)
    },
  )

  test.each<[string, (socket: Socket) => void]>([
    ['no HTTP', (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')],
    ['a connection that breaks', (socket) => socket.once('data', () => socket.resetAndDestroy())],
  ])('%s: no error contains one', async (__, onSocket) => {
    const server = await serveRaw(onSocket)
    const result = await outputOf(clients.fetch, { baseUrl: server.url, ...credential })
    await server.close()
    expect(result.code).toBe('network')
    expectNoSecret(result.output)
  })

  test('an unreachable server: no error contains one', async () => {
    const result = await outputOf(clients.fetch, {
      baseUrl: `http://127.0.0.1:${await freePort()}`,
      ...credential,
    })
    expect(result.code).toBe('network')
    expect(shown(result.output)).toContain('ECONNREFUSED')
    expectNoSecret(result.output)
  })

  test('a fetch that names the URL of its failure: no error contains one', async () => {
    const fetch = (url: string | URL | Request): Promise<Response> =>
      // As in the errors of Deno, node-fetch and Bun.
      Promise.reject(
        Object.assign(new TypeError(`error sending request for url (${String(url)})`), {
          path: String(url),
          cause: new Error(`connecting to ${String(url)}`),
        }),
      )
    const result = await outputOf(clients.fetch, {
      baseUrl: 'http://a.invalid',
      fetch,
      ...credential,
    })
    expect(result.code).toBe('network')
    expect(shown(result.output)).toContain(
      'error sending request for url (http://a.invalid/rooms/a',
    )
    expectNoSecret(result.output)
  })
})

describe('a credential that no header can carry', () => {
  const broken = `${SECRET}\n${SECRET}`
  test.each<[string, Options]>([
    ['authorization', { authorization: broken }],
    ['a header', { headers: { 'X-Session': broken } }],
    ['a bearer token', { auth: { token: broken } }],
    ['a key in a header', { auth: { header: broken } }],
    ['a wrong login', { auth: { login: { username: SECRET, password: 5 } } }],
    ['a login with a colon', { auth: { login: { username: `${SECRET}:`, password: SECRET } } }],
    ['an object', { auth: { token: { secret: SECRET } } }],
  ])('is reported without its value: %s', async (_, options) => {
    const result = await outputOf(clients.fetch, { baseUrl: 'http://a.invalid', ...options })
    expect(result.code).toBe('configuration')
    // The error names the option that has to be changed.
    expect(shown(result.output)).toContain(Object.keys(options)[0])
    expectNoSecret(result.output)
  })

  test('no error of client=eventsource contains one', async () => {
    for (const token of [SECRET, broken]) {
      const options = { baseUrl: 'http://a.invalid', auth: { token }, EventSource }
      const result = await outputOf(clients.eventsource, options)
      expect(result.code).toBe('configuration')
      expectNoSecret(result.output)
    }
  })
})

describe.each(['fetch', 'eventsource'] as const)('client=%s', (name) => {
  test.each([
    `http://${USER}:hunter2@localhost`,
    `ftp://${USER}:hunter2@localhost`,
    `http://${USER}:hunter2@localhost:99999`,
    `http://${USER}:hunter2@[`,
    `${USER}:hunter2`,
  ])('refuses the base URL %s without repeating it in the error', (baseUrl) => {
    const output: unknown[] = []
    try {
      clients[name].listenForRoomsRoom(() => undefined, room, { baseUrl })
    } catch (error) {
      output.push(error)
    }
    expect(output).toEqual([expect.objectContaining({ code: 'configuration' })])
    expectNoSecret(output)
  })
})

describe('client=eventsource with a key in the query', () => {
  const auth = { query: SECRET }

  test.each([
    ['refusal', 'status', status(401)],
    ['another content type', 'content-type', status(200, {}, 'hello')],
    ['no answer', 'network', (res: Parameters<Answer>[0]) => res.destroy()],
  ] as const)('%s: no error contains one', async (_, code, answer) => {
    const server = await serve(answer)
    const result = await outputOf(clients.eventsource, { baseUrl: server.url, auth, EventSource })
    await server.close()
    expect(server.requests[0]?.url).toContain(encodeURIComponent(SECRET))
    expect(result.code).toBe(code)
    expectNoSecret(result.output)
  })

  test('an EventSource that names the URL of its failure: no error contains one', async () => {
    class Telling extends EventTarget {
      readonly readyState = 2
      constructor(url: string) {
        super()
        const failed = Object.assign(new Event('error'), { message: `no ${url}` })
        queueMicrotask(() => this.dispatchEvent(failed))
      }
      close(): void {
        // There is nothing to close.
      }
    }
    const options = { baseUrl: 'http://a.invalid', auth, EventSource: Telling }
    const result = await outputOf(clients.eventsource, options)
    expect(shown(result.output)).toContain('no http://a.invalid/rooms/a?key=')
    expectNoSecret(result.output)
  })
})
