import { createClient, createCluster } from 'redis'
import { createClient as createClient5 } from 'redis5'
import { redisRuns } from '../../../../runtime/redis-runs'
import type { RedisClient } from '../../../../runtime/redis-runs'
import { aborted, count, Harness, numbers, OWNER } from '../../runs/support/service'
import { Proxy } from './support/proxy'
import { RedisServer, describeRedis } from './support/redis-server'

/** ms; small, so that what only a timer can see is seen soon. */
const QUICK = { lease: 1200, timeout: 600 }

describeRedis('Services of runs on one Redis', () => {
  let redis: RedisServer
  const made: Harness[] = []

  beforeEach(async () => {
    redis = await RedisServer.start()
  })
  afterEach(async () => {
    await Promise.all(made.splice(0).map((each) => each.close()))
    await redis.close()
  })

  function service(
    client: RedisClient = redis.client(),
    options = QUICK,
    more: ConstructorParameters<typeof Harness>[0] = {},
  ): Harness {
    const harness = new Harness({ broker: redisRuns(client, options), sealTimeout: 1000, ...more })
    made.push(harness)
    return harness
  }

  it.each([
    ['6', (): RedisClient => redis.client()],
    ['5', (): RedisClient => createClient5({ url: redis.url })],
  ])(
    'start on one, are read while they are written and resumed on another, with node-redis %s',
    async (_, client) => {
      const [a, b] = [service(client()), service(client())]
      const run = await a.run(() => count(300))
      const [onA, onB, resumed] = await Promise.all([a.read(run), b.read(run), b.read(run, 123)])
      expect(onA).toEqual({ texts: numbers(1, 300), end: 'done' })
      expect(onB).toEqual(onA)
      expect(resumed).toEqual({ texts: numbers(124, 300), end: 'done' })
      expect((await b.read(run)).texts).toEqual(numbers(1, 300))
      expect([...a.errors, ...b.errors]).toEqual([])
    },
  )

  it('reach a reader that waits on another process as soon as they are stored', async () => {
    // Without the report of a change the reader would wait for a quarter of the lease.
    const slow = { lease: 400_000, timeout: 5000 }
    const [a, b] = [service(redis.client(), slow), service(redis.client(), slow)]
    let proceed: () => void = () => undefined
    const run = await a.run(async function* () {
      for (let n = 1; n <= 20; n++) {
        yield String(n)
        await new Promise<void>((resolve) => (proceed = resolve))
      }
    })
    const pages = b.service.pages(run, 0, new AbortController().signal)
    for (let n = 1; n <= 20; n++) {
      const page = await pages.next()
      expect(page.value).toEqual([{ event: 'token', data: String(n) }])
      proceed()
    }
    expect(await pages.next()).toEqual({ done: true, value: 'done' })
  })

  it('stop from another process: the producer’s signal aborts at once', async () => {
    const slow = { lease: 400_000, timeout: 5000 }
    const [a, b] = [service(redis.client(), slow), service(redis.client(), slow)]
    const run = await a.run(async function* (signal) {
      yield '1'
      await aborted(signal)
    })
    const reading = a.read(run)
    expect(await b.service.stop(run, { ...OWNER, owner: 'eve' })).toBeUndefined()
    expect(await b.service.stop(run, OWNER)).toBe('stopped')
    expect(await reading).toEqual({ texts: ['1'], end: 'stopped' })
    while (a.service.size > 0) await new Promise(setImmediate)
    expect(a.errors).toEqual([])
  })

  it('join a repeated request on another process', async () => {
    const [a, b] = [service(), service()]
    let starts = 0
    const produce = async function* (signal: AbortSignal): AsyncGenerator<string> {
      starts++
      yield '1'
      await aborted(signal)
    }
    const request = { idempotencyKey: 'k', body: 1 }
    const both = await Promise.all([a.run(produce, request), b.run(produce, request)])
    expect(both[0]).toBe(both[1])
    expect(starts).toBe(1)
    expect(await b.start(produce, { ...request, body: 2 })).toBe(422)
  })

  it('keep a run open whose producer is idle for many leases', async () => {
    const [a, b] = [service(), service()]
    let finish: () => void = () => undefined
    const idle = new Promise<void>((resolve) => (finish = resolve))
    const run = await a.run(async function* () {
      yield '1'
      await idle
      yield '2'
    })
    const reading = b.read(run)
    await new Promise((resolve) => setTimeout(resolve, 4 * QUICK.lease))
    expect(await b.service.find(run, OWNER)).toBeNull()
    finish()
    expect(await reading).toEqual({ texts: ['1', '2'], end: 'done' })
  })

  it('end a run as failed if its producer is cut off for more than a lease, and refuse its later events', async () => {
    const proxy = await Proxy.start(redis.port)
    const a = service(createClient({ url: proxy.url }))
    const b = service()
    let resume: () => void = () => undefined
    const cut = new Promise<void>((resolve) => (resume = resolve))
    let reason: unknown
    const run = await a.run(async function* (signal) {
      signal.addEventListener('abort', () => (reason = signal.reason))
      yield '1'
      await cut
      yield '2'
      await aborted(signal)
    })
    const reading = b.read(run)
    while ((await b.service.state(run, 0))?.count !== 1) await new Promise(setImmediate)
    proxy.cut()
    const since = performance.now()
    expect(await reading).toEqual({ texts: ['1'], end: 'failed' })
    expect(performance.now() - since).toBeGreaterThan(QUICK.lease * 0.6)
    resume()
    proxy.mend()
    while (a.service.size > 0) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(reason).toMatchObject({ name: 'RunRefusedError' })
    expect((await b.read(run)).texts).toEqual(['1'])
    await proxy.close()
  })

  it('do not end a run while Redis does not respond', async () => {
    const [a, b] = [service(), service()]
    let finish: () => void = () => undefined
    const idle = new Promise<void>((resolve) => (finish = resolve))
    const run = await a.run(async function* () {
      yield '1'
      await idle
      yield '2'
    })
    const reading = b.read(run)
    for (let round = 0; round < 2; round++) {
      await new Promise((resolve) => setTimeout(resolve, QUICK.lease / 2))
      redis.hang()
      await new Promise((resolve) => setTimeout(resolve, 2 * QUICK.lease))
      redis.resume()
    }
    await new Promise((resolve) => setTimeout(resolve, QUICK.lease))
    finish()
    expect(await reading).toEqual({ texts: ['1', '2'], end: 'done' })
    expect(a.errors).toEqual([])
  })

  it('continue after Redis was killed, if it stores each write', async () => {
    const durable = await RedisServer.start('--appendonly', 'yes', '--appendfsync', 'always')
    const patient = { lease: 60_000, timeout: 1000 }
    const [a, b] = [service(durable.client(), patient), service(durable.client(), patient)]
    const run = await a.run(() => count(3000))
    const reading = b.read(run)
    for (let kill = 0; kill < 3; kill++) {
      await durable.kill('SIGKILL')
      await durable.up()
      await b.service.state(run, 0).catch(() => undefined)
    }
    expect(await reading).toEqual({ texts: numbers(1, 3000), end: 'done' })
    await durable.close()
  })

  it('end a run as failed if Redis restarted with older data, and keep a prefix', async () => {
    const [a, b] = [service(), service()]
    let proceed: () => void = () => undefined
    const paused = new Promise<void>((resolve) => (proceed = resolve))
    let wasAborted = false
    const run = await a.run(async function* (signal) {
      yield* numbers(1, 10)
      await new Promise((resolve) => setTimeout(resolve, 50))
      await redis.command('SAVE')
      yield* numbers(11, 20)
      await paused
      yield '21'
      await aborted(signal)
      wasAborted = true
    })
    while ((await b.service.state(run, 0))?.count !== 20) await new Promise(setImmediate)
    await redis.kill('SIGKILL')
    await redis.up()
    proceed()
    while (!wasAborted) await new Promise((resolve) => setTimeout(resolve, 5))
    const { texts, end } = await b.read(run)
    expect(end).toBe('failed')
    expect(texts).toEqual(numbers(1, 10))
    // A client that has read more is not given anything twice.
    expect(await b.read(run, 20)).toEqual({ texts: [], end: 'failed' })
  })

  it('lose their runs with FLUSHALL: readers receive an error, and the producer is ended', async () => {
    const [a, b] = [service(), service()]
    let wasAborted = false
    const run = await a.run(async function* (signal) {
      yield '1'
      await aborted(signal)
      wasAborted = true
    })
    const pages = b.service.pages(run, 0, new AbortController().signal)
    await pages.next()
    await redis.command('FLUSHALL')
    expect(await pages.next()).toEqual({ done: true, value: 'lost' })
    while (!wasAborted) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(await b.service.find(run, OWNER)).toBeUndefined()
  })

  it('do not start while Redis is unavailable, and start when it is available again', async () => {
    const a = service()
    await redis.kill()
    await expect(a.start(() => count(1))).rejects.toMatchObject({ name: 'RedisError' })
    await redis.up()
    const run = await a.run(() => count(3))
    expect((await a.read(run)).texts).toEqual(['1', '2', '3'])
  })

  it('leave nothing behind when a run has expired', async () => {
    const a = service(redis.client(), QUICK, { retention: 50 })
    const run = await a.run(() => count(5), { idempotencyKey: 'k' })
    await a.read(run)
    const keys = async (): Promise<string[]> => (await redis.command('KEYS', '*run:*')) as string[]
    while ((await keys()).length > 0) await new Promise((resolve) => setTimeout(resolve, 5))
    expect((await redis.command('KEYS', '*')) as string[]).toEqual(
      expect.arrayContaining(['runs:{Chat.0}:changes']) as string[],
    )
    expect(await a.service.find(run, OWNER)).toBeUndefined()
  })

  it('leave no connection behind when they close', async () => {
    const a = service()
    await a.read(await a.run(() => count(5)))
    await a.close()
    const others = async (): Promise<number> =>
      String(await redis.command('CLIENT', 'LIST', 'TYPE', 'NORMAL'))
        .trim()
        .split('\n').length - 1
    while ((await others()) > 0) await new Promise((resolve) => setTimeout(resolve, 5))
  })

  it('put no key of two slots into one command in a cluster', async () => {
    // A node that has all slots refuses such a command as any cluster does.
    const node = await RedisServer.start('--cluster-enabled', 'yes')
    await node.command('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
    while (!String(await node.command('CLUSTER', 'INFO')).includes('cluster_state:ok'));
    const cluster = createCluster({ rootNodes: [{ url: node.url }] })
    const a = new Harness({ broker: redisRuns(cluster) })
    const b = new Harness({ broker: redisRuns(cluster) })
    made.push(a, b)
    const ids = await Promise.all(
      numbers(1, 30).map((key) => a.run(() => count(20), { idempotencyKey: key })),
    )
    for (const id of ids) {
      expect(await b.read(id)).toEqual({ texts: numbers(1, 20), end: 'done' })
    }
    expect(new Set(ids.map((id) => id.slice(0, 2))).size).toBeGreaterThan(4)
    expect(await b.run(() => count(20), { idempotencyKey: '7' })).toBe(ids[6])
    await Promise.all(made.splice(made.indexOf(a)).map((each) => each.close()))
    await node.close()
  })
})
