import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { createClient } from 'redis'
import { createHub, type Hub } from '../../server/support/express'
import { listen } from '../../../../runtime/fetch-client'
import { redisBroker } from '../../../../runtime/redis'
import { listening } from '../../client/support/listening'
import { notes, type Note, type Room } from './support/kills/channel'
import { RedisServer, describeRedis } from './support/redis-server'

const TAILS = 'sse:{Rooms}:tails'

interface Received {
  numbers: number[]
  gaps: number
  opened: number
  lastEventId(): string
  close(): void
}

describeRedis('A client of a hub whose Redis has lost events', () => {
  const { changed, until } = listening()
  const closers: (() => unknown)[] = []

  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close()
  })

  async function startRedis(...flags: string[]): Promise<RedisServer> {
    const redis = await RedisServer.start(...flags)
    closers.push(() => redis.close())
    return redis
  }

  async function startHub(
    url: () => string,
  ): Promise<Hub<{ note: Note }, Note, Room> & { url: string }> {
    const broker = redisBroker(() => createClient({ url: url() }), { timeout: 2000, block: 100 })
    const hub = createHub(notes, { broker, retry: 100, onError: () => changed() })
    const app = express()
    hub.register(app)
    const server: Server = createServer(app).listen(0, '127.0.0.1')
    await once(server, 'listening')
    closers.push(async () => {
      await hub.close()
      server.closeAllConnections()
      server.close()
    })
    await hub.ready
    return Object.assign(hub, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
  }

  function connect(url: string, lastEventId = ''): Received {
    const counts = { numbers: [] as number[], gaps: 0, opened: 0 }
    const subscription = listen(
      notes,
      (note) => {
        if (note) counts.numbers.push(note.n)
        changed()
      },
      { roomId: '1' },
      {
        baseUrl: url,
        lastEventId,
        reconnect: { initialDelay: 100, maxDelay: 200 },
        onError: () => undefined,
        onOpen: () => {
          counts.opened++
          changed()
        },
        onGap: () => {
          counts.gaps++
          changed()
        },
      },
    )
    closers.push(() => subscription.close())
    return Object.assign(counts, {
      lastEventId: () => subscription.lastEventId,
      close: () => subscription.close(),
    })
  }

  const when = (condition: () => boolean): Promise<true> =>
    until(() => (condition() ? true : undefined))
  const publish = (hub: Hub<{ note: Note }, Note, Room>, n: number): Promise<string> =>
    hub.publish({ by: '', n }, { parameters: { roomId: '1' } })

  /** Lets the clock of Redis have been ahead until now: ids never go back, so they keep that time. */
  async function setAhead(redis: RedisServer, ms: number): Promise<void> {
    const [seconds] = (await redis.command('TIME')) as string[]
    const head = String(await redis.command('HGET', TAILS, 'head'))
    const count = head.split('-')[1] ?? '0'
    await redis.command('HSET', TAILS, 'head', `${Number(seconds) * 1000 + ms}-${count}`)
  }

  it('receives a gap after FLUSHALL, although the clock of Redis is 20 s behind its last id', async () => {
    const redis = await startRedis()
    const [a, b] = [await startHub(() => redis.url), await startHub(() => redis.url)]
    await setAhead(redis, 20_000)
    const first = connect(a.url)
    await when(() => first.opened === 1)
    await publish(a, 1)
    await when(() => first.numbers.length === 1)
    first.close()
    await redis.command('FLUSHALL')
    for (let n = 2; n <= 6; n++) await publish(b, n)
    const again = connect(b.url, first.lastEventId())
    await when(() => again.opened === 1)
    await when(() => again.gaps === 1)
    await publish(a, 7)
    await when(() => again.numbers.includes(7))
    expect(again.numbers.filter((n) => n === 7)).toEqual([7])
  })

  it('receives a gap after a failover to older data and a clock that is 8 s behind', async () => {
    const primary = await startRedis('--repl-diskless-sync-delay', '0')
    const replica = await startRedis()
    let url = primary.url
    const [a, b] = [await startHub(() => url), await startHub(() => url)]
    await publish(a, 1)
    await replica.command('REPLICAOF', '127.0.0.1', `${primary.port}`)
    while (!String(await replica.command('INFO', 'replication')).includes('master_link_status:up'));
    while ((await replica.command('XLEN', 'sse:{Rooms}:events')) !== 1);
    await replica.command('REPLICAOF', 'NO', 'ONE')
    // The replica does not get these.
    await setAhead(primary, 8000)
    const [first, onB] = [connect(a.url), connect(b.url)]
    await when(() => first.opened + onB.opened === 2)
    for (let n = 2; n <= 7; n++) await publish(a, n)
    await when(() => first.numbers.length === 6)
    first.close()
    url = replica.url
    await primary.kill()
    for (let n = 8; n <= 13; n++) {
      while ((await publish(b, n).catch(() => undefined)) === undefined);
    }
    // The hub has found that events are lost. Until then it could report a gap before and after that.
    await when(() => onB.gaps > 0)
    const again = connect(b.url, first.lastEventId())
    await when(() => again.gaps >= 1)
    await publish(b, 14)
    await when(() => again.numbers.includes(14))
    expect(again.gaps).toBe(1)
  })

  it('receives no gap after a restart without a loss', async () => {
    const redis = await startRedis('--appendonly', 'yes', '--appendfsync', 'always')
    const [a, b] = [await startHub(() => redis.url), await startHub(() => redis.url)]
    const first = connect(a.url)
    await when(() => first.opened === 1)
    await publish(a, 1)
    await when(() => first.numbers.length === 1)
    first.close()
    await redis.kill()
    await redis.up()
    for (let n = 2; n <= 3; n++) {
      while ((await publish(a, n).catch(() => undefined)) === undefined);
    }
    const [onA, onB] = [a, b].map(({ url }) => connect(url, first.lastEventId()))
    await when(() => onA?.numbers.length === 2 && onB?.numbers.length === 2)
    expect([onA, onB].map((each) => [each?.numbers, each?.gaps])).toEqual([
      [[2, 3], 0],
      [[2, 3], 0],
    ])
  })
})
