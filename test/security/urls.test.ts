import { EventSource } from 'eventsource'
import express from 'express'
import type { ClientOptions } from '../../runtime/fetch-client'
import { open, serve, status, type Answer } from '../runtime/client/support/server'
import { Hosts } from '../runtime/server/support/host'
import { generatedClient, generatedServer, type PeerClient, type PeerServer } from './support/peers'

// Where credentials go, and where not.

const SECRET = 'hunter2'
const room = { room: 'a' }

type Options = ClientOptions & { auth?: object; EventSource?: unknown }

const CREDENTIALS: [name: string, options: Options][] = [
  ['authorization', { authorization: SECRET }],
  ['a header', { headers: { 'X-Session': SECRET } }],
  ['a bearer token', { auth: { token: SECRET } }],
  ['a name and a password', { auth: { login: { username: SECRET, password: SECRET } } }],
  ['a key in a header', { auth: { header: SECRET } }],
  ['a key in a cookie', { auth: { cookie: SECRET } }],
]
const IN_QUERY: [string, Options] = ['a key in the query', { auth: { query: SECRET } }]

let clients: Record<'fetch' | 'eventsource', PeerClient>
let peers: PeerServer
beforeAll(async () => {
  clients = {
    fetch: await generatedClient('fetch'),
    eventsource: await generatedClient('eventsource'),
  }
  peers = await generatedServer()
})

const event: Answer = (res) => open(res, 'data: {"text":"x"}\n\n')

/** Resolves with the code of the first error, or undefined at the first event. */
async function first(client: PeerClient, options: Options): Promise<string | undefined> {
  return new Promise((resolve) => {
    const subscription = client.listenForRoomsRoom(
      (_message, _parameters, _error, { cause }) => {
        resolve(cause?.code)
        subscription.close()
      },
      room,
      options,
    )
  })
}

test.each(CREDENTIALS)(
  '%s is neither in a URL nor sent to the target of a redirect',
  async (_, options) => {
    const server = await serve(status(307, { Location: '/there' }), event)
    expect(await first(clients.fetch, { baseUrl: server.url, ...options })).toBeUndefined()
    await server.close()
    expect(server.requests.map(({ url }) => url)).toEqual(['/rooms/a', '/there'])
    for (const { headers, rawHeaders } of server.requests) {
      // It did go somewhere.
      expect(rawHeaders.join()).toMatch(/hunter2|aHVudGVyMjpodW50ZXIy/)
      expect(headers).not.toHaveProperty('referer')
    }
  },
)

test('a key in the query is sent to the server of the document, and not to a redirect target', async () => {
  const server = await serve(status(307, { Location: '/there' }), event)
  expect(await first(clients.fetch, { baseUrl: server.url, ...IN_QUERY[1] })).toBeUndefined()
  await server.close()
  expect(server.requests.map(({ url }) => url)).toEqual([`/rooms/a?key=${SECRET}`, '/there'])
})

describe.each([...CREDENTIALS, IN_QUERY])('with %s, no other host gets a request', (_, options) => {
  test.each([
    ['of another port', (port: string) => `http://127.0.0.1:${port}/`],
    ['of another host', (port: string) => `http://localhost:${port}/`],
    ['without a scheme', (port: string) => `//127.0.0.1:${port}/`],
    ['with a backslash', (port: string) => `/\\127.0.0.1:${port}/`],
    ['with a name', (port: string) => `http://127.0.0.1@127.0.0.1:${port}/`],
  ])('by a redirect to an address %s', async (__, location) => {
    const other = await serve(event)
    const server = await serve(
      status(302, { Location: '/near' }),
      status(307, { Location: location(new URL(other.url).port) }),
    )
    expect(await first(clients.fetch, { baseUrl: server.url, ...options })).toBe('status')
    await server.close()
    await other.close()
    expect(server.requests).toHaveLength(2)
    expect(other.requests).toEqual([])
  })

  test.each(['file:///etc/passwd', 'data:text/event-stream,data:1', 'javascript:1', 'about:blank'])(
    'by a redirect to %s',
    async (location) => {
      const server = await serve(status(301, { Location: location }))
      expect(await first(clients.fetch, { baseUrl: server.url, ...options })).toBe('status')
      await server.close()
    },
  )
})

test('client=eventsource leaves a key behind that it sent in the query', async () => {
  const other = await serve(event)
  const server = await serve(status(307, { Location: `${other.url}/there` }))
  const options = { baseUrl: server.url, EventSource, ...IN_QUERY[1] }
  expect(await first(clients.eventsource, options)).toBeUndefined()
  await server.close()
  await other.close()
  expect(server.requests[0]?.url).toBe(`/rooms/a?key=${SECRET}`)
  expect([other.requests[0]?.url, other.requests[0]?.rawHeaders].join()).not.toContain(SECRET)
})

describe('the server', () => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  test.each([...CREDENTIALS, IN_QUERY])(
    'does not report %s that it refuses',
    async (_, options) => {
      const output: unknown[] = []
      const log = jest
        .spyOn(console, 'error')
        .mockImplementation((...args) => void output.push(args))
      const app = express()
      app.set('env', 'test')
      for (const [path, authorize] of [
        ['/no', () => false],
        ['/fails', () => Promise.reject(new Error('the database is away'))],
      ] as const) {
        const router = express.Router()
        const onError = (error: unknown): void => void output.push(error)
        peers.createRoomsRoomHub({ authorize, onError }).register(router)
        app.use(path, router)
      }
      const url = await hosts.serve(app)
      const fetch: typeof globalThis.fetch = async (target, init) => {
        const response = await globalThis.fetch(target, init)
        const { status: code, headers } = response
        output.push(code, [...headers], await response.clone().text())
        return response
      }
      for (const path of ['/no', '/fails']) {
        const code = await first(clients.fetch, { baseUrl: url + path, fetch, ...options })
        expect(code).toBe('status')
      }
      log.mockRestore()
      expect(output).toEqual(expect.arrayContaining([401, 500]))
      expect(JSON.stringify(output)).not.toMatch(/hunter2|aHVudGVyMjpodW50ZXIy/)
    },
  )
})
