import { createClient } from 'redis'
import { redisBroker } from '../../../../runtime/redis'
import { Brokers, HUB, appendAll, withoutMark } from './support/harness'
import { Proxy } from './support/proxy'
import { RedisServer, describeRedis } from './support/redis-server'
import { RecordingSink } from './support/sink'

const STREAM = 'sse:{Rooms}:events'
const TAILS = 'sse:{Rooms}:tails'
/** ms; small, so that what only a timer can see is seen soon. */
const QUICK = { timeout: 1000, block: 100 }

describeRedis('A Redis broker, when Redis', () => {
  let redis: RedisServer
  const brokers = new Brokers()

  beforeEach(async () => {
    redis = await RedisServer.start('--stream-node-max-entries', '10')
  })
  afterEach(async () => {
    await brokers.close()
    await redis.close()
  })

  it('is unavailable at the start: publishing rejects, and the hub opens when Redis is available', async () => {
    await redis.kill()
    const broker = brokers.make(redis.client(), QUICK)
    const sink = new RecordingSink()
    const opened = broker.open(sink)
    await sink.until(({ calls }) => calls.length > 0)
    expect(sink.calls.map(({ call }) => call)).toEqual(['down'])
    await expect(broker.append('r', '', '')).rejects.toMatchObject({
      name: 'RedisError',
      outcome: 'refused',
      message: expect.stringMatching(
        /not published: Redis cannot be reached: .*ECONNREFUSED/,
      ) as string,
    })
    await redis.up()
    await opened
    const id = await broker.append('r', '', '')
    await sink.until(({ live }) => live.length === 1)
    expect(sink.live[0]?.id).toBe(id)
    expect(sink.calls.map(({ call }) => call)).toEqual(['down', 'preload', 'up', 'entries'])
  })

  it('does not answer a new connection: publishing is refused, because no event was sent', async () => {
    const broker = brokers.make(redis.client(), QUICK)
    redis.hang()
    await expect(broker.append('r', '', '')).rejects.toMatchObject({
      outcome: 'refused',
      message: 'the event was not published: no answer in 1000 ms',
    })
    redis.resume()
    await broker.append('r', '', 'after')
    expect(await redis.command('XLEN', STREAM)).toBe(1)
  })

  it('never becomes available: closing does not wait for it', async () => {
    await redis.kill()
    const broker = brokers.make(redis.client(), QUICK)
    const opened = broker.open(new RecordingSink())
    await broker.close()
    await opened
  })

  it('drops all connections: both ends reconnect, and nothing is lost or duplicated', async () => {
    const [a, b] = [await brokers.open(redis), await brokers.open(redis)]
    const acknowledged: string[] = []
    for (let round = 0; round < 10; round++) {
      acknowledged.push(...(await appendAll(a.broker, 'r', 20)))
      await redis.command('CLIENT', 'KILL', 'TYPE', 'normal')
      const id = await a.broker.append('r', '', '').catch(() => undefined)
      if (id) acknowledged.push(id)
    }
    await b.sink.until(({ live }) => live.at(-1)?.id === acknowledged.at(-1))
    expect(b.sink.live.map(({ id }) => id)).toEqual(acknowledged)
    expect(b.sink.count('reset')).toBe(0)
  })

  it('is cut off from one process for a while: that process catches up', async () => {
    const proxy = await Proxy.start(redis.port)
    const [a, b] = [
      await brokers.open(redis),
      await brokers.open(createClient({ url: proxy.url }), QUICK),
    ]
    await a.broker.append('r', '', '0')
    await b.sink.until(({ live }) => live.length === 1)
    proxy.cut()
    await b.sink.until((sink) => sink.count('down') === 1)
    await appendAll(a.broker, 'r', 500)
    await expect(b.broker.append('r', '', '')).rejects.toMatchObject({ outcome: 'refused' })
    proxy.mend()
    await b.sink.until(({ live }) => live.length === 501)
    expect(b.sink.count('up')).toBe(2)
    expect(b.sink.count('reset')).toBe(0)
    expect(b.sink.count('preload')).toBe(1)
    await b.broker.append('r', '', '')
    await proxy.close()
  })

  it('has trimmed events that a process missed: the hub is reset before the next events', async () => {
    const proxy = await Proxy.start(redis.port)
    const limits = { maxEvents: 20, maxBurst: 20, ...QUICK }
    const hub = { maxEvents: 20 }
    const a = await brokers.open(redis, limits, hub)
    const b = await brokers.open(createClient({ url: proxy.url }), limits, hub)
    await a.broker.append('r', '', '')
    await b.sink.until(({ live }) => live.length === 1)
    proxy.cut()
    await b.sink.until((sink) => sink.count('down') === 1)
    const ids = await appendAll(a.broker, 'r', 200)
    proxy.mend()
    await b.sink.until(({ live }) => live.at(-1)?.id === ids.at(-1))
    const calls = b.sink.calls.map(({ call }) => call)
    expect(calls.slice(0, 6)).toEqual(['preload', 'up', 'entries', 'down', 'up', 'reset'])
    expect(b.sink.count('reset')).toBe(1)
    await proxy.close()
  })

  it('has a burst that one process missed: recent events remain beyond the limit', async () => {
    const proxy = await Proxy.start(redis.port)
    const limits = { maxEvents: 20, ...QUICK }
    const a = await brokers.open(redis, limits, { maxEvents: 20 })
    const b = await brokers.open(createClient({ url: proxy.url }), limits, { maxEvents: 20 })
    await a.broker.append('r', '', '')
    await b.sink.until(({ live }) => live.length === 1)
    proxy.cut()
    await b.sink.until((sink) => sink.count('down') === 1)
    await appendAll(a.broker, 'r', 180)
    proxy.mend()
    await b.sink.until(({ live }) => live.length === 181)
    expect(b.sink.count('reset')).toBe(0)
    await proxy.close()
  })

  it('is unresponsive with its connections open: a timer rejects, and reading continues afterwards', async () => {
    const { broker, sink } = await brokers.open(redis, QUICK)
    await broker.append('r', '', 'before')
    redis.hang()
    await expect(broker.append('r', '', 'during')).rejects.toMatchObject({
      outcome: 'unknown',
      message: expect.stringMatching(/may have been published: .*no answer in 1000 ms/) as string,
    })
    await sink.until((each) => each.count('down') === 1)
    redis.resume()
    await sink.until((each) => each.count('up') === 2)
    await broker.append('r', '', 'after')
    await sink.until(({ live }) => live.at(-1)?.data === 'after')
    const data = sink.live.map((entry) => entry.data)
    expect(data.filter((each) => each !== 'during')).toEqual(['before', 'after'])
    expect(data.filter((each) => each === 'during').length).toBeLessThanOrEqual(1)
    expect(sink.count('reset')).toBe(0)
  })

  it('no longer has the script: it is loaded again, and events keep their order', async () => {
    const { broker, sink } = await brokers.open(redis)
    await broker.append('r', '', '')
    const published: Promise<string>[] = []
    for (let n = 0; n < 300; n++) {
      if (n % 100 === 50) await redis.command('SCRIPT', 'FLUSH')
      published.push(broker.append('r', '', `${n}`))
    }
    const ids = await Promise.all(published)
    await sink.until(({ live }) => live.length === 301)
    expect(sink.live.slice(1).map(({ id }) => id)).toEqual(ids)
    expect(sink.live.slice(1).map(({ data }) => Number(data))).toEqual(ids.map((_, n) => n))
  })

  it.each(['FLUSHALL', 'FLUSHDB ASYNC'])(
    'is emptied by %s: an idle hub detects it',
    async (command) => {
      const { broker, sink } = await brokers.open(redis, QUICK)
      await appendAll(broker, 'r', 3)
      await sink.until(({ live }) => live.length === 3)
      await redis.command(...command.split(' '))
      await sink.until((each) => each.count('preload') === 2)
      // On a busy machine, the broker may also have lost its connection.
      const calls = sink.calls.map(({ call }) => call)
      expect(calls.filter((call) => call === 'reset' || call === 'preload')).toEqual([
        'preload',
        'reset',
        'preload',
      ])
      const id = await broker.append('r', '', '')
      await sink.until(({ live }) => live.at(-1)?.id === id)
      expect(sink.count('reset')).toBe(1)
    },
  )

  it('is emptied, and nothing is published: closing does not wait for events that are lost', async () => {
    const { broker, sink } = await brokers.open(redis, QUICK)
    await appendAll(broker, 'r', 3)
    await sink.until(({ live }) => live.length === 3)
    await redis.command('FLUSHALL')
    await sink.until((each) => each.count('preload') === 2)
    await expect(broker.close()).resolves.toBeUndefined()
  })

  it('is emptied, and an event follows at once: the hub is reset before that event', async () => {
    const { broker, sink } = await brokers.open(redis, { block: 600_000 })
    await appendAll(broker, 'r', 3)
    await sink.until(({ live }) => live.length === 3)
    await redis.command('FLUSHALL')
    const id = await broker.append('r', '', '')
    await sink.until((each) => each.count('preload') === 2)
    expect(sink.calls.slice(-2)).toMatchObject([
      { call: 'reset' },
      { call: 'preload', entries: [{ id }] },
    ])
    expect(sink.preloaded.at(-1)?.prev).toMatch(/-0$/)
  })

  it('evicts the stream: processes that have read it lose nothing', async () => {
    const { broker, sink } = await brokers.open(redis, QUICK)
    await appendAll(broker, 'r', 3)
    await sink.until(({ live }) => live.length === 3)
    const last = sink.live.at(-1)?.id
    await redis.command('DEL', STREAM)
    const id = await broker.append('r', '', '')
    await sink.until(({ live }) => live.length === 4)
    expect(sink.live.at(-1)).toMatchObject({ id, prev: withoutMark(last) })
    expect(sink.count('reset')).toBe(0)
  })

  it('evicts the last ids of addresses: numbers continue, and prev of the next event is conservative', async () => {
    const { broker, sink } = await brokers.open(redis, QUICK)
    await broker.append('r/1', '', '')
    await broker.append('r/2', '', '')
    await sink.until(({ live }) => live.length === 2)
    const last = sink.live.at(-1)?.id
    await redis.command('DEL', TAILS)
    await broker.append('r/1', '', '')
    await sink.until(({ live }) => live.length === 3)
    expect(sink.live.at(-1)?.prev).toBe(withoutMark(last))
    expect(sink.count('reset')).toBe(0)
  })

  it('is out of memory: publishing fails with its error, reading and publishing continue afterwards', async () => {
    const { broker, sink } = await brokers.open(redis)
    await broker.append('r', '', '')
    await redis.command('CONFIG', 'SET', 'maxmemory', '1')
    await expect(broker.append('r', '', '')).rejects.toMatchObject({
      outcome: 'refused',
      message: expect.stringMatching(/not published: OOM/) as string,
    })
    await redis.command('CONFIG', 'SET', 'maxmemory', '0')
    const id = await broker.append('r', '', '')
    await sink.until(({ live }) => live.at(-1)?.id === id)
    expect(sink.live).toHaveLength(2)
    expect(sink.count('down')).toBe(0)
  })

  it('becomes a replica: publishing fails, and continues when it is the primary again', async () => {
    const other = await RedisServer.start()
    const { broker, sink } = await brokers.open(redis, QUICK)
    await broker.append('r', '', '')
    await redis.command('REPLICAOF', '127.0.0.1', `${other.port}`)
    await expect(broker.append('r', '', '')).rejects.toMatchObject({ outcome: 'refused' })
    await redis.command('REPLICAOF', 'NO', 'ONE')
    await broker.append('r', '', 'after')
    await sink.until(({ live }) => live.at(-1)?.data === 'after')
    await other.close()
  })

  it('has another type under the key: publishing rejects', async () => {
    await redis.command('SET', STREAM, 'x')
    const broker = brokers.make(redis.client(), QUICK)
    await expect(broker.append('r', '', '')).rejects.toMatchObject({
      outcome: 'refused',
      message: expect.stringMatching(/WRONGTYPE/) as string,
    })
  })

  it('allows no XREAD: the delay before each new attempt grows, and publishing works', async () => {
    await redis.command('ACL', 'SETUSER', 'noread', 'on', '>noread', '~*', '+@all', '-xread')
    const client = redis.client({ username: 'noread', password: 'noread' })
    const setTimeouts = jest.spyOn(globalThis, 'setTimeout')
    const { broker, sink } = await brokers.open(client)
    await broker.append('r', '', '')
    await sink.until((each) => each.count('down') === 5)
    const delays = setTimeouts.mock.calls.map(([, delay]) => Number(delay))
    setTimeouts.mockRestore()
    const pauses = delays.filter((delay) => delay >= 25 && delay <= 2000)
    expect(pauses.at(-1)).toBeGreaterThanOrEqual(200)
  })

  it('allows no CLIENT commands: a hub is added all the same', async () => {
    await redis.command(
      'ACL',
      'SETUSER',
      'app',
      'on',
      '>secret',
      '~*',
      '+@all',
      '-client|unblock',
      '-client|id',
    )
    const client = redis.client({ username: 'app', password: 'secret' })
    const factory = redisBroker(client, { block: 600_000, timeout: 400 })
    const [a, b] = [factory({ ...HUB, name: 'A' }), factory({ ...HUB, name: 'B' })]
    const sinks = [new RecordingSink(), new RecordingSink()] as const
    await a.open(sinks[0])
    await b.open(sinks[1])
    await b.append('r', '', '')
    await sinks[1].until(({ live }) => live.length === 1)
    expect(sinks[0].count('down')).toBe(0)
    await Promise.all([a.close(), b.close()])
  })
})

describeRedis('A Redis broker, when Redis with an append-only file', () => {
  const brokers = new Brokers()
  afterEach(() => brokers.close())

  it('restarts: publishing fails while it loads, and the hub continues without a gap', async () => {
    const redis = await RedisServer.start(
      ...['--appendonly', 'yes', '--appendfsync', 'always', '--key-load-delay', '2000'],
      ...['--loading-process-events-interval-bytes', '1024'],
    )
    const { broker, sink } = await brokers.open(redis, QUICK)
    const ids = await appendAll(broker, 'r', 5)
    for (let n = 0; n < 500; n++) await redis.command('SET', `filler:${n}`, 'x'.repeat(2000))
    await redis.command('CONFIG', 'SET', 'auto-aof-rewrite-percentage', '0')
    await redis.command('BGREWRITEAOF')
    while (!/aof_rewrite_in_progress:0/.test(String(await redis.command('INFO', 'persistence'))));
    await redis.kill('SIGKILL')
    await redis.up()
    await expect(broker.append('r', '', '')).rejects.toMatchObject({
      outcome: 'refused',
      message: expect.stringMatching(/LOADING/) as string,
    })
    // On a busy machine, the broker may also have lost its connection before.
    const ups = sink.count('up')
    await sink.until((each) => each.count('up') > ups)
    const id = await broker.append('r', '', 'after')
    await sink.until(({ live }) => live.at(-1)?.id === id)
    expect(sink.live.map((entry) => entry.id)).toEqual([...ids, id])
    expect(sink.count('reset')).toBe(0)
    await redis.close()
  })

  it('restarts with older data: the hub is reset, at once or before the next event', async () => {
    const redis = await RedisServer.start()
    const { broker, sink } = await brokers.open(redis, QUICK)
    await appendAll(broker, 'r', 3)
    await redis.command('SAVE')
    await appendAll(broker, 'r', 3)
    await sink.until(({ live }) => live.length === 6)
    await redis.kill('SIGKILL')
    await redis.up()
    await sink.until((each) => each.count('preload') === 2)
    expect(sink.calls.slice(-3).map(({ call }) => call)).toEqual(['reset', 'preload', 'up'])
    expect(sink.preloaded).toHaveLength(3)
    const id = await broker.append('r', '', '')
    await sink.until(({ live }) => live.at(-1)?.id === id)
    expect(sink.count('reset')).toBe(1)
    await redis.close()
  })
})
