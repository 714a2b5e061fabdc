import express, { type ErrorRequestHandler } from 'express'
import { createHub, registerSend, type ServerOptions } from './support/express'
import type { PresentedCredentials } from './support/express'
import { rooms, secured, signups } from './support/channels'
import { EXPRESSES, Hosts } from './support/host'

describe.each(EXPRESSES)('authorize under Express %s', (_, express) => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  async function serve(options: ServerOptions<{ roomId: string }>, next = jest.fn()) {
    const app = express()
    const callback = jest.fn()
    const channel = secured(rooms, { token: { type: 'bearer' } })
    registerSend(channel, app, callback, options)
    const onError: ErrorRequestHandler = (error: Error, _req, res, pass) => {
      next(error)
      if (res.headersSent) pass(error)
      else res.status(500).end()
    }
    app.use(onError)
    return { url: `${await hosts.serve(app)}/rooms/7/events`, callback, next }
  }

  it.each([
    [true, 200],
    [false, 401],
    [401, 401],
    [403, 403],
    [Promise.resolve(true), 200],
    [Promise.resolve<403>(403), 403],
  ] as const)('answers %p with %d', async (answer, status) => {
    const authorize = jest.fn(() => answer)
    const { url, callback } = await serve({ authorize })
    const client = await hosts.open(url, { headers: { authorization: 'Bearer abc' } })
    expect(client.status).toBe(status)
    expect(authorize.mock.calls).toEqual([
      [expect.objectContaining({ url: '/rooms/7/events' }), { roomId: '7' }, { token: 'abc' }],
    ])
    expect(callback).toHaveBeenCalledTimes(status === 200 ? 1 : 0)
    if (status === 200) return
    expect(client.headers['content-type']).toBe('application/problem+json')
    expect(client.headers['www-authenticate']).toBe(status === 401 ? 'Bearer' : undefined)
    expect(JSON.parse(await client.ended())).toMatchObject({ status })
  })

  it('must be set if the document requires credentials', () => {
    const channel = { ...secured(rooms, { token: { type: 'bearer' } }), requiresAuthorize: true }
    const message = `${rooms.name}: the option authorize is required, because the document has security`
    const error = new TypeError(`${message}; false admits every client`)
    expect(() => registerSend(channel, express(), jest.fn())).toThrow(error)
    expect(() => createHub(channel)).toThrow(error)
    expect(() => registerSend(channel, express(), jest.fn(), { authorize: false })).not.toThrow()
  })

  it('is checked before Accept and HEAD', async () => {
    const { url } = await serve({ authorize: () => false })
    expect((await hosts.open(url, { method: 'HEAD' })).status).toBe(401)
    expect((await hosts.open(url, { headers: { accept: 'text/html' } })).status).toBe(401)
  })

  it('is a failure of the server if it throws', async () => {
    const { url, next } = await serve({ authorize: () => Promise.reject(new Error('database')) })
    expect((await hosts.open(url)).status).toBe(500)
    expect(next).toHaveBeenCalledWith(expect.objectContaining({ message: 'database' }))
  })
})

describe('Credentials', () => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  it.each<[string, { path?: string; headers?: Record<string, string> }, PresentedCredentials]>([
    ['nothing', {}, {}],
    ['a bearer token', { headers: { authorization: 'bearer a.b.c' } }, { bearer: 'a.b.c' }],
    [
      'a name and a password',
      { headers: { authorization: `Basic ${Buffer.from('ü:p:w').toString('base64')}` } },
      { basic: { username: 'ü', password: 'p:w' } },
    ],
    ['a key in a header', { headers: { 'x-key': 'k' } }, { header: 'k' }],
    ['a key in the query', { path: '?key=a%2Bb' }, { query: 'a+b' }],
    ['a key in a cookie', { headers: { cookie: 'a=1; session="x%20y"; b=2' } }, { cookie: 'x y' }],
    [
      'a cookie that is not encoded well',
      { headers: { cookie: 'session=%zz' } },
      { cookie: '%zz' },
    ],
  ])('are read from a request with %s', async (_, { path = '', headers = {} }, want) => {
    const app = express()
    const seen: PresentedCredentials[] = []
    const channel = secured(signups, {
      bearer: { type: 'bearer' },
      basic: { type: 'basic' },
      header: { type: 'apiKey', in: 'header', name: 'X-Key' },
      query: { type: 'apiKey', in: 'query', name: 'key' },
      cookie: { type: 'apiKey', in: 'cookie', name: 'session' },
    })
    createHub(channel, {
      authorize: (_req, _parameters, credentials) => {
        seen.push(credentials)
        return false
      },
    }).register(app)
    const client = await hosts.open(`${await hosts.serve(app)}/user/signedup${path}`, { headers })
    expect(seen).toEqual([want])
    expect(client.headers['www-authenticate']).toBe('Bearer, Basic realm="events", charset="UTF-8"')
  })
})

describe('The number of connections', () => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  it.each([
    ['in all', { maxConnections: 2 }, 503],
    ['per address of a client', { maxConnectionsPerKey: 2 }, 429],
  ])('is bounded %s', async (_, options, status) => {
    const app = express()
    const hub = createHub(signups, options)
    hosts.finally(() => hub.close())
    hub.register(app)
    const url = `${await hosts.serve(app)}/user/signedup`
    const [first] = [await hosts.open(url), await hosts.open(url)]
    const refused = await hosts.open(url)
    expect(refused.status).toBe(status)
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    // RFC 9110 §9.3.2: as the GET would be answered.
    expect((await hosts.open(url, { method: 'HEAD' })).status).toBe(status)
    const gone = new Promise((resolve) => hub.on('disconnect', resolve))
    first.close()
    await gone
    expect((await hosts.open(url)).status).toBe(200)
    expect((await hosts.open(url)).status).toBe(status)
  })

  it('counts by a key of the request, and releases places that were not used', async () => {
    const app = express()
    registerSend(signups, app, (_req, res) => void res.status(402).end(), {
      maxConnectionsPerKey: 1,
      connectionKey: (req) => String(req.query['user']),
    })
    const url = `${await hosts.serve(app)}/user/signedup?user=a`
    for (let n = 0; n < 3; n++) {
      const client = await hosts.open(url)
      await client.ended()
      expect(client.status).toBe(402)
    }
  })
})

describe.each(EXPRESSES)('CORS under Express %s', (_, express) => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  async function serve(options: ServerOptions<null>): Promise<string> {
    const app = express()
    const channel = secured(signups, { key: { type: 'apiKey', in: 'header', name: 'X-Key' } })
    registerSend(channel, app, () => undefined, options)
    return `${await hosts.serve(app)}/user/signedup`
  }
  const ORIGIN = 'https://app.example'
  const corsOf = ({ headers }: { headers: Record<string, unknown> }) =>
    Object.fromEntries(
      Object.entries(headers).filter(
        ([name]) => name.startsWith('access-control') || name === 'vary',
      ),
    )

  it('is silent unless it is set', async () => {
    const url = await serve({})
    expect(corsOf(await hosts.open(url, { headers: { origin: ORIGIN } }))).toEqual({})
    const preflight = await hosts.open(url, { method: 'OPTIONS', headers: { origin: ORIGIN } })
    expect(corsOf(preflight)).toEqual({})
  })

  it.each([
    [true, { 'access-control-allow-origin': '*' }],
    [{ origin: ORIGIN }, { 'access-control-allow-origin': ORIGIN, vary: 'Origin' }],
    [
      { origin: ['https://x.example', ORIGIN] },
      { 'access-control-allow-origin': ORIGIN, vary: 'Origin' },
    ],
    [
      { origin: (origin: string) => origin.endsWith('.example'), credentials: true },
      {
        'access-control-allow-origin': ORIGIN,
        'access-control-allow-credentials': 'true',
        vary: 'Origin',
      },
    ],
  ])('with %p exposes our headers', async (cors, want) => {
    const client = await hosts.open(await serve({ cors }), { headers: { origin: ORIGIN } })
    expect(corsOf(client)).toEqual({
      ...want,
      'access-control-expose-headers': 'EventSource-Heartbeat, EventSource-Gap, Retry-After',
    })
  })

  it('sends only Vary to other origins', async () => {
    const url = await serve({ cors: { origin: ORIGIN } })
    const other = await hosts.open(url, { headers: { origin: 'https://evil.example' } })
    expect(corsOf(other)).toEqual({ vary: 'Origin' })
    expect(corsOf(await hosts.open(url))).toEqual({ vary: 'Origin' })
  })

  it('answers a preflight', async () => {
    const url = await serve({ cors: { origin: ORIGIN, allowedHeaders: ['X-Trace'] } })
    const headers = {
      origin: ORIGIN,
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'last-event-id',
    }
    const client = await hosts.open(url, { method: 'OPTIONS', headers })
    expect(client.status).toBe(204)
    expect(corsOf(client)).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': 'GET, HEAD',
      'access-control-allow-headers': 'Last-Event-ID, Authorization, Cache-Control, X-Key, X-Trace',
      'access-control-max-age': '600',
    })
  })

  it('sends CORS headers with a refusal, so that a page can read it', async () => {
    const url = await serve({ cors: true, authorize: () => false })
    const client = await hosts.open(url, { headers: { origin: ORIGIN } })
    expect(client.status).toBe(401)
    expect(client.headers['access-control-allow-origin']).toBe('*')
  })

  it('does not give credentials to every site', async () => {
    await expect(serve({ cors: { credentials: true } })).rejects.toThrow(/list of origins/)
  })
})
