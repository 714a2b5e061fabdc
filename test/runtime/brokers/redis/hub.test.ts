import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { createClient } from 'redis'
import { createHub } from '../../server/support/express'
import type { Hub } from '../../server/support/express'
import { listen } from '../../../../runtime/fetch-client'
import type { Subscription } from '../../../../runtime/fetch-client'
import { redisBroker } from '../../../../runtime/redis'
import { listening } from '../../client/support/listening'
import { notes } from './support/kills/channel'
import type { Note, Room } from './support/kills/channel'
import { Proxy } from './support/proxy'
import { RedisServer, describeRedis } from './support/redis-server'

/** What a process is: an application with a hub, on a port of its own. */
interface App {
  hub: Hub<{ note: Note }, Note, Room>
  url: string
  errors: unknown[]
}

interface Received {
  numbers: number[]
  gaps: number
  opened: number
  subscription: Subscription
}

describeRedis('Hubs of several processes on one Redis', () => {
  let redis: RedisServer
  const { changed, until } = listening()
  const hubs: Hub<{ note: Note }, Note, Room>[] = []
  const servers: Server[] = []
  const subscriptions: Subscription[] = []
  const proxies: Proxy[] = []

  beforeEach(async () => {
    redis = await RedisServer.start()
  })
  afterEach(async () => {
    for (const subscription of subscriptions.splice(0)) subscription.close()
    await Promise.all(hubs.splice(0).map((hub) => hub.close()))
    for (const server of servers.splice(0)) {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    }
    for (const proxy of proxies.splice(0)) await proxy.close()
    await redis.close()
  })

  async function start(url = redis.url, history: { maxEvents?: number } = {}): Promise<App> {
    const errors: unknown[] = []
    const client = createClient({ url })
    const broker = redisBroker(client, { timeout: 2000, block: 100 })
    const hub = createHub(notes, {
      broker,
      history,
      retry: 100,
      onError: (error) => {
        errors.push(error)
        changed()
      },
    })
    hubs.push(hub)
    const app = express()
    hub.register(app)
    const server = createServer(app).listen(0, '127.0.0.1')
    servers.push(server)
    await once(server, 'listening')
    return { hub, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, errors }
  }

  function listenTo({ url }: App, roomId: string, lastEventId = ''): Received {
    const received: Omit<Received, 'subscription'> = { numbers: [], gaps: 0, opened: 0 }
    const subscription = listen(
      notes,
      (note) => {
        if (note) received.numbers.push(note.n)
        changed()
      },
      { roomId },
      {
        baseUrl: url,
        lastEventId,
        reconnect: { initialDelay: 100, maxDelay: 200 },
        onOpen: () => {
          received.opened++
          changed()
        },
        onGap: () => {
          received.gaps++
          changed()
        },
      },
    )
    subscriptions.push(subscription)
    return Object.assign(received, { subscription })
  }

  const publish = ({ hub }: App, roomId: string, n: number): Promise<string> =>
    hub.publish({ by: '', n }, { parameters: { roomId } })

  /** Waits until something holds. */
  const when = (condition: () => boolean): Promise<true> =>
    until(() => (condition() ? true : undefined))

  it('publish on one, receive on all, and resume on another', async () => {
    const [a, b] = [await start(), await start()]
    await Promise.all([a.hub.ready, b.hub.ready])
    const [onA, onB, other] = [listenTo(a, '1'), listenTo(b, '1'), listenTo(b, '2')]
    await when(() => [onA, onB, other].every(({ opened }) => opened === 1))
    await publish(a, '1', 1)
    await publish(b, '1', 2)
    await publish(b, '2', 3)
    await when(
      () => onA.numbers.length === 2 && onB.numbers.length === 2 && other.numbers.length === 1,
    )
    expect([onA.numbers, onB.numbers, other.numbers]).toEqual([[1, 2], [1, 2], [3]])
    onA.subscription.close()
    await publish(a, '1', 4)
    await publish(a, '1', 5)
    const resumed = listenTo(b, '1', onA.subscription.lastEventId)
    await when(() => resumed.numbers.length === 2)
    expect(resumed).toMatchObject({ numbers: [4, 5], gaps: 0 })
  })

  it('hand their history to a process that starts later', async () => {
    const a = await start()
    const first = await publish(a, '1', 1)
    await publish(a, '1', 2)
    const resumed = listenTo(await start(), '1', first)
    await when(() => resumed.numbers.length === 1)
    expect(resumed).toMatchObject({ numbers: [2], gaps: 0 })
  })

  it('report a gap in a room that is older than the loaded history only if its client has missed events', async () => {
    const a = await start()
    const last = await publish(a, 'quiet', 1)
    const position = await publish(a, 'missed', 1)
    await publish(a, 'missed', 2)
    for (let n = 0; n < 20; n++) await publish(a, 'busy', n)
    const b = await start(redis.url, { maxEvents: 5 })
    const [quiet, missed] = [listenTo(b, 'quiet', last), listenTo(b, 'missed', position)]
    await when(() => quiet.opened + missed.opened === 2)
    await publish(b, 'quiet', 2)
    await publish(b, 'missed', 3)
    await when(() => quiet.numbers.length + missed.numbers.length === 2)
    expect(quiet).toMatchObject({ numbers: [2], gaps: 0 })
    expect(missed).toMatchObject({ numbers: [3], gaps: 1 })
  })

  it('keep their clients while Redis is unavailable, refuse to publish, and report lost events', async () => {
    const [a, b] = [await start(), await start()]
    await Promise.all([a.hub.ready, b.hub.ready])
    const received = [listenTo(a, '1'), listenTo(b, '1')]
    await when(() => received.every(({ opened }) => opened === 1))
    await publish(a, '1', 1)
    await when(() => received.every(({ numbers }) => numbers.length === 1))
    await redis.kill()
    await when(() => a.errors.length > 0 && b.errors.length > 0)
    await expect(publish(a, '1', 2)).rejects.toMatchObject({ name: 'RedisError' })
    // Nothing is stored on disk: Redis is empty after a restart.
    await redis.up()
    await when(() => received.every(({ gaps }) => gaps === 1))
    await publish(b, '1', 3)
    await when(() => received.every(({ numbers }) => numbers.length === 2))
    for (const each of received) expect(each).toMatchObject({ numbers: [1, 3], gaps: 1, opened: 1 })
  })

  it('accept clients while Redis is unavailable, and serve them once it is available', async () => {
    const a = await start()
    const first = await publish(a, '1', 1)
    await redis.command('SAVE')
    await redis.kill()
    const b = await start()
    const received = listenTo(b, '1', first)
    await when(() => received.opened === 1)
    await redis.up()
    await publish(a, '1', 2).catch(() => publish(a, '1', 2))
    await when(() => received.numbers.length === 1)
    expect(received).toMatchObject({ numbers: [2], gaps: 0, opened: 1 })
  })

  it('admit clients without a Last-Event-ID: they receive the events from then on', async () => {
    const proxy = await Proxy.start(redis.port)
    proxies.push(proxy)
    const a = await start()
    await publish(a, '1', 1)
    proxy.cut()
    const b = await start(proxy.url)
    await when(() => b.errors.length > 0)
    const received = listenTo(b, '1')
    await when(() => received.opened === 1)
    await publish(a, '1', 2)
    proxy.mend()
    await b.hub.ready
    await publish(a, '1', 3)
    await when(() => received.numbers.includes(3))
    expect(received.numbers).toEqual([2, 3])
  })

  it('give a client an id to resume from before there is an event', async () => {
    const [a, b] = [await start(), await start()]
    const received = listenTo(a, '1')
    while (received.subscription.lastEventId === '') await new Promise(setImmediate)
    received.subscription.close()
    await publish(a, '1', 1)
    const back = listenTo(b, '1', received.subscription.lastEventId)
    await when(() => back.numbers.length === 1)
    expect(back.gaps).toBe(0)
  })

  it('leave no connection behind when they close', async () => {
    const [a, b] = [await start(), await start()]
    await Promise.all([a.hub.ready, b.hub.ready])
    await publish(a, '1', 1)
    await publish(b, '1', 2)
    await Promise.all([a.hub.close(), b.hub.close()])
    await expect(publish(a, '1', 3)).rejects.toThrow(/closed/)
    while (
      String(await redis.command('CLIENT', 'LIST'))
        .trim()
        .split('\n').length > 1
    );
  })
})
