import { createClient as createClient5 } from 'redis5'
import { redisBroker } from '../../../../runtime/redis'
import type { RedisClient } from '../../../../runtime/redis'
import { Brokers, HUB, appendAll, withoutMark } from './support/harness'
import { RedisServer, describeRedis } from './support/redis-server'
import { RecordingSink } from './support/sink'

describeRedis('A Redis broker', () => {
  let redis: RedisServer
  const brokers = new Brokers()

  beforeAll(async () => {
    // Small nodes, so that trimming (by whole nodes) shows with few events.
    redis = await RedisServer.start('--stream-node-max-entries', '10')
  })
  afterEach(async () => {
    await brokers.close()
    await redis.command('FLUSHALL')
  })
  afterAll(() => redis.close())

  describe.each([
    ['6', (): RedisClient => redis.client()],
    ['5', (): RedisClient => createClient5({ url: redis.url })],
  ])('with node-redis %s', (_, client) => {
    it('hands an event to every process, once, with the id that append gave', async () => {
      const [a, b] = [await brokers.open(client()), await brokers.open(client())]
      const id = await a.broker.append('rooms/1', 'joined', '{"user":"ü\\u0000"}\n')
      for (const { sink } of [a, b]) {
        await sink.until(({ live }) => live.length === 1)
        expect(sink.live[0]).toEqual({
          id,
          prev: expect.any(String) as string,
          address: 'rooms/1',
          event: 'joined',
          data: '{"user":"ü\\u0000"}\n',
        })
        expect(sink.calls.map(({ call }) => call)).toEqual(['preload', 'up', 'entries'])
      }
    })

    it('keeps the order of the calls, and numbers events without a gap', async () => {
      const [a, b] = [await brokers.open(client()), await brokers.open(client())]
      const numbers = Array.from({ length: 2000 }, (_, n) => n)
      const ids = await Promise.all(numbers.map((n) => a.broker.append('r', '', `${n}`)))
      await b.sink.until(({ live }) => live.length === 2000)
      expect(b.sink.live.map(({ data }) => Number(data))).toEqual(numbers)
      expect(b.sink.live.map(({ id }) => id)).toEqual(ids)
      expect(ids.map((id) => Number(id.split('-')[1]))).toEqual(numbers.map((n) => n + 1))
      expect(b.sink.count('reset')).toBe(0)
    })
  })

  it('accepts a reply that arrives while the process is busy', async () => {
    const timeout = 500
    const { broker } = await brokers.open(redis, { timeout })
    await broker.append('r', '', 'first')
    const appended = broker.append('r', '', 'second')
    // The command is sent.
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate)
    for (const end = performance.now() + 2 * timeout; performance.now() < end;);
    expect(await appended).toMatch(/^\d+-\d+-\w+$/)
  })

  it('gives a hub that starts the newest events, in order, as many as it keeps', async () => {
    const { broker } = await brokers.open(redis)
    const ids = await appendAll(broker, 'r', 700)
    const { sink } = await brokers.open(redis, {}, { maxEvents: 500 })
    expect(sink.preloaded.map(({ id }) => id)).toEqual(ids.slice(200))
    const next = await broker.append('r', '', 'next')
    await sink.until(({ live }) => live.length > 0)
    expect(sink.live.map(({ id }) => id)).toEqual([next])
  })

  it('stops the preload at the bytes that the hub keeps', async () => {
    const { broker } = await brokers.open(redis)
    for (let n = 0; n < 20; n++) await broker.append('r', '', 'x'.repeat(1000))
    const { sink } = await brokers.open(redis, {}, { maxBytes: 5500 })
    expect(sink.preloaded).toHaveLength(5)
  })

  it('loses nothing between the preload and the first read', async () => {
    const { broker } = await brokers.open(redis)
    let isDone = false
    const publishing = (async () => {
      const ids: string[] = []
      while (!isDone) ids.push(await broker.append('r', '', ''))
      return ids
    })()
    const sinks: RecordingSink[] = []
    for (let n = 0; n < 10; n++) sinks.push((await brokers.open(redis)).sink)
    isDone = true
    const ids = await publishing
    for (const sink of sinks) {
      await sink.until(
        ({ preloaded, live }) => (live.at(-1) ?? preloaded.at(-1))?.id === ids.at(-1),
      )
      const got = [...sink.preloaded, ...sink.live].map(({ id }) => id)
      expect(got).toEqual(ids.slice(-got.length))
    }
  })

  it('chains the events of an address, over other addresses and over processes', async () => {
    const [a, b] = [await brokers.open(redis), await brokers.open(redis)]
    const first = await a.broker.append('r/1', '', '')
    const other = await b.broker.append('r/2', '', '')
    const second = await b.broker.append('r/1', '', '')
    await a.broker.append('r/1', '', '')
    await a.sink.until(({ live }) => live.length === 4)
    const [e1, e2, e3, e4] = a.sink.live
    expect(e3?.prev).toBe(withoutMark(first))
    expect(e4?.prev).toBe(withoutMark(second))
    // The first of an address points at the hub's own start.
    expect(e1?.prev).toBe(e2?.prev)
    expect(e1?.prev).toMatch(/^\d+-0$/)
    expect(e2?.id).toBe(other)
  })

  it('keeps the id of the previous event of an address after it is trimmed', async () => {
    const { broker } = await brokers.open(redis, {}, { maxEvents: 20 })
    const trimming = brokers.make(
      redis.client(),
      { maxEvents: 20, maxBurst: 20 },
      { maxEvents: 20 },
    )
    const quiet = await broker.append('quiet', '', '')
    await appendAll(trimming, 'busy', 100)
    expect(Number(await redis.command('XLEN', 'sse:{Rooms}:events'))).toBeLessThan(40)
    await trimming.append('quiet', '', '')
    const { sink } = await brokers.open(redis, {}, { maxEvents: 20 })
    expect(sink.preloaded.at(-1)?.prev).toBe(withoutMark(quiet))
    expect(sink.preloaded.some(({ id }) => id === quiet)).toBe(false)
  })

  it('trims by age as events come', async () => {
    const old = brokers.make(redis.client())
    await appendAll(old, 'r', 30)
    const newest = await old.append('r', '', '')
    // Time goes by in Redis alone: wait until its clock has passed the newest event.
    while (
      Number(((await redis.command('TIME')) as string[])[0]) * 1000 <=
      Number(newest.split('-')[0])
    );
    const id = await brokers.make(redis.client(), { maxAge: 1 }).append('r', '', '')
    const { sink } = await brokers.open(redis)
    expect(sink.preloaded.map((entry) => entry.id)).toEqual([id])
    expect(sink.preloaded[0]?.prev).toBe(withoutMark(newest))
  })

  it('bounds the addresses that it stores, and never reports a previous event that is too old', async () => {
    const { broker, sink } = await brokers.open(redis, { maxAddresses: 10 })
    const last = new Map<string, string>()
    for (let n = 0; n < 300; n++) {
      const address = `r/${(n * 7) % 40}`
      last.set(address, await broker.append(address, '', address))
    }
    // Beside the addresses it has five fields.
    expect(await redis.command('HLEN', 'sse:{Rooms}:tails')).toBeLessThanOrEqual(15)
    await sink.until(({ live }) => live.length === 300)
    const number = (id: string | undefined): number => Number(id?.split('-')[1] ?? 0)
    const tails = new Map<string, string>()
    for (const { address, id, prev } of sink.live) {
      expect(number(prev)).toBeGreaterThanOrEqual(number(tails.get(address)))
      expect(number(prev)).toBeLessThan(number(id))
      tails.set(address, id)
    }
  })

  it('uses one blocked connection for all hubs of a client, and adds a new hub at once', async () => {
    // Blocking for longer than the test may run shows that the read was woken.
    const factory = redisBroker(redis.client(), { block: 600_000 })
    const names = ['A', 'B', 'C', 'D']
    const made = names.map((name) => factory({ ...HUB, name }))
    const sinks = names.map(() => new RecordingSink())
    for (const [n, broker] of made.entries()) await broker.open(sinks[n] ?? new RecordingSink())
    for (const [n, broker] of made.entries()) {
      const id = await broker.append('r', '', '')
      await sinks[n]?.until(({ live }) => live.some((entry) => entry.id === id))
    }
    expect(sinks.map(({ live }) => live.length)).toEqual([1, 1, 1, 1])
    const clients = String(await redis.command('CLIENT', 'LIST'))
      .trim()
      .split('\n')
    expect(clients.filter((line) => /cmd=xread/.test(line))).toHaveLength(1)
    expect(clients).toHaveLength(3)
    await Promise.all(made.map((broker) => broker.close()))
    while (
      String(await redis.command('CLIENT', 'LIST'))
        .trim()
        .split('\n').length > 1
    );
  })

  it('refuses a second open hub of one name, and options that make no sense', async () => {
    const factory = redisBroker(redis.client())
    const [a, b] = [factory(HUB), factory(HUB)]
    await a.open(new RecordingSink())
    await expect(b.open(new RecordingSink())).rejects.toThrow(/already has a hub Rooms/)
    await Promise.all([a.close(), b.close()])
    await expect(a.append('r', '', '')).rejects.toThrow(/closed/)
    expect(() => redisBroker(redis.client(), { timeout: 0 })).toThrow(/timeout must be/)
    expect(() => redisBroker(redis.client(), { maxEvents: 1.5 })).toThrow(/maxEvents must be/)
  })

  it('keeps its keys under the prefix, with one hash tag a hub, and heeds the prefix of the client', async () => {
    const broker = brokers.make(redis.client({ keyPrefix: 'app:' }), { prefix: 'live:' })
    await broker.append('r', '', '')
    const keys = (await redis.command('KEYS', '*')) as string[]
    expect(keys.sort()).toEqual(['app:live:{Rooms}:events', 'app:live:{Rooms}:tails'])
  })

  it('works however the application uses the given client', async () => {
    const client = redis.client({ commandOptions: { timeout: 1 }, disableOfflineQueue: false })
    await client.connect()
    const { broker, sink } = await brokers.open(client)
    client.destroy()
    await broker.append('r', '', '')
    await sink.until(({ live }) => live.length === 1)
  })

  it('keeps its connections while they are idle, whatever socketTimeout the client has', async () => {
    const client = redis.client({ socket: { socketTimeout: 100 } })
    const { sink } = await brokers.open(client, { block: 500 })
    await sink.until(({ positions }) => positions === 2)
    expect(sink.count('down')).toBe(0)
  })
})
