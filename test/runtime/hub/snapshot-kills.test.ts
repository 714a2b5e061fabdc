import { join } from 'node:path'
import { Child } from '../../support/child'
import { Balancer } from '../brokers/redis/support/kills/balancer'
import { ROOMS, type Note } from '../brokers/redis/support/kills/channel'
import { describeRedis, RedisServer } from '../brokers/redis/support/redis-server'
import { freePort } from '../../support/free-port'
import { listening } from '../client/support/listening'

/** `KILLS=100 npx jest test/runtime/hub/snapshot-kills` for a long run. */
const KILLS = Number(process.env['KILLS'] ?? (process.env['CI_REQUIRE_ALL'] === '1' ? 100 : 12))
const file = (name: string): string => join(__dirname, 'support/snapshot-kills', `${name}.ts`)

interface Published {
  readonly room: string
  readonly note: Note
}
type Report =
  (Published & { readonly isState: boolean }) | { readonly room: string; readonly healed: boolean }

const keyOf = ({ by, n }: Note): string => `${by}#${n}`

/** The state of a room in a page: a snapshot replaces it, a note is added. */
class RoomState {
  /** The newest note of each process that the snapshot includes. */
  readonly #included = new Map<string, number>()
  readonly #notes = new Set<string>()

  clear(): void {
    this.#included.clear()
    this.#notes.clear()
  }

  add(note: Note, isState: boolean): void {
    if (isState) this.#included.set(note.by, note.n)
    else this.#notes.add(keyOf(note))
  }

  has(note: Note): boolean {
    return note.n <= (this.#included.get(note.by) ?? -1) || this.#notes.has(keyOf(note))
  }
}

class Page {
  gaps = 0
  snapshots = 0
  readonly #rooms = new Map(ROOMS.map((room) => [room as string, new RoomState()]))
  #child: Child | undefined

  async start(
    url: string,
    onChange: () => void,
    onUnexpectedEnd: (error: Error) => void,
  ): Promise<void> {
    this.#child = await Child.start(file('client'), [url], (message) => {
      const report = message as Report | { ready: true }
      if ('ready' in report) return
      const state = this.#rooms.get(report.room)
      if ('note' in report) state?.add(report.note, report.isState)
      else if (!report.healed) this.gaps++
      else {
        this.snapshots++
        state?.clear()
      }
      onChange()
    })
    this.#child.onUnexpectedEnd(onUnexpectedEnd)
  }

  async kill(): Promise<void> {
    await this.#child?.kill()
  }

  /** The newest one is checked first: it is the last one that arrives. */
  isComplete(published: readonly Published[]): boolean {
    return published.findLast((each) => !this.#has(each)) === undefined
  }

  missing(published: readonly Published[]): string[] {
    return published
      .filter((each) => !this.#has(each))
      .map(({ room, note }) => `${room} ${keyOf(note)}`)
  }

  #has({ room, note }: Published): boolean {
    return this.#rooms.get(room)?.has(note) === true
  }
}

describeRedis('Pages of two servers with snapshots', () => {
  const opened: { close(): Promise<void> }[] = []
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close()
  })

  it(`have the whole state after ${KILLS} kills of pages, servers and Redis`, async () => {
    const { changed, fail, until } = listening()
    const redis = await RedisServer.start('--appendonly', 'yes', '--appendfsync', 'always')
    opened.push(redis)
    const ports = [await freePort(), await freePort()]
    const balancer = await Balancer.start(ports)
    opened.push(balancer)
    const published: Published[] = []
    const servers: Child[] = []
    let stopped = 0
    let lives = 0
    const startServer = async (index: number): Promise<void> => {
      const args = [String(ports[index]), redis.url, `${index}.${lives++}`]
      servers[index] = await Child.start(file('server'), args, (message) => {
        const report = message as Published | { ready: true } | { stopped: true }
        if ('stopped' in report) stopped++
        else if (!('ready' in report)) published.push(report)
        changed()
      })
      servers[index]?.onUnexpectedEnd(fail)
      servers[index]?.send('go')
    }
    await Promise.all([startServer(0), startServer(1)])
    const pages = [new Page(), new Page()]
    await Promise.all(pages.map((page) => page.start(balancer.url, changed, fail)))
    const untilComplete = (step: string, events: readonly Published[]): Promise<true> =>
      until(
        () => pages.every((page) => page.isComplete(events)) || undefined,
        () => {
          const states = pages.map((page) => {
            const missing = page.missing(events)
            return `${page.gaps} gaps, ${page.snapshots} snapshots, ${missing.length} events missing, ${missing[0]} to ${missing.at(-1)}`
          })
          return `${step}, ${events.length} events: ${states.join('; ')}`
        },
      )

    for (let n = 0; n < KILLS; n++) {
      const index = n % 2
      if (n % 3 === 0) {
        await pages[index]?.kill()
        await pages[index]?.start(balancer.url, changed, fail)
      } else if (n % 3 === 1) {
        await servers[index]?.kill()
        await startServer(index)
      } else {
        await redis.kill('SIGKILL')
        await redis.up()
      }
      const count = published.length
      await until(
        () => (published.length > count + 10 ? true : undefined),
        () => `kill ${n}: ${published.length - count} of 10 events published`,
      )
      // Every other kill comes while the pages still catch up.
      if (n % 2 === 0) await untilComplete(`kill ${n}`, [...published])
    }
    for (const server of servers) server.send('stop')
    await until(
      () => (stopped === servers.length ? true : undefined),
      () => `${stopped} servers stopped`,
    )
    await untilComplete('end', published)
    await Promise.all([...servers, ...pages].map((each) => each.kill()))
    for (const page of pages) {
      expect(page.missing(published)).toEqual([])
      expect(page.gaps).toBe(0)
      // Each life of a page starts with one snapshot for each room.
      expect(page.snapshots).toBeGreaterThan(ROOMS.length)
    }
  }, 600_000)
})
