import { once } from 'node:events'
import type { ErrorRequestHandler, Response } from 'express'
import { registerSend, type SendCallback, type ServerOptions } from './support/express'
import { type Joined, signups, type UserInterface } from './support/channels'
import { deferred, EXPRESSES, Hosts } from './support/host'

type Content = Joined | UserInterface
type Callback = SendCallback<{ joined: Content }, Content, null>

describe.each(EXPRESSES)('The beginning of a stream under Express %s', (_, express) => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  async function serve(callback: Callback, options: ServerOptions<null> = {}): Promise<string> {
    const app = express()
    registerSend(signups, app, callback, options)
    app.use((_req, res) => void res.status(404).send('late'))
    // Express recognizes an error handler by its four parameters.
    const onError: ErrorRequestHandler = (error: Error, _req, res, next) => {
      if (res.headersSent) next(error)
      else res.status(500).send(`handled: ${error.message}`)
    }
    app.use(onError)
    return `${await hosts.serve(app)}/user/signedup`
  }

  it('can be refused before anything is sent', async () => {
    const client = await hosts.open(await serve((_req, res) => void res.status(401).end('no')))
    expect(client.status).toBe(401)
    expect(await client.ended()).toBe('no')
  })

  it('can be refused after a while', async () => {
    const client = await hosts.open(
      await serve(async (_req, res) => {
        await Promise.resolve()
        res.status(402).end()
      }),
    )
    expect(client.status).toBe(402)
  })

  it('can be left to later handlers', async () => {
    const client = await hosts.open(await serve((_req, _res, next) => next()))
    expect(client.status).toBe(404)
    expect(await client.ended()).toBe('late')
  })

  it('can be left to later handlers by a promise that continues', async () => {
    const sent = deferred<boolean>()
    const client = await hosts.open(
      await serve(async (_req, _res, next, _parameters, sendEvent) => {
        next()
        await Promise.resolve()
        sent.resolve(await sendEvent({ user: 'late' }))
      }),
    )
    expect(client.status).toBe(404)
    expect(await sent.promise).toBe(false)
  })

  it.each<[string, Callback]>([
    [
      'throws',
      () => {
        throw new Error('broken')
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
    ['passes an error on', (_req, _res, next) => next(new Error('broken'))],
  ])('goes to the error handler where the callback %s', async (__, callback) => {
    const client = await hosts.open(await serve(callback))
    expect(client.status).toBe(500)
    expect(await client.ended()).toBe('handled: broken')
  })

  it.each<[string, Callback]>([
    ['ends', () => undefined],
    [
      'ends later',
      async () => {
        await Promise.resolve()
      },
    ],
    ['sends', (_req, _res, _next, _parameters, sendEvent) => void sendEvent({ user: 'a' })],
  ])('is there, first line and all, where the callback %s', async (__, callback) => {
    const client = await hosts.open(await serve(callback))
    expect(client.status).toBe(200)
    expect(client.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      'eventsource-heartbeat': '15000',
    })
    expect(client.headers['access-control-allow-origin']).toBeUndefined()
    expect(client.headers['vary']).toBeUndefined()
    await client.until(({ text }) => text.includes('\n\n'))
    const [, retry] = /^retry: (\d+)\n\n/.exec(client.text) ?? []
    expect(Number(retry)).toBeGreaterThanOrEqual(1000)
    expect(Number(retry)).toBeLessThanOrEqual(1500)
  })

  it('sends every client another reconnection time', async () => {
    const url = await serve(() => undefined, { retry: 100_000 })
    const clients = await Promise.all(Array.from({ length: 8 }, () => hosts.open(url)))
    const texts = await Promise.all(
      clients.map(async (client) => (await client.until(({ text }) => text.length > 0)).text),
    )
    expect(new Set(texts).size).toBeGreaterThan(1)
  })

  it('sends headers and first line together', async () => {
    const url = new URL(await serve(() => undefined))
    const { connect } = await import('node:net')
    const socket = connect(Number(url.port), url.hostname)
    hosts.finally(() => socket.destroy())
    socket.write('GET /user/signedup HTTP/1.1\r\nHost: a\r\n\r\n')
    const [first] = (await once(socket, 'data')) as [Buffer]
    expect(first.toString()).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*\r\n\r\n[\da-f]+\r\nretry: \d+\n/)
  })

  it('keeps headers that other handlers have set', async () => {
    const client = await hosts.open(
      await serve((_req, res) => {
        res.setHeader('Set-Cookie', 'a=1')
        res.setHeader('Access-Control-Allow-Origin', 'https://other.example')
      }),
    )
    expect(client.headers).toMatchObject({
      'set-cookie': ['a=1'],
      'access-control-allow-origin': 'https://other.example',
    })
  })

  it('passes a later error to onError, and ends in order', async () => {
    const onError = jest.fn()
    const client = await hosts.open(
      await serve(
        async (_req, _res, _next, _parameters, sendEvent) => {
          await sendEvent({ user: 'a' })
          throw new Error('later')
        },
        { onError },
      ),
    )
    expect(await client.ended()).toMatch(/data: \{"user":"a"\}\n\n$/)
    expect(client.response.complete).toBe(true)
    expect(onError.mock.calls).toEqual([[expect.objectContaining({ message: 'later' })]])
  })

  it.each([
    ['flushHeaders', (res: Response) => res.flushHeaders()],
    ['writeHead', (res: Response) => void res.writeHead(200).write('by hand')],
  ])('is impossible after res.%s, which is reported once', async (_, begin) => {
    const errors: Error[] = []
    const sent = deferred<boolean[]>()
    const url = await serve(
      async (_req, res, _next, _parameters, sendEvent) => {
        begin(res)
        sent.resolve([await sendEvent({ user: 'a' }), await sendEvent({ user: 'b' })])
        res.end()
      },
      { onError: (error) => errors.push(error as Error) },
    )
    const client = await hosts.open(url)
    expect(await sent.promise).toEqual([false, false])
    expect(await client.ended()).not.toContain('data:')
    expect(errors.map(({ message }) => message)).toEqual([
      'UserSignedup: sendEvent could not open the stream, because the response headers were already sent; do not call writeHead or flushHeaders before it',
    ])
  })

  it('answers HEAD with headers only', async () => {
    const callback = jest.fn()
    const client = await hosts.open(await serve(callback), { method: 'HEAD' })
    expect(client.status).toBe(200)
    expect(client.headers['content-type']).toBe('text/event-stream')
    expect(await client.ended()).toBe('')
    expect(callback).not.toHaveBeenCalled()
  })

  it.each([
    ['application/json', 406],
    ['text/html, application/xhtml+xml', 406],
    ['text/event-stream;q=0, */*', 406],
    ['text/event-stream; q=0.0', 406],
    ['*/*', 200],
    ['text/*', 200],
    ['TEXT/EVENT-STREAM', 200],
    ['text/html, */*;q=0.1', 200],
    ['', 200],
  ])('heeds Accept: %s', async (accept, status) => {
    const client = await hosts.open(await serve(() => undefined), { headers: { accept } })
    expect(client.status).toBe(status)
  })
})
