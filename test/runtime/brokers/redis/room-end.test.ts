import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { createClient } from 'redis'
import { createEndDetector, listen, type Subscription } from '../../../../runtime/fetch-client'
import { redisBroker } from '../../../../runtime/redis'
import { listening } from '../../client/support/listening'
import { createHub, type Hub } from '../../server/support/express'
import { notes, type Note, type Room } from './support/kills/channel'
import { RedisServer, describeRedis } from './support/redis-server'

type NoteEvents = Record<'note' | 'last', Note>

/** Rooms that a message of the type `last` ends. */
const [{ model }] = notes.events as [(typeof notes.events)[number]]
const finite = {
  ...notes,
  sendsEventName: true,
  createEndDetector,
  events: [
    { type: 'note' as const, model },
    { type: 'last' as const, model, isTerminal: true },
  ],
}

interface App {
  readonly hub: Hub<NoteEvents, never, Room>
  readonly server: Server
  readonly url: string
}

interface Reader {
  readonly numbers: number[]
  readonly subscription: Subscription
  isClosed: boolean
  gaps: number
  opened: number
}

const ROUNDS = process.env['CI_REQUIRE_ALL'] === '1' ? 20 : 5

describeRedis('Ends of rooms, with several processes on one Redis', () => {
  let redis: RedisServer
  const { changed, until } = listening()
  const apps: App[] = []
  const subscriptions: Subscription[] = []

  beforeEach(async () => {
    redis = await RedisServer.start('--appendonly', 'yes', '--appendfsync', 'no')
  })
  afterEach(async () => {
    for (const subscription of subscriptions.splice(0)) subscription.close()
    await Promise.all(apps.splice(0).map(stop))
    await redis.close()
  })

  async function start(port = 0): Promise<App> {
    const hub = createHub(finite, {
      broker: redisBroker(createClient({ url: redis.url }), { timeout: 1000, block: 100 }),
      retry: 50,
      // Tests stop Redis on purpose.
      onError: changed,
    })
    const router = express()
    hub.register(router)
    const server = createServer(router).listen(port, '127.0.0.1')
    await once(server, 'listening')
    const { port: used } = server.address() as AddressInfo
    const app = { hub, server, url: `http://127.0.0.1:${used}` }
    apps.push(app)
    return app
  }

  /** Without ending the streams, as when a process is killed. */
  async function stop({ hub, server }: App): Promise<void> {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
    await hub.close()
  }

  function read({ url }: App, roomId: string, lastEventId = ''): Reader {
    const numbers: number[] = []
    const subscription = listen<NoteEvents, Room>(
      finite,
      (note) => {
        if (note) numbers.push(note.n)
        changed()
      },
      { roomId },
      {
        baseUrl: url,
        lastEventId,
        reconnect: { initialDelay: 20, maxDelay: 100 },
        onOpen: () => {
          reader.opened++
          changed()
        },
        onGap: () => reader.gaps++,
        onClose: () => {
          reader.isClosed = true
          changed()
        },
      },
    )
    const reader: Reader = { numbers, subscription, isClosed: false, gaps: 0, opened: 0 }
    subscriptions.push(subscription)
    return reader
  }

  const when = (condition: () => boolean): Promise<true> => until(() => condition() || undefined)

  const send = ({ hub }: App, roomId: string, n: number, event: keyof NoteEvents = 'note') =>
    hub.publish({ by: '', n }, { event, parameters: { roomId } })

  /** Publishes again until Redis has it. A message that was rejected can be stored: then the room has ended. */
  async function sendSurely(...args: Parameters<typeof send>): Promise<void> {
    for (;;) {
      try {
        await send(...args)
        return
      } catch (error) {
        if (String(error).includes('has ended')) return
        await new Promise<void>((resolve) => setImmediate(resolve))
      }
    }
  }

  const statusOf = async ({ url }: App, roomId: string, last?: string): Promise<number> => {
    const headers = { Accept: 'text/event-stream', ...(last && { 'Last-Event-ID': last }) }
    const response = await fetch(`${url}/rooms/${roomId}`, { headers })
    await response.body?.cancel()
    return response.status
  }

  it('a terminal message ends the room in each process, also in one that starts later', async () => {
    const [a, b] = [await start(), await start()]
    await Promise.all([a.hub.ready, b.hub.ready])
    const readers = [read(a, '1'), read(b, '1')]
    await when(() => readers.every(({ opened }) => opened === 1))
    await send(a, '1', 1)
    const last = await send(b, '1', 2, 'last')
    await when(() => readers.every(({ isClosed }) => isClosed))
    expect(readers.map(({ numbers }) => numbers)).toEqual([
      [1, 2],
      [1, 2],
    ])
    const c = await start()
    for (const app of [a, b, c]) {
      await app.hub.ready
      expect([await statusOf(app, '1'), await statusOf(app, '1', last)]).toEqual([204, 204])
      await expect(send(app, '1', 3)).rejects.toThrow('has ended')
    }
  })

  it('a process can publish as soon as it has reopened the room, the others follow', async () => {
    const [a, b] = [await start(), await start()]
    await Promise.all([a.hub.ready, b.hub.ready])
    const last = await send(a, '1', 1, 'last')
    await expect(send(a, '1', 2)).rejects.toThrow('has ended')
    await a.hub.reopen({ roomId: '1' })
    await send(a, '1', 3)
    const reader = read(b, '1', last)
    await when(() => reader.numbers.length === 1)
    expect(reader).toMatchObject({ numbers: [3], gaps: 0 })
  })

  it('the first of two ends counts, and nothing behind it is delivered', async () => {
    const [a, b] = [await start(), await start()]
    await Promise.all([a.hub.ready, b.hub.ready])
    const readers = [read(a, '1'), read(b, '1')]
    await when(() => readers.every(({ opened }) => opened === 1))
    // Neither process has read the event of the other one.
    await Promise.all([send(a, '1', 1, 'last'), send(b, '1', 2, 'last')])
    await when(() => readers.every(({ isClosed }) => isClosed))
    expect(readers[0]?.numbers).toHaveLength(1)
    expect(readers[1]?.numbers).toEqual(readers[0]?.numbers)
  })

  it(`each reader receives every acknowledged message and the end, over ${ROUNDS} kills of Redis and servers`, async () => {
    const a = await start()
    let b = await start()
    for (let round = 0; round < ROUNDS; round++) {
      const room = `${round}`
      await Promise.all([a.hub.ready, b.hub.ready])
      const readers = [read(a, room), read(b, room)]
      await when(() => readers.every(({ opened }) => opened > 0))
      for (let n = 0; n < 3; n++) await sendSurely(a, room, n)
      // A client that is cut before its first event has no position.
      await when(() => readers.every(({ numbers }) => numbers.length > 0))
      // A killed server starts again at its address: its readers reconnect there.
      const port = Number(new URL(b.url).port)
      const kill =
        round % 2 === 0
          ? redis.kill().then(() => redis.up())
          : Promise.all(apps.splice(apps.indexOf(b), 1).map(stop)).then(() => start(port))
      const killed = kill.then((app) => (b = app ?? b))
      for (let n = 3; n < 6; n++) await sendSurely(a, room, n)
      await sendSurely(a, room, 6, 'last')
      await killed
      await when(() => readers.every(({ isClosed }) => isClosed))
      for (const { numbers, gaps } of readers) {
        // A publish that was rejected can be delivered all the same, so that its repetition arrives too.
        expect([...new Set(numbers)]).toEqual([0, 1, 2, 3, 4, 5, 6])
        expect(numbers.filter((n) => n === 6)).toEqual([6])
        expect(gaps).toBe(0)
      }
      expect(await statusOf(b, room)).toBe(204)
    }
  })
})
