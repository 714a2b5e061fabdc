import { Brokers, appendAll } from './support/harness'
import { RedisServer, describeRedis } from './support/redis-server'

const STREAM = 'sse:{Rooms}:events'
const MIB = 1024 * 1024

/** How a promise of many has settled, and when, ms after the start. */
interface Settled {
  readonly outcome: string
  readonly after: number
}

describeRedis('A Redis broker bounds', () => {
  let redis: RedisServer
  const brokers = new Brokers()

  beforeEach(async () => {
    redis = await RedisServer.start()
  })
  afterEach(async () => {
    await brokers.close()
    await redis.close()
  })

  it('the time of each publish while Redis is unresponsive, whatever the number of earlier ones', async () => {
    // Long, compared with the time of 5000 rejections.
    const timeout = 2000
    const { broker } = await brokers.open(redis, { timeout })
    await broker.append('r', '', '')
    redis.hang()
    const publish = async (): Promise<Settled> => {
      const start = performance.now()
      const outcome = await broker.append('r', '', '').then(
        () => 'published',
        (error: unknown) => (error as { outcome: string }).outcome,
      )
      return { outcome, after: performance.now() - start }
    }
    const settled = await Promise.all(Array.from({ length: 5000 }, publish))
    redis.resume()
    const latest = Math.max(...settled.map(({ after }) => after))
    expect(latest).toBeLessThan(2 * timeout)
    const count = (outcome: string): number =>
      settled.filter((each) => each.outcome === outcome).length
    // One batch was sent, and perhaps a second one when its time was up; the others were not.
    expect(count('unknown')).toBeLessThanOrEqual(1000)
    expect(count('unknown') + count('refused')).toBe(5000)
    await broker.append('r', '', 'after')
  })

  it('the bytes that wait for Redis', async () => {
    const { broker } = await brokers.open(redis, { timeout: 1000, maxPending: 100_000 })
    redis.hang()
    const kept = Array.from({ length: 90 }, () => broker.append('r', '', 'x'.repeat(1000)))
    const settled: string[] = []
    for (const each of kept) {
      each.catch(() => undefined).finally(() => settled.push('kept'))
    }
    const refused = Array.from({ length: 30 }, () => broker.append('r', '', 'x'.repeat(1000)))
    const results = await Promise.allSettled(refused.slice(10))
    // At once, and not after the time of those that wait.
    expect(settled).toEqual([])
    for (const result of results) {
      expect(result).toMatchObject({
        reason: {
          name: 'RedisError',
          outcome: 'refused',
          message: expect.stringMatching(
            /^the event was not published: \d+ of at most 100000 bytes wait for Redis \(maxPending\)$/,
          ) as string,
        },
      })
    }
    redis.resume()
    await Promise.allSettled([...kept, ...refused])
    await broker.append('r', '', 'x'.repeat(200_000))
  })

  it('the bytes of the stream, at any rate of events', async () => {
    const broker = brokers.make(redis.client(), { maxBytes: 4 * MIB }, { maxBytes: MIB })
    for (let n = 0; n < 40; n++) await broker.append('r', '', 'x'.repeat(MIB / 4))
    const large = Number(await redis.command('XLEN', STREAM))
    expect(large).toBeGreaterThanOrEqual(14)
    expect(large).toBeLessThanOrEqual(16)
    await broker.append('r', '', 'x'.repeat(6 * MIB))
    expect(await redis.command('XLEN', STREAM)).toBe(1)
    await Promise.all(Array.from({ length: 2000 }, () => broker.append('r', '', '')))
    // The large event leaves as soon as others do not fit beside it.
    expect(await redis.command('XLEN', STREAM)).toBe(2000)
  })

  it('what a process that starts reads, by the bytes of the hub', async () => {
    const broker = brokers.make(redis.client(), { maxBytes: 1024 * MIB })
    for (let n = 0; n < 100; n++) await broker.append('r', '', 'x'.repeat(MIB))
    const written = async (): Promise<number> =>
      Number(/total_net_output_bytes:(\d+)/.exec(String(await redis.command('INFO', 'stats')))?.[1])
    const before = await written()
    const { sink } = await brokers.open(redis)
    expect(sink.preloaded).toHaveLength(7)
    expect((await written()) - before).toBeLessThan(20 * MIB)
  })

  it('the amount that a process reads at a time after a disconnection', async () => {
    const a = brokers.make(redis.client(), { maxBytes: 1024 * MIB, maxPending: 128 * MIB })
    const b = await brokers.open(redis, { maxBytes: 1024 * MIB, timeout: 30_000 })
    const last = await appendAll(a, 'r', 1)
    await b.sink.until(({ live }) => live.at(-1)?.id === last.at(-1))
    await redis.command('CLIENT', 'PAUSE', '100', 'WRITE')
    const ids = await Promise.all(
      Array.from({ length: 60 }, () => a.append('r', '', 'x'.repeat(MIB))),
    )
    await b.sink.until(({ live }) => live.at(-1)?.id === ids.at(-1))
    const batches = b.sink.calls.flatMap((each) => (each.call === 'entries' ? [each.entries] : []))
    expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(8)
    expect(b.sink.live).toHaveLength(61)
  })

  it('nothing that was acknowledged when it closes: its own sink gets it first', async () => {
    const { broker, sink } = await brokers.open(redis)
    const published = Array.from({ length: 3000 }, (_, n) => broker.append('r', '', `${n}`))
    await Promise.all(published)
    await broker.close()
    expect(sink.live).toHaveLength(3000)
  })

  it('the time of closing while Redis is unresponsive', async () => {
    const { broker } = await brokers.open(redis, { timeout: 1000, block: 100 })
    await broker.append('r', '', '')
    redis.hang()
    const rejected = expect(broker.append('r', '', '')).rejects.toMatchObject({
      outcome: 'unknown',
    })
    // Redis continues only after the broker has closed.
    await broker.close()
    await rejected
    redis.resume()
  })
})
