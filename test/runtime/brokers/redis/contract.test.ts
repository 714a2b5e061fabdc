import type { Broker, BrokerFactory } from '../../../../runtime/brokers/broker'
import { memoryBroker } from '../../../../runtime/brokers/memory-broker'
import { redisBroker } from '../../../../runtime/redis'
import { HUB, withoutMark } from './support/harness'
import { RedisServer, describeRedis } from './support/redis-server'
import { RecordingSink } from './support/sink'

function contract(factory: () => BrokerFactory): void {
  let broker: Broker
  let sink: RecordingSink

  beforeEach(async () => {
    broker = factory()(HUB)
    sink = new RecordingSink()
    await broker.open(sink)
  })
  afterEach(() => broker.close())

  it('has given its preload and is up when it has opened', () => {
    expect(sink.calls).toEqual([{ call: 'preload', entries: [] }, { call: 'up' }])
  })

  it('delivers each event once, as it was appended', async () => {
    const contents = ['', 'null', '{"a":"\\n"}', 'a\r\nb\0c', '\u2028𝒳ü', 'x'.repeat(300_000)]
    for (const data of contents) await broker.append('rooms/a%2Fb', 'joined', data)
    await broker.append('', '', '')
    await sink.until(({ live }) => live.length > contents.length)
    expect(sink.live.slice(0, -1).map(({ data }) => data)).toEqual(contents)
    expect(sink.live[0]).toMatchObject({ address: 'rooms/a%2Fb', event: 'joined' })
    expect(sink.live.at(-1)).toMatchObject({ address: '', event: '', data: '' })
  })

  it('orders events as append was called, with ids that grow', async () => {
    const calls = Array.from({ length: 500 }, (_, n) => broker.append(`r/${n % 7}`, '', `${n}`))
    const ids = await Promise.all(calls)
    await sink.until(({ live }) => live.length === 500)
    expect(sink.live.map(({ id, data }) => [id, data])).toEqual(ids.map((id, n) => [id, `${n}`]))
    const parts = ids.map((id) => id.split('-').map(Number))
    for (const [n, [ms = 0, count = 0]] of parts.entries()) {
      const [previousMs = 0, previousCount = 0] = parts[n - 1] ?? []
      expect(ms > previousMs || (ms === previousMs && count > previousCount)).toBe(true)
    }
  })

  it('points each event at the one before it at its address', async () => {
    for (const address of ['a', 'b', 'a', 'c', 'b', 'a']) await broker.append(address, '', '')
    await sink.until(({ live }) => live.length === 6)
    const [a1, b1, a2, c1, b2, a3] = sink.live
    expect([a2, b2, a3].map((each) => each?.prev)).toEqual(
      [a1, b1, a2].map((each) => withoutMark(each?.id)),
    )
    const first = [a1, b1, c1].map((entry) => Number(entry?.prev.split('-')[1]))
    expect(first.every((n) => n < Number(a1?.id.split('-')[1]))).toBe(true)
  })

  it('refuses events after it is closed, and no longer calls the sink', async () => {
    await broker.append('a', '', '')
    await sink.until(({ live }) => live.length === 1)
    const last = broker.append('a', '', '').catch(() => undefined)
    const before = sink.calls.length
    await broker.close()
    await last
    await expect(broker.append('a', '', '')).rejects.toThrow(/closed/)
    expect(sink.calls.slice(before).every(({ call }) => call === 'entries')).toBe(true)
    await broker.close()
  })
}

describe('The memory broker', () => contract(memoryBroker))

describeRedis('The Redis broker', () => {
  let redis: RedisServer
  beforeAll(async () => {
    redis = await RedisServer.start()
  })
  afterEach(() => redis.command('FLUSHALL'))
  afterAll(() => redis.close())
  contract(() => redisBroker(redis.client()))
})
