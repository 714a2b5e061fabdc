import express from 'express'
import type { BrokerSink, BrokerEvent } from '../../../runtime/brokers/broker'
import { createHub } from '../server/support/express'
import { lines } from '../server/support/channels'
import type { RawClient } from '../server/support/client'
import { Hosts } from '../server/support/host'
import { ScriptedBroker } from './support/scripted-broker'

const BASE = 1_700_000_000_000
const id = (n: number): string => `${BASE + n}-${n}`
const entry = (n: number, prev: number, address = 'lines'): BrokerEvent => ({
  id: id(n),
  prev: id(prev),
  address,
  event: '',
  data: `${n}`,
})
const run = (from: number, to: number): BrokerEvent[] =>
  Array.from({ length: to - from + 1 }, (_, index) => entry(from + index, from + index - 1))

describe('A hub on a broker that joins processes', () => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  async function serve(onError: (error: unknown) => void = () => undefined, maxAge = 1e12) {
    const broker = new ScriptedBroker()
    const app = express()
    const hub = createHub(lines, {
      broker: (options) => {
        broker.hub = options
        return broker
      },
      name: 'mine',
      history: { maxEvents: 100, maxAge },
      onError,
    })
    hosts.finally(() => hub.close())
    hub.register(app)
    const url = `${await hosts.serve(app)}/lines`
    const join = async (last?: number | string): Promise<RawClient> => {
      const lastEventId = typeof last === 'number' ? id(last) : last
      const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
      const client = await hosts.open(url, { headers })
      return client.until(({ text }) => text.includes('\n\n'))
    }
    return { broker, hub, join, sink: broker.sink }
  }

  /** Waits for an event that comes after all else. */
  async function receivedUntil(client: RawClient, last: number): Promise<string[]> {
    await client.until(({ data }) => data.includes(`${last}`))
    return client.data
  }

  it('passes its name and its limits to the broker', async () => {
    const { broker } = await serve()
    expect(broker.hub).toEqual({ name: 'mine', maxEvents: 100, maxBytes: 8 << 20, maxAge: 1e12 })
  })

  it.each([
    ['no gap if the client has the newest event', () => Promise.resolve(id(3)), 3, false],
    ['a gap if the client does not have it', () => Promise.resolve(id(4)), 4, true],
    ['no gap if only the next event is newer', () => Promise.resolve(id(7)), 3, false],
    ['a gap if an event before the next one is newer', () => Promise.resolve(id(7)), 4, true],
    ['a gap if the broker does not have the id', () => Promise.resolve(undefined), 3, true],
    ['a gap if the broker fails', () => Promise.reject(new Error('gone')), 3, true],
  ])(
    'reads the newest id of a room without events, and reports %s',
    async (_, newestId, prev, hasGap) => {
      const { broker, join, sink } = await serve()
      broker.newestId = newestId
      sink.preload([entry(5, 4, 'other'), entry(6, 5, 'other')])
      const client = await join(3)
      sink.deliver([entry(7, prev)])
      expect(await receivedUntil(client, 7)).toEqual(['7'])
      const gaps = client.comments.length + Number(client.headers['eventsource-gap'] ?? 0)
      expect(gaps).toBe(hasGap ? 1 : 0)
    },
  )

  it('resolves publish with the id, and rejects it safely', async () => {
    const onError = jest.fn()
    const { broker, hub, sink } = await serve(onError)
    sink.preload([])
    const published = hub.publish('a')
    const refused = hub.publish('b')
    void hub.publish('c')
    broker.appended[0]?.resolve('7-1')
    broker.appended[1]?.reject(new Error('gone'))
    broker.appended[2]?.reject(new Error('gone'))
    expect(await published).toBe('7-1')
    await expect(refused).rejects.toThrow('gone')
    expect(onError).toHaveBeenCalledTimes(2)
    expect(hub.metrics.published).toBe(1)
  })

  it('calls onError for an unavailable broker', async () => {
    const onError = jest.fn()
    const { sink } = await serve(onError)
    sink.down(new Error('no connection'))
    expect(onError).toHaveBeenCalledWith(expect.objectContaining({ message: 'no connection' }))
  })

  it('replays events from before this process started', async () => {
    const { sink, join } = await serve()
    sink.preload(run(11, 15))
    const client = await join(12)
    sink.deliver([entry(16, 15)])
    expect(await receivedUntil(client, 16)).toEqual(['13', '14', '15', '16'])
    expect(client.headers['eventsource-gap']).toBeUndefined()
  })

  it.each([
    [10, undefined],
    [9, '1'],
  ])('detects by the previous entry whether a client at %d missed an event', async (last, gap) => {
    const { sink, join } = await serve()
    sink.preload(run(11, 15))
    expect((await join(last)).headers['eventsource-gap']).toBe(gap)
  })

  /** Clients that have sent their request, and have no headers yet. */
  async function ask(
    { hub, join }: Awaited<ReturnType<typeof serve>>,
    ...last: (number | string | undefined)[]
  ): Promise<Promise<RawClient>[]> {
    const asking = last.map((each) => join(each))
    while (hub.size < last.length) await new Promise((resolve) => hub.on('connect', resolve))
    return asking
  }

  it('lets clients that connect before the history is loaded wait, and then replays', async () => {
    const served = await serve()
    const { sink } = served
    const asking = await ask(served, undefined, 12, 'unknown')
    sink.preload(run(11, 15))
    sink.deliver([entry(16, 15)])
    const [fresh, back, lost] = (await Promise.all(asking)) as [RawClient, RawClient, RawClient]
    expect(await receivedUntil(fresh, 16)).toEqual(['16'])
    expect(await receivedUntil(back, 16)).toEqual(['13', '14', '15', '16'])
    expect(await receivedUntil(lost, 16)).toEqual(['16'])
    expect([fresh, back, lost].map(({ headers }) => headers['eventsource-gap'])).toEqual([
      undefined,
      undefined,
      '1',
    ])
    expect(fresh.lastEventId).toBe(id(16))
    expect(fresh.text).toContain(`id: ${id(15)}\n\n`)
  })

  it('accepts them while the broker is unavailable, and sends the events since', async () => {
    const served = await serve()
    const { sink, join } = served
    const [asked] = await ask(served, undefined)
    sink.down(new Error('no connection'))
    const [waited, fresh, back] = [await asked, await join(), await join(1)]
    const now = Date.now()
    const at = (n: number, ms: number): string => `${ms}-${n}`
    const old = { ...entry(1, 0), id: at(1, now - 3_600_000) }
    const between = { ...entry(2, 1), id: at(2, now + 1000), prev: old.id }
    const last = { ...entry(3, 2), id: at(3, now + 2000), prev: between.id }
    sink.preload([old, between])
    sink.deliver([last])
    for (const client of [waited, fresh] as RawClient[]) {
      expect(await receivedUntil(client, 3)).toEqual(['2', '3'])
      expect(client.comments).toEqual([])
    }
    expect(await receivedUntil(back, 3)).toEqual(['1', '2', '3'])
  })

  it.each([
    ['an event of their address is so young that the clocks may hide it', entry(2, 1), ['gap']],
    ['only other addresses had events', entry(2, 1, 'other'), []],
  ])('reports a gap to them only if they may miss an event: %s', async (_, young, comments) => {
    const { sink, join } = await serve()
    sink.down(new Error('no connection'))
    const client = await join()
    const now = Date.now()
    const old = { ...entry(1, 0), id: `${now - 3_600_000}-1` }
    sink.preload([old, { ...young, id: `${now - 1000}-2`, prev: old.id }])
    const prev = young.address === 'lines' ? `${now - 1000}-2` : old.id
    sink.deliver([{ ...entry(3, 2), id: `${now + 2000}-3`, prev }])
    expect(await receivedUntil(client, 3)).toEqual(['3'])
    expect(client.comments).toEqual(comments)
  })

  it('gives an id to resume from if the broker has no events', async () => {
    const { sink, join } = await serve()
    sink.preload([], id(15))
    const { lastEventId } = await join()
    expect(lastEventId).toBe(id(15))
    sink.deliver([entry(16, 15)])
    const back = await join(lastEventId)
    expect(await receivedUntil(back, 16)).toEqual(['16'])
    expect(back.headers['eventsource-gap']).toBeUndefined()
    expect((await join(14)).headers['eventsource-gap']).toBe('1')
  })

  it('is ready with the history', async () => {
    const { hub, sink } = await serve()
    const ready = jest.fn()
    const waiting = hub.ready.then(ready)
    sink.down(new Error('no connection'))
    await new Promise(setImmediate)
    expect(ready).not.toHaveBeenCalled()
    sink.preload([])
    await waiting
    await hub.close()
    await hub.ready
  })

  it('is never ready if it is closed before: waiting clients are rejected', async () => {
    const served = await serve()
    const [asked] = await ask(served, undefined)
    await served.hub.close()
    await expect(served.hub.ready).rejects.toThrow('closed before it was ready')
    expect(await (await asked)?.ended()).toMatch(/retry: \d+\n\n$/)
  })

  it('is never ready if the broker refuses it, and neither keeps nor accepts clients', async () => {
    const onError = jest.fn()
    let refuse: (error: Error) => void = () => undefined
    const broker = new ScriptedBroker()
    broker.open = () => new Promise((_, reject) => (refuse = reject))
    const app = express()
    const hub = createHub(lines, { broker: () => broker, onError })
    hosts.finally(() => hub.close())
    hub.register(app)
    const url = `${await hosts.serve(app)}/lines`
    const asking = hosts.open(url)
    while (hub.size < 1) await new Promise((resolve) => hub.on('connect', resolve))
    refuse(new Error('there is one of this name'))
    await expect(hub.ready).rejects.toThrow('there is one of this name')
    expect(onError).toHaveBeenCalledTimes(1)
    await (await asking).ended()
    expect((await hosts.open(url)).status).toBe(503)
  })

  it('measures the age of an event from its id, however late it arrives', async () => {
    const { sink, join } = await serve(undefined, 600_000)
    const at = (n: number, ago: number): string => `${Date.now() - ago}-${n}`
    const first = { ...entry(11, 10), id: at(11, 5_000_000) }
    const old = { ...entry(12, 11), id: at(12, 4_000_000), prev: first.id }
    const young = { ...entry(13, 12), id: at(13, 1000), prev: old.id }
    sink.preload([], first.prev)
    const live = await join()
    sink.deliver([first, old, young])
    expect(await receivedUntil(live, 13)).toEqual(['11', '12', '13'])
    const back = await join(first.id)
    expect(back.headers['eventsource-gap']).toBe('1')
    expect(await receivedUntil(back, 13)).toEqual(['13'])
  })

  it('withholds the events that a client ahead of this process already has', async () => {
    const { sink, join } = await serve()
    sink.preload(run(11, 12))
    const client = await join(15)
    expect(client.headers['eventsource-gap']).toBeUndefined()
    sink.deliver(run(13, 14))
    sink.deliver(run(15, 17))
    sink.deliver([entry(18, 17)])
    expect(await receivedUntil(client, 18)).toEqual(['16', '17', '18'])
    expect(client.comments).toEqual([])
  })

  it('sends a gap to a client that is ahead if the next event follows another one', async () => {
    const { sink, join } = await serve()
    sink.preload(run(11, 12))
    const client = await join(15)
    sink.reset()
    sink.deliver([entry(18, 17)])
    expect(await receivedUntil(client, 18)).toEqual(['18'])
    expect(client.comments).toEqual(['gap'])
  })

  it('does not wait for an id from the far future', async () => {
    const { sink, join } = await serve()
    sink.preload(run(11, 12))
    const client = await join(`${Date.now() + 3_600_000}-1`)
    expect(client.headers['eventsource-gap']).toBe('1')
    sink.deliver([entry(13, 12)])
    expect(await receivedUntil(client, 13)).toEqual(['13'])
  })

  it('continues without a gap if the broker could read back after a loss', async () => {
    const { sink, join } = await serve()
    sink.preload(run(11, 12))
    const client = await join()
    sink.deliver([entry(13, 12)])
    sink.reset()
    sink.preload(run(12, 16))
    sink.deliver([entry(17, 16)])
    expect(await receivedUntil(client, 17)).toEqual(['13', '14', '15', '16', '17'])
    expect(client.comments).toEqual([])
  })

  it.each<[string, (sink: BrokerSink) => void, string[], string[]]>([
    [
      'with the next event',
      (sink) => {
        sink.reset()
        sink.deliver([entry(17, 16)])
      },
      ['13', '17'],
      ['gap'],
    ],
    [
      'with the preload',
      (sink) => {
        sink.reset()
        sink.preload(run(15, 16))
        sink.deliver([entry(17, 16)])
      },
      ['13', '15', '16', '17'],
      ['gap'],
    ],
    [
      'not where this address missed nothing',
      (sink) => {
        sink.reset()
        sink.deliver([entry(16, 15, 'other'), entry(17, 13)])
      },
      ['13', '17'],
      [],
    ],
    [
      'where the broker lost everything',
      (sink) => {
        sink.reset()
        sink.preload([])
        sink.deliver([entry(17, 16)])
      },
      ['13', '17'],
      ['gap'],
    ],
    [
      'where the broker lost what was seen',
      (sink) => {
        sink.reset()
        sink.preload(run(11, 12))
        sink.deliver([entry(17, 12)])
      },
      ['13', '17'],
      ['gap'],
    ],
  ])('reports a loss to its listeners: %s', async (_, lose, data, comments) => {
    const { sink, join } = await serve()
    sink.preload(run(11, 12))
    const client = await join()
    sink.deliver([entry(13, 12)])
    lose(sink)
    expect(await receivedUntil(client, 17)).toEqual(data)
    expect(client.comments).toEqual(comments)
    // A client that has received all events has no gap after it reconnects.
    const back = await join(17)
    expect(back.headers['eventsource-gap']).toBeUndefined()
  })

  it('sends a gap to a client that reconnects after a loss', async () => {
    const { sink, join } = await serve()
    sink.preload(run(11, 12))
    sink.deliver([entry(13, 12)])
    sink.reset()
    sink.deliver([entry(17, 16), entry(18, 17)])
    expect((await join(13)).headers['eventsource-gap']).toBe('1')
    const inside = await join(16)
    expect(inside.headers['eventsource-gap']).toBeUndefined()
    expect(await receivedUntil(inside, 18)).toEqual(['17', '18'])
  })

  it('closes the broker, and ends clients that are ahead too', async () => {
    const { broker, hub, sink, join } = await serve()
    sink.preload(run(11, 12))
    const [live, ahead] = [await join(), await join(15)]
    await hub.close()
    expect(broker.isClosed).toBe(true)
    for (const client of [live, ahead]) expect(await client.ended()).toMatch(/retry: \d+\n\n$/)
  })
})
