import { join } from 'node:path'
import { Child } from '../../../support/child'
import { RedisServer, describeRedis } from './support/redis-server'
import { freePort } from '../../../support/free-port'
import { HttpReader } from './support/run-kills/http-reader'
import { LEASE } from './support/run-kills/times'

const folder = join(__dirname, 'support/run-kills')

describeRedis('Runs of two processes', () => {
  let redis: RedisServer
  const servers: Child[] = []

  beforeEach(async () => {
    redis = await RedisServer.start()
  })
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.kill()))
    await redis.close()
  })

  /** Starts a process; resolves to its URL. */
  async function serve(preload?: string): Promise<string> {
    const port = await freePort()
    const args = [String(port), redis.url, `p${servers.length}`]
    servers.push(await Child.start(join(folder, 'server.ts'), args, () => undefined, preload))
    return `http://127.0.0.1:${port}`
  }

  /** A client that reads the run of another one through another process. */
  async function follow(reader: HttpReader, base: string): Promise<HttpReader> {
    while (reader.events.length < 5) await new Promise((resolve) => setTimeout(resolve, 5))
    const { pathname } = new URL(reader.location ?? '')
    return new HttpReader(base, { location: base + pathname })
  }

  it('are not ended by clocks that differ by ten minutes', async () => {
    const [behind, ahead] = [await serve(), await serve(join(folder, 'clock-ahead.js'))]
    const count = LEASE / 4
    for (const [producing, other] of [
      [behind, ahead],
      [ahead, behind],
    ] as const) {
      const since = performance.now()
      const first = new HttpReader(producing, { key: producing, count })
      const second = await follow(first, other)
      await Promise.all([first.finished, second.finished])
      // Each token takes 10 ms, so the run is open for more than a lease.
      expect(performance.now() - since).toBeGreaterThan(LEASE)
      expect([first.end, second.end]).toEqual(['done', 'done'])
      expect(first.events).toHaveLength(count + 1)
      expect(second.events).toEqual(first.events)
    }
  }, 120_000)

  it('fail when their process is stopped beyond its lease, and get nothing from it when it continues', async () => {
    const [producing, other] = [await serve(), await serve()]
    const first = new HttpReader(producing, { key: 'k', count: 100_000 })
    const second = await follow(first, other)
    while (second.events.length < 5) await new Promise((resolve) => setTimeout(resolve, 5))
    servers[0]?.signal('SIGSTOP')
    const since = performance.now()
    await second.finished
    expect(performance.now() - since).toBeGreaterThan(LEASE / 2)
    expect(second.end).toBe('failed')
    servers[0]?.signal('SIGCONT')
    // The client of the process that was stopped has the same events and the same end.
    await first.finished
    expect(first.end).toBe('failed')
    expect(first.events).toEqual(second.events)
    const later = await follow(first, producing)
    await later.finished
    expect([later.end, later.events]).toEqual(['failed', second.events])
  }, 120_000)
})
