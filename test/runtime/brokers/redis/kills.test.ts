import { join } from 'node:path'
import { compareIds } from '../../../../runtime/brokers/event-ids'
import { listening } from '../../client/support/listening'
import { Child } from '../../../support/child'
import { Balancer } from './support/kills/balancer'
import { type Acknowledged, type Received, type Note, ROOMS } from './support/kills/channel'
import { seededRandom } from '../../../support/random'
import { RedisServer, describeRedis } from './support/redis-server'
import { freePort } from '../../../support/free-port'

/** All of them where everything is tested; `KILLS=100 npx jest test/runtime/brokers/redis/kills` elsewhere. */
const KILLS = Number(process.env['KILLS'] ?? (process.env['CI_REQUIRE_ALL'] === '1' ? 100 : 15))
const file = (name: string): string => join(__dirname, 'support/kills', `${name}.ts`)

/** A client over all processes that run it: each continues where the last one stopped. */
class Reader {
  readonly received: Acknowledged[] = []
  gaps = 0
  readonly lastIds: Record<string, string> = {}
  #child: Child | undefined

  async start(
    url: string,
    onReceived: () => void,
    onUnexpectedEnd: (error: Error) => void,
  ): Promise<void> {
    const args = [url, JSON.stringify(this.lastIds)]
    this.#child = await Child.start(file('client'), args, (message) => {
      const received = message as Received | { ready: true }
      if ('ready' in received) return
      if (received.gap) {
        this.gaps++
      } else {
        this.received.push(received)
        this.lastIds[received.room] = received.id
      }
      onReceived()
    })
    this.#child.onUnexpectedEnd(onUnexpectedEnd)
  }

  async kill(): Promise<void> {
    await this.#child?.kill()
  }

  /** Its position in each room that has not reached an id. */
  missing(ids: Readonly<Record<string, string>>): string[] {
    return ROOMS.filter((room) => !this.hasReached({ [room]: ids[room] ?? '0-0' })).map(
      (room) => `room ${room} is at ${this.lastIds[room]} of ${ids[room]}`,
    )
  }

  hasReached(ids: Readonly<Record<string, string>>): boolean {
    return ROOMS.every((room) => {
      const [id, last] = [ids[room], this.lastIds[room]]
      return id === undefined || (last !== undefined && compareIds(last, id) >= 0)
    })
  }
}

describeRedis('Two servers behind one Redis', () => {
  const opened: { close(): Promise<void> }[] = []
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close()
  })

  it(`deliver every acknowledged event once and in order, over ${KILLS} kills of clients, servers and Redis`, async () => {
    const { changed, fail, until } = listening()
    const redis = await RedisServer.start('--appendonly', 'yes', '--appendfsync', 'always')
    opened.push(redis)
    const ports = [await freePort(), await freePort()]
    const balancer = await Balancer.start(ports)
    opened.push(balancer)
    const acknowledged: Acknowledged[] = []
    const newest: Record<string, string> = {}
    const servers: Child[] = []
    let stopped = 0
    let lives = 0

    const startServer = async (index: number): Promise<void> => {
      const args = [String(ports[index]), redis.url, `${index}.${lives++}`]
      servers[index] = await Child.start(file('server'), args, (message) => {
        const event = message as Acknowledged | { ready: true } | { stopped: true }
        if ('stopped' in event) {
          stopped++
        } else if (!('ready' in event)) {
          acknowledged.push(event)
          const { room, id } = event
          if (compareIds(id, newest[room] ?? '0-0') > 0) newest[room] = id
        }
        changed()
      })
      servers[index]?.onUnexpectedEnd(fail)
    }
    const readers = [new Reader(), new Reader()]
    let step = 'start'
    const untilReached = (ids: Record<string, string>): Promise<true> =>
      until(
        () => readers.every((reader) => reader.hasReached(ids)) || undefined,
        () => `${step}: ${JSON.stringify(readers.map((reader) => reader.missing(ids)))}`,
      )

    await Promise.all([startServer(0), startServer(1)])
    await Promise.all(readers.map((reader) => reader.start(balancer.url, changed, fail)))
    for (const server of servers) server.send('go')
    // A client that is killed before its first event has no position.
    await until(() => (Object.keys(newest).length === ROOMS.length ? true : undefined))
    await untilReached(newest)

    const next = seededRandom(Number(process.env['SEED'] ?? 1))
    const kills = { client: 0, server: 0, redis: 0 }
    for (let n = 0; n < KILLS; n++) {
      const kind = (['client', 'server', 'redis'] as const)[Math.floor(next() * 3)] ?? 'client'
      const index = next() < 0.5 ? 0 : 1
      kills[kind]++
      step = `kill ${n} (${kind} ${index})`
      if (kind === 'client') {
        await readers[index]?.kill()
        await readers[index]?.start(balancer.url, changed, fail)
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
      await until(
        () => (acknowledged.length > count + 10 ? true : undefined),
        () => `${step}: ${acknowledged.length - count} of 10 events acknowledged`,
      )
      await untilReached({ ...newest })
    }

    step = 'end'
    for (const server of servers) server.send('stop')
    await until(
      () => (stopped === servers.length ? true : undefined),
      () => `${stopped} servers stopped`,
    )
    await untilReached(newest)
    await Promise.all([
      ...servers.map((server) => server.kill()),
      ...readers.map((each) => each.kill()),
    ])

    console.log(`${acknowledged.length} acknowledged events, kills: ${JSON.stringify(kills)}`)
    for (const { received, gaps } of readers) {
      expect(faults(acknowledged, received)).toEqual({
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

function faults(acknowledged: readonly Acknowledged[], received: readonly Acknowledged[]): Faults {
  const found: Faults = { lost: [], doubled: [], disordered: [], changed: [] }
  const seen = new Map<string, Note>()
  const last = new Map<string, string>()
  const counts = new Map<string, number>()
  for (const { room, id, note } of received) {
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
