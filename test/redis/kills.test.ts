import { join } from 'node:path'
import { compareIds } from '../../runtime/event-id'
import { listening } from '../client/support/listening'
import { Child } from '../support/child'
import { Balancer } from './kills/balancer'
import { ROOMS } from './kills/channel'
import type { Acknowledged, Heard, Note } from './kills/channel'
import { RedisServer, describeRedis, freePort } from './redis-server'

/** All of them where everything is tested; `KILLS=100 npx jest test/redis/kills` elsewhere. */
const KILLS = Number(process.env['KILLS'] ?? (process.env['CI_REQUIRE_ALL'] === '1' ? 100 : 15))
const file = (name: string): string => join(__dirname, 'kills', `${name}.ts`)

/** Random numbers that are the same in each run: mulberry32. */
function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A client as its user sees it: over all lives of its process, since each goes on where the last one was. */
class Reader {
  readonly heard: Acknowledged[] = []
  gaps = 0
  readonly lastIds: Record<string, string> = {}
  #child: Child | undefined

  async start(url: string, onHeard: () => void): Promise<void> {
    const args = [url, JSON.stringify(this.lastIds)]
    this.#child = await Child.start(file('client'), args, (message) => {
      const heard = message as Heard | { ready: true }
      if ('ready' in heard) return
      if (heard.gap) {
        this.gaps++
      } else {
        this.heard.push(heard)
        this.lastIds[heard.room] = heard.id
      }
      onHeard()
    })
  }

  async kill(): Promise<void> {
    await this.#child?.kill()
  }

  hasReached(ids: Readonly<Record<string, string>>): boolean {
    return ROOMS.every((room) => {
      const [id, last] = [ids[room], this.lastIds[room]]
      return id === undefined || (last !== undefined && compareIds(last, id) >= 0)
    })
  }
}

describeRedis('Two servers behind one Redis', () => {
  it(`deliver every acknowledged event once and in order, over ${KILLS} kills of clients, servers and Redis`, async () => {
    const { changed, until } = listening()
    const redis = await RedisServer.start('--appendonly', 'yes', '--appendfsync', 'always')
    const ports = [await freePort(), await freePort()]
    const balancer = await Balancer.start(ports)
    const acknowledged: Acknowledged[] = []
    const newest: Record<string, string> = {}
    const servers: Child[] = []
    let stopped = 0
    let lives = 0

    const startServer = async (index: number): Promise<void> => {
      const args = [String(ports[index]), redis.url, `${index}.${lives++}`]
      servers[index] = await Child.start(file('server'), args, (told) => {
        const event = told as Acknowledged | { ready: true } | { stopped: true }
        if ('stopped' in event) {
          stopped++
        } else if (!('ready' in event)) {
          acknowledged.push(event)
          const { room, id } = event
          if (compareIds(id, newest[room] ?? '0-0') > 0) newest[room] = id
        }
        changed()
      })
    }
    const readers = [new Reader(), new Reader()]
    const reached = (ids: Record<string, string>) => (): true | undefined =>
      readers.every((reader) => reader.hasReached(ids)) || undefined

    await Promise.all([startServer(0), startServer(1)])
    await Promise.all(readers.map((reader) => reader.start(balancer.url, changed)))
    for (const server of servers) server.send('go')
    // A client that dies before its first event does not know where it was.
    await until(() => (Object.keys(newest).length === ROOMS.length ? true : undefined))
    await until(reached(newest))

    const next = random(Number(process.env['SEED'] ?? 1))
    const kills = { client: 0, server: 0, redis: 0 }
    for (let n = 0; n < KILLS; n++) {
      const kind = (['client', 'server', 'redis'] as const)[Math.floor(next() * 3)] ?? 'client'
      const index = next() < 0.5 ? 0 : 1
      kills[kind]++
      if (kind === 'client') {
        await readers[index]?.kill()
        await readers[index]?.start(balancer.url, changed)
      } else if (kind === 'server') {
        await servers[index]?.kill()
        await startServer(index)
        servers[index]?.send('go')
      } else {
        await redis.kill('SIGKILL')
        await redis.up()
      }
      // Half of the kills come while the last one is still being mended.
      if (next() < 0.5) continue
      const count = acknowledged.length
      await until(() => (acknowledged.length > count + 10 ? true : undefined))
      await until(reached({ ...newest }))
    }

    for (const server of servers) server.send('stop')
    await until(() => (stopped === servers.length ? true : undefined))
    await until(reached(newest))
    await Promise.all([
      ...servers.map((server) => server.kill()),
      ...readers.map((each) => each.kill()),
    ])
    await balancer.close()
    await redis.close()

    console.log(`${acknowledged.length} acknowledged events, kills: ${JSON.stringify(kills)}`)
    for (const { heard, gaps } of readers) {
      expect(faults(acknowledged, heard)).toEqual({
        lost: [],
        doubled: [],
        disordered: [],
        changed: [],
      })
      expect(gaps).toBe(0)
    }
  }, 600_000)
})

interface Faults {
  lost: string[]
  doubled: string[]
  disordered: string[]
  changed: string[]
}

function faults(acknowledged: readonly Acknowledged[], heard: readonly Acknowledged[]): Faults {
  const found: Faults = { lost: [], doubled: [], disordered: [], changed: [] }
  const seen = new Map<string, Note>()
  const last = new Map<string, string>()
  const counts = new Map<string, number>()
  for (const { room, id, note } of heard) {
    const publisher = `${room} ${note.by}`
    if (seen.has(id)) found.doubled.push(id)
    if (compareIds(id, last.get(room) ?? '0-0') <= 0) found.disordered.push(id)
    if (note.n <= (counts.get(publisher) ?? -1)) found.disordered.push(`${publisher} ${note.n}`)
    seen.set(id, note)
    last.set(room, id)
    counts.set(publisher, note.n)
  }
  for (const { id, note } of acknowledged) {
    const got = seen.get(id)
    if (!got) found.lost.push(id)
    else if (got.by !== note.by || got.n !== note.n) found.changed.push(id)
  }
  return found
}
