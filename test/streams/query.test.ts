import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { AsyncAPIDocumentInterface } from '@asyncapi/parser'
import express from 'express'
import fastify from 'fastify'
import { compile } from '../support/compile'
import { parseFile } from '../support/document'
import { outputOf } from '../support/output'
import { loadModule } from './support/generated'

const HOSTS = 'express,fetch,node,fastify'

/** Query parameters by host: `send` is what the callback of the host receives. */
interface Send {
  (message: unknown): Promise<boolean>
  readonly query: unknown
  close(): void
}

type Register = (host: object, callback: (...args: never[]) => unknown) => void
type Handle = (callback: (...args: never[]) => unknown) => (...args: unknown[]) => unknown
type Get = (path: string) => Promise<Response>

let document: AsyncAPIDocumentInterface
let files: Record<string, string>
const closing: (() => unknown)[] = []

beforeAll(async () => {
  document = await parseFile(join(__dirname, 'documents/feed.yaml'))
  files = outputOf(document, { side: 'server', host: HOSTS })
})

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function listen(listener: RequestListener): Promise<Get> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  closing.push(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return (path) => fetch(`http://127.0.0.1:${port}${path}`)
}

/** The channels on `feeds/{feed}`, with a message of each. */
const CHANNELS = [
  ['FeedsFeed', { n: 1 }],
  ['CountsFeedsFeed', 7],
] as const

const load = async (host: string): Promise<Record<string, unknown>> =>
  (await loadModule(files, `channels/event_source_${host}`)) as Record<string, unknown>

/** Serves both channels. Each callback sends one message, and `seen` gets its query. */
const hosts: [string, (seen: unknown[]) => Promise<Get>][] = [
  [
    'Express',
    async (seen) => {
      const loaded = (await load('express')) as Record<string, Register>
      const app = express()
      for (const [name, message] of CHANNELS) {
        loaded[`registerSend${name}`]?.(app, (...args: unknown[]) =>
          answer(args[4] as Send, message, seen),
        )
      }
      return listen(app)
    },
  ],
  [
    'Fastify',
    async (seen) => {
      const loaded = (await load('fastify')) as Record<string, Register>
      const app = fastify()
      for (const [name, message] of CHANNELS) {
        loaded[`registerSend${name}`]?.(app, (...args: unknown[]) =>
          answer(args[3] as Send, message, seen),
        )
      }
      closing.push(() => app.close())
      const url = await app.listen({ port: 0, host: '127.0.0.1' })
      return (path) => fetch(url + path)
    },
  ],
  [
    'node:http',
    async (seen) => {
      const loaded = (await load('node')) as Record<string, Handle>
      const handlers = CHANNELS.map(([name, message]) =>
        loaded[`handle${name}`]?.((...args: unknown[]) => answer(args[3] as Send, message, seen)),
      )
      return listen((request, response) => {
        if (!handlers.some((handle) => handle?.(request, response) === true)) {
          response.writeHead(404).end()
        }
      })
    },
  ],
  [
    'fetch',
    async (seen) => {
      const loaded = (await load('fetch')) as Record<string, Handle>
      const [[name, message]] = CHANNELS
      const handle = loaded[`handle${name}`]?.(({ sendEvent }: { sendEvent: Send }) =>
        answer(sendEvent, message, seen),
      )
      return (path) => handle?.(new Request(`http://localhost${path}`)) as Promise<Response>
    },
  ],
]

async function answer(sendEvent: Send, message: unknown, seen: unknown[]): Promise<void> {
  seen.push(sendEvent.query)
  await sendEvent(message)
  sendEvent.close()
}

describe.each(hosts)('The query of a request under %s', (host, serve) => {
  const seen: unknown[] = []
  let get: Get
  beforeEach(async () => {
    seen.length = 0
    get = await serve(seen)
  })

  test('is converted to the types of the document, with defaults', async () => {
    const response = await get('/feeds/a?mode=rows&limit=5&tags=1&tags=2&unknown=x')
    expect(await response.text()).toContain('data: {"n":1}')
    expect(seen).toEqual([{ mode: 'rows', limit: 5, tags: [1, 2], live: true }])
  })

  test('an array of one item, an object as JSON, a boolean', async () => {
    const filter = encodeURIComponent('{"name":"é"}')
    await (await get(`/feeds/a?mode=rows&limit=5&tags=3&live=false&filter=${filter}`)).text()
    expect(seen).toEqual([
      { mode: 'rows', limit: 5, tags: [3], live: false, filter: { name: 'é' } },
    ])
  })

  test.each([
    ['', 'limit', 'parameter "limit" is missing'],
    ['&limit=500', 'limit', 'parameter "limit" must be at most 100, found 500'],
    ['&limit=many', 'limit', 'parameter "limit" must be an integer, found "many"'],
    ['&limit=1&tags=x', 'tags', 'parameter "tags" at /0 must be an integer, found "x"'],
    ['&limit=1&filter=[1]', 'filter', 'parameter "filter" must be an object, found "[1]"'],
    ['&limit=1&order=up', 'order', 'parameter "order" must be one of "asc", "desc", found "up"'],
  ])('with the rest %j is answered with 400', async (rest, parameter, detail) => {
    const response = await get(`/feeds/a?mode=rows${rest}`)
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ status: 400, detail, parameter })
    expect(seen).toEqual([])
  })

  if (host !== 'fetch') {
    test('two channels on one address: a constant selects one', async () => {
      expect(await (await get('/feeds/a?mode=rows&limit=1')).text()).toContain('data: {"n":1}')
      expect(await (await get('/feeds/a?mode=counts')).text()).toContain('data: 7')
      expect((await get('/feeds/a?mode=other')).status).toBe(404)
      expect(seen).toEqual([{ mode: 'rows', limit: 1, live: true }, { mode: 'counts' }])
    })
  }
})

test('A hub refuses a request with a wrong query', async () => {
  const loaded = (await load('fetch')) as unknown as Record<
    string,
    () => { fetch(request: Request): Promise<Response>; close(): Promise<void> }
  >
  const hub = loaded['createFeedsFeedHub']?.()
  closing.push(() => hub?.close())
  const status = async (query: string): Promise<number | undefined> => {
    const response = await hub?.fetch(new Request(`http://localhost/feeds/a?mode=rows${query}`))
    await response?.body?.cancel()
    return response?.status
  }
  expect([await status('&limit=1'), await status('&limit=0')]).toEqual([200, 400])
})

test('The types of callbacks have the query', () => {
  const use = `
import { registerSendFeedsFeed, registerSendSearches } from './channels/event_source_express'
import { handleFeedsFeed } from './channels/event_source_fetch'
import * as node from './channels/event_source_node'
import * as fastify from './channels/event_source_fastify'
import type { Router } from 'express'
import type { FastifyInstance } from 'fastify'
declare const router: Router
declare const instance: FastifyInstance
registerSendFeedsFeed(router, (_req, _res, _next, parameters, { query }) => {
  const feed: string = parameters.feed
  const { limit, tags, live }: { limit: number; tags?: number[]; live: boolean } = query
  void [feed, limit, tags, live]
  // @ts-expect-error the document does not describe it
  void query.other
})
registerSendSearches(router, (req, _res, _next, _parameters, { query }) => {
  const both: [string, 'en' | 'de'] = [req.body.text, query.lang]
  void both
})
handleFeedsFeed(({ sendEvent }) => void sendEvent.query.limit.toFixed())
node.handleSearches((request, _response, _parameters, { query }) => void [request.body?.text, query.lang])
fastify.registerSendSearches(instance, (request, _reply, _parameters, { query }) => void [request.body.text, query.lang])
`
  expect(compile({ ...files, 'use.ts': use })).toEqual([])
})
