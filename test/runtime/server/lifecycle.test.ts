import { EventEmitter, once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import express, { type Response } from 'express'
import { shutdownRetryMs } from '../../../runtime/server/timers'
import { createHub, registerSend, type SendEvent } from './support/express'
import { type Joined, signups, type UserInterface } from './support/channels'
import { deferred, Hosts, socketsOf } from './support/host'

describe('The life of a stream', () => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  it('sends heartbeats', async () => {
    const app = express()
    registerSend(signups, app, () => undefined, { heartbeat: 20 })
    const client = await hosts.open(`${await hosts.serve(app)}/user/signedup`)
    expect(client.headers['eventsource-heartbeat']).toBe('20')
    await client.until(({ comments }) => comments.length >= 3)
    expect(client.text.replace(/^retry: \d+\n\n/, '')).toMatch(/^(:\n\n)+$/)
    expect(client.events).toEqual([])
  })

  it('sends no heartbeat if that is off, and announces none', async () => {
    const app = express()
    registerSend(signups, app, () => undefined, { heartbeat: 0 })
    const client = await hosts.open(`${await hosts.serve(app)}/user/signedup`)
    expect(client.headers['eventsource-heartbeat']).toBeUndefined()
  })

  it('ends after maxDuration, in order', async () => {
    const app = express()
    registerSend(signups, app, () => undefined, { maxDuration: 30, heartbeat: 0 })
    const client = await hosts.open(`${await hosts.serve(app)}/user/signedup`)
    await client.ended()
    expect(client.response.complete).toBe(true)
  })

  it('keeps the connection if the callback fails after its stream has ended', async () => {
    const app = express()
    const [isFailing, hasFailed] = [deferred(), deferred<unknown>()]
    registerSend(
      signups,
      app,
      async (_req, _res, _next, _parameters, sendEvent) => {
        sendEvent.close()
        await isFailing.promise
        throw new Error('cleanup failed')
      },
      { onError: hasFailed.resolve },
    )
    app.get('/slow', (_req, res) => {
      isFailing.resolve()
      void hasFailed.promise.then(() => res.send('slow'))
    })
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    hosts.finally(() => agent.destroy())
    const url = await hosts.serve(app)
    const sockets = socketsOf(hosts.server)
    const textOf = async (path: string): Promise<string> => {
      const [response] = (await once(get(url + path, { agent }), 'response')) as [IncomingMessage]
      return (await response.setEncoding('utf8').toArray()).join('')
    }
    expect(await textOf('/user/signedup')).toMatch(/^retry: /)
    expect(await textOf('/slow')).toBe('slow')
    expect(sockets.size).toBe(1)
    expect(await hasFailed.promise).toEqual(new Error('cleanup failed'))
  })

  it('leaves no listener behind', async () => {
    const app = express()
    const responses: Response[] = []
    app.use((_req, res, next) => {
      responses.push(res)
      next()
    })
    const hub = createHub(signups, { heartbeat: 5 })
    hosts.finally(() => hub.close())
    hub.register(app)
    const url = `${await hosts.serve(app)}/user/signedup`
    const before = (await hosts.open(url.replace('user', 'other'))).status
    expect(before).toBe(404)
    const client = await hosts.open(url)
    await client.until(({ comments }) => comments.length > 0)
    const gone = new Promise((resolve) => hub.on('disconnect', resolve))
    client.close()
    await gone
    const [plain, streamed] = responses
    for (const event of ['close', 'drain', 'error', 'prefinish']) {
      expect(streamed?.listenerCount(event)).toBe(plain?.listenerCount(event))
    }
    expect(hub.size).toBe(0)
  })

  it('detects a client that disconnected during its admission', async () => {
    const app = express()
    const entered = deferred()
    const decided = deferred<boolean>()
    const callback = jest.fn()
    registerSend(signups, app, callback, {
      authorize: () => {
        entered.resolve()
        return decided.promise
      },
    })
    const left = deferred()
    app.set('trust proxy', false)
    const url = await hosts.serve(app)
    const { connect } = await import('node:net')
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.write('GET /user/signedup HTTP/1.1\r\nHost: a\r\n\r\n')
    const [accepted] = (await once(hosts.server, 'connection')) as [Socket]
    accepted.once('close', () => left.resolve())
    await entered.promise
    socket.destroy()
    await left.promise
    decided.resolve(true)
    await new Promise(setImmediate)
    expect(callback).not.toHaveBeenCalled()
  })

  it('serves many clients that connect and disconnect quickly', async () => {
    const app = express()
    const onError = jest.fn()
    const hub = createHub(signups, { heartbeat: 5, onError })
    hosts.finally(() => hub.close())
    hub.register(app)
    const url = `${await hosts.serve(app)}/user/signedup`
    let isDone = false
    const publishing = (async () => {
      while (!isDone) {
        void hub.publish({ user: 'x' })
        await new Promise(setImmediate)
      }
    })()
    for (let round = 0; round < 5; round++) {
      const clients = await Promise.all(Array.from({ length: 100 }, () => hosts.open(url)))
      for (const client of clients) client.close()
    }
    while (hub.size > 0) await new Promise((resolve) => hub.on('disconnect', resolve))
    isDone = true
    await publishing
    const last = await hosts.open(url)
    void hub.publish({ user: 'last' })
    await last.until(({ data }) => data.includes('{"user":"last"}'))
    expect(hub.metrics.clients).toBe(1)
    expect(onError).not.toHaveBeenCalled()
  })
})

describe('Shutting down', () => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  it('delivers, sends clients a reconnection time, and closes their sockets', async () => {
    const app = express()
    const hub = createHub(signups)
    hub.register(app)
    const url = `${await hosts.serve(app)}/user/signedup`
    const sockets = socketsOf(hosts.server)
    const clients = await Promise.all(Array.from({ length: 10 }, () => hosts.open(url)))
    void hub.publish({ user: 'last' })
    await hub.close()
    expect(hub.size).toBe(0)
    const texts = await Promise.all(clients.map((client) => client.ended()))
    for (const text of texts) expect(text).toMatch(/data: \{"user":"last"\}\n\nretry: \d{4}\n\n$/)
    expect(new Set(texts.map((text) => /\d+\n\n$/.exec(text)?.[0])).size).toBeGreaterThan(1)
    expect(clients.every(({ response }) => response.complete)).toBe(true)
    // Nothing is kept alive: the server can close.
    await Promise.all(
      [...sockets].filter(({ closed }) => !closed).map((each) => once(each, 'close')),
    )
  })

  it('sends retry to a single client', async () => {
    const app = express()
    const hub = createHub(signups, { retry: 2000 })
    hub.register(app)
    const client = await hosts.open(`${await hosts.serve(app)}/user/signedup`)
    await client.until(({ text }) => text.includes('\n\n'))
    await hub.close()
    expect(Number(/retry: (\d+)\n\n$/.exec(await client.ended())?.[1])).toBeCloseTo(2000, -1)
  })

  it.each([
    [1, 1000, 1001],
    [1000, 1000, 2000],
    [4000, 1000, 5000],
    [100_000, 1000, 5000],
    [100_000, 100, 500],
  ])('spreads %d clients over %d to %d ms', (clients, from, to) => {
    const delays = Array.from({ length: 1000 }, () => shutdownRetryMs(from, clients))
    const [least, most] = [Math.min(...delays), Math.max(...delays)]
    expect(least).toBeGreaterThanOrEqual(from)
    expect(most).toBeLessThanOrEqual(to)
    // All of that time is used.
    expect(least - from).toBeLessThan((to - from) * 0.1)
    expect(to - most).toBeLessThan((to - from) * 0.1)
  })

  it('refuses later clients, and publishes nothing more', async () => {
    const app = express()
    const hub = createHub(signups, { onError: () => undefined })
    hub.register(app)
    const url = `${await hosts.serve(app)}/user/signedup`
    await hub.close()
    await hub.close()
    const client = await hosts.open(url)
    expect(client.status).toBe(503)
    expect(client.headers['retry-after']).toBeDefined()
    await expect(hub.publish({ user: 'a' })).rejects.toThrow(/closed/)
  })

  it('drops clients that do not read after closeTimeout', async () => {
    const app = express()
    const hub = createHub(signups, { closeTimeout: 50 })
    hub.register(app)
    const client = await hosts.open(`${await hosts.serve(app)}/user/signedup`)
    client.response.pause()
    const slow = new Promise((resolve) => hub.on('slow', resolve))
    const isSlow = { yet: false }
    void slow.then(() => (isSlow.yet = true))
    while (!isSlow.yet) {
      void hub.publish({ user: 'x'.repeat(100_000) })
      await new Promise(setImmediate)
    }
    await hub.close()
    expect(hub.size).toBe(0)
  })

  it.each<[string, (signal: AbortSignal) => Promise<unknown>]>([
    ['a timer', (signal) => setTimeout(60_000, undefined, { signal })],
    ['an event', (signal) => once(new EventEmitter(), 'none', { signal })],
    ['the signal itself', (signal) => once(signal, 'abort').then(() => signal.throwIfAborted())],
  ])('a callback whose signal ends the wait for %s has no error', async (_, wait) => {
    const app = express()
    const ended = deferred<unknown>()
    const onError = jest.fn()
    registerSend(
      signups,
      app,
      async (_req, _res, _next, _parameters, sendEvent) => {
        await sendEvent({ user: 'a' })
        await wait(sendEvent.signal).catch((error: unknown) => {
          ended.resolve(error)
          throw error
        })
      },
      { onError },
    )
    const client = await hosts.open(`${await hosts.serve(app)}/user/signedup`)
    await client.until(({ events }) => events.length > 0)
    client.close()
    expect(await ended.promise).toMatchObject({ name: 'AbortError' })
    await new Promise(setImmediate)
    expect(onError).not.toHaveBeenCalled()
  })

  it('ends streams of callbacks by a signal', async () => {
    const app = express()
    const controller = new AbortController()
    const called = deferred<SendEvent<{ joined: Joined | UserInterface }, Joined | UserInterface>>()
    registerSend(
      signups,
      app,
      (_req, _res, _next, _parameters, sendEvent) => called.resolve(sendEvent),
      { signal: controller.signal },
    )
    const url = `${await hosts.serve(app)}/user/signedup`
    const client = await hosts.open(url)
    const sendEvent = await called.promise
    const { signal } = sendEvent
    controller.abort()
    expect(signal.aborted).toBe(true)
    expect(await sendEvent({ user: 'a' })).toBe(false)
    expect(await client.ended()).toMatch(/\n\nretry: \d{4}\n\n$/)
    expect((await hosts.open(url)).status).toBe(503)
  })
})
