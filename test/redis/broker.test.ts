import { redisBroker } from '../../runtime/redis'
import type { RedisBrokerOptions } from '../../runtime/redis'
import type { Broker } from '../../runtime/broker'
import { RedisServer, describeRedis } from './redis-server'
import { RecordingSink } from './sink'

const HUB = { name: 'Rooms', maxEvents: 1000, maxBytes: 8 * 1024 * 1024, maxAge: undefined }

describeRedis('A Redis broker', () => {
  let redis: RedisServer
  const brokers: Broker[] = []

  beforeAll(async () => {
    redis = await RedisServer.start()
  })
  afterEach(async () => {
    await Promise.all(brokers.splice(0).map((broker) => broker.close()))
    await redis.command('FLUSHALL')
  })
  afterAll(() => redis.close())

  /** A broker as a process of its own would have it. */
  function broker(options: RedisBrokerOptions = {}, hub: Partial<typeof HUB> = {}): Broker {
    const made = redisBroker(redis.client(), options)({ ...HUB, ...hub })
    brokers.push(made)
    return made
  }

  async function open(made: Broker): Promise<RecordingSink> {
    const sink = new RecordingSink()
    await made.open(sink)
    return sink
  }

  it('hands an event to every process, once, with the id that append gave', async () => {
    const [a, b] = [broker(), broker()]
    const sinks = [await open(a), await open(b)]
    const id = await a.append('rooms/1', 'joined', '{"user":"ü"}')
    for (const sink of sinks) {
      await sink.until(({ live }) => live.length === 1)
      expect(sink.live[0]).toMatchObject({
        id,
        address: 'rooms/1',
        event: 'joined',
        data: '{"user":"ü"}',
      })
    }
  })

  it('keeps the order of the calls, and counts them without a hole', async () => {
    const [a, b] = [broker(), broker()]
    const sink = await open(b)
    const ids = await Promise.all(Array.from({ length: 2000 }, (_, n) => a.append('r', '', `${n}`)))
    await sink.until(({ live }) => live.length === 2000)
    expect(sink.live.map(({ data }) => data)).toEqual(ids.map((_, n) => `${n}`))
    expect(sink.live.map(({ id }) => id)).toEqual(ids)
    expect(ids.map((id) => Number(id.split('-')[1]))).toEqual(ids.map((_, n) => n + 1))
    expect(sink.count('reset')).toBe(0)
  })
})
