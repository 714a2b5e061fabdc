import express from 'express'
import type { Broker, BrokerHub, BrokerSink, Entry } from '../../runtime/broker'
import { createHub } from '../../runtime/express'
import { lines } from './channels'
import type { RawClient } from './client'
import { Hosts } from './host'

/** A broker that the test speaks for, as if other processes published. */
class ScriptedBroker implements Broker {
  sink!: BrokerSink
  hub: BrokerHub | undefined
  readonly appended: { resolve(id: string): void; reject(error: Error): void }[] = []
  isClosed = false

  open(sink: BrokerSink): Promise<void> {
    this.sink = sink
    return Promise.resolve()
  }
  append(): Promise<string> {
    return new Promise((resolve, reject) => this.appended.push({ resolve, reject }))
  }
  close(): Promise<void> {
    this.isClosed = true
    return Promise.resolve()
  }
}

const BASE = 1_700_000_000_000
const id = (n: number): string => `${BASE + n}-${n}`
const entry = (n: number, prev: number, address = 'lines'): Entry => ({
  id: id(n),
  prev: id(prev),
  address,
  event: '',
  data: `${n}`,
})
const run = (from: number, to: number): Entry[] =>
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
  async function heard(client: RawClient, last: number): Promise<string[]> {
    await client.until(({ data }) => data.includes(`${last}`))
    return client.data
  }

  it('tells the broker its name and its limits', async () => {
    const { broker } = await serve()
    expect(broker.hub).toEqual({ name: 'mine', maxEvents: 100, maxBytes: 8 << 20, maxAge: 1e12 })
  })

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

  it('tells onError of a broker that is away', async () => {
    const onError = jest.fn()
    const { sink } = await serve(onError)
    sink.down(new Error('no connection'))
    expect(onError).toHaveBeenCalledWith(expect.objectContaining({ message: 'no connection' }))
  })

  it('replays what came before this process began', async () => {
    const { sink, join } = await serve()
    sink.preload(run(11, 15))
    const client = await join(12)
    sink.entries([entry(16, 15)])
    expect(await heard(client, 16)).toEqual(['13', '14', '15', '16'])
    expect(client.headers['eventsource-gap']).toBeUndefined()
  })

  it.each([
    [10, undefined],
    [9, '1'],
  ])('knows by the entry before whether a client at %d missed something', async (last, gap) => {
    const { sink, join } = await serve()
    sink.preload(run(11, 15))
    expect((await join(last)).headers['eventsource-gap']).toBe(gap)
  })

  /** Clients that have asked, and get no headers yet. */
  async function ask(
    { hub, join }: Awaited<ReturnType<typeof serve>>,
    ...last: (number | string | undefined)[]
  ): Promise<Promise<RawClient>[]> {
    const asking = last.map((each) => join(each))
    while (hub.size < last.length) await new Promise((resolve) => hub.on('connect', resolve))
    return asking
  }

  it('keeps clients that come before the history is there waiting, and replays then', async () => {
    const served = await serve()
    const { sink } = served
    const asking = await ask(served, undefined, 12, 'unknown')
    sink.preload(run(11, 15))
    sink.entries([entry(16, 15)])
    const [fresh, back, lost] = (await Promise.all(asking)) as [RawClient, RawClient, RawClient]
    expect(await heard(fresh, 16)).toEqual(['16'])
    expect(await heard(back, 16)).toEqual(['13', '14', '15', '16'])
    expect(await heard(lost, 16)).toEqual(['16'])
    expect([fresh, back, lost].map(({ headers }) => headers['eventsource-gap'])).toEqual([
      undefined,
      undefined,
      '1',
    ])
    expect(fresh.lastEventId).toBe(id(16))
    expect(fresh.text).toContain(`id: ${id(15)}\n\n`)
  })

  it('lets them in where the broker is away, and sends what came since', async () => {
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
    sink.entries([last])
    for (const client of [waited, fresh] as RawClient[]) {
      expect(await heard(client, 3)).toEqual(['2', '3'])
      expect(client.comments).toEqual([])
    }
    expect(await heard(back, 3)).toEqual(['1', '2', '3'])
  })

  it.each([
    ['an event of their address is so young that the clocks may hide it', entry(2, 1), ['gap']],
    ['only other addresses had events', entry(2, 1, 'other'), []],
  ])('tells them of a gap where %s', async (_, young, comments) => {
    const { sink, join } = await serve()
    sink.down(new Error('no connection'))
    const client = await join()
    const now = Date.now()
    const old = { ...entry(1, 0), id: `${now - 3_600_000}-1` }
    sink.preload([old, { ...young, id: `${now - 1000}-2`, prev: old.id }])
    const prev = young.address === 'lines' ? `${now - 1000}-2` : old.id
    sink.entries([{ ...entry(3, 2), id: `${now + 2000}-3`, prev }])
    expect(await heard(client, 3)).toEqual(['3'])
    expect(client.comments).toEqual(comments)
  })

  it('gives a place to come back to where the broker has no events', async () => {
    const { sink, join } = await serve()
    sink.preload([], id(15))
    const { lastEventId } = await join()
    expect(lastEventId).toBe(id(15))
    sink.entries([entry(16, 15)])
    const back = await join(lastEventId)
    expect(await heard(back, 16)).toEqual(['16'])
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

  it('is never ready where it is closed before: who waits is sent away', async () => {
    const served = await serve()
    const [asked] = await ask(served, undefined)
    await served.hub.close()
    await expect(served.hub.ready).rejects.toThrow('closed before it was ready')
    expect(await (await asked)?.ended()).toMatch(/retry: \d+\n\n$/)
  })

  it('is never ready where the broker refuses it, and neither keeps nor takes clients', async () => {
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

  it('counts the age of an event from its id, however late it comes', async () => {
    const { sink, join } = await serve(undefined, 600_000)
    const at = (n: number, ago: number): string => `${Date.now() - ago}-${n}`
    const first = { ...entry(11, 10), id: at(11, 5_000_000) }
    const old = { ...entry(12, 11), id: at(12, 4_000_000), prev: first.id }
    const young = { ...entry(13, 12), id: at(13, 1000), prev: old.id }
    sink.preload([], first.prev)
    const live = await join()
    sink.entries([first, old, young])
    expect(await heard(live, 13)).toEqual(['11', '12', '13'])
    const back = await join(first.id)
    expect(back.headers['eventsource-gap']).toBe('1')
    expect(await heard(back, 13)).toEqual(['13'])
  })

  it('holds back what a client has seen that is ahead of this process', async () => {
    const { sink, join } = await serve()
    sink.preload(run(11, 12))
    const client = await join(15)
    expect(client.headers['eventsource-gap']).toBeUndefined()
    sink.entries(run(13, 14))
    sink.entries(run(15, 17))
    sink.entries([entry(18, 17)])
    expect(await heard(client, 18)).toEqual(['16', '17', '18'])
    expect(client.comments).toEqual([])
  })

  it('tells a client that is ahead of a gap where the next event comes after another', async () => {
    const { sink, join } = await serve()
    sink.preload(run(11, 12))
    const client = await join(15)
    sink.reset()
    sink.entries([entry(18, 17)])
    expect(await heard(client, 18)).toEqual(['18'])
    expect(client.comments).toEqual(['gap'])
  })

  it('does not wait for an id from the far future', async () => {
    const { sink, join } = await serve()
    sink.preload(run(11, 12))
    const client = await join(`${Date.now() + 3_600_000}-1`)
    expect(client.headers['eventsource-gap']).toBe('1')
    sink.entries([entry(13, 12)])
    expect(await heard(client, 13)).toEqual(['13'])
  })

  it('goes on without a gap where the broker could look back after a loss', async () => {
    const { sink, join } = await serve()
    sink.preload(run(11, 12))
    const client = await join()
    sink.entries([entry(13, 12)])
    sink.reset()
    sink.preload(run(12, 16))
    sink.entries([entry(17, 16)])
    expect(await heard(client, 17)).toEqual(['13', '14', '15', '16', '17'])
    expect(client.comments).toEqual([])
  })

  it.each<[string, (sink: BrokerSink) => void, string[], string[]]>([
    [
      'with the next event',
      (sink) => {
        sink.reset()
        sink.entries([entry(17, 16)])
      },
      ['13', '17'],
      ['gap'],
    ],
    [
      'with the preload',
      (sink) => {
        sink.reset()
        sink.preload(run(15, 16))
        sink.entries([entry(17, 16)])
      },
      ['13', '15', '16', '17'],
      ['gap'],
    ],
    [
      'not where this address missed nothing',
      (sink) => {
        sink.reset()
        sink.entries([entry(16, 15, 'other'), entry(17, 13)])
      },
      ['13', '17'],
      [],
    ],
    [
      'where the broker lost everything',
      (sink) => {
        sink.reset()
        sink.preload([])
        sink.entries([entry(17, 16)])
      },
      ['13', '17'],
      ['gap'],
    ],
    [
      'where the broker lost what was seen',
      (sink) => {
        sink.reset()
        sink.preload(run(11, 12))
        sink.entries([entry(17, 12)])
      },
      ['13', '17'],
      ['gap'],
    ],
  ])('tells who listens of a loss: %s', async (_, lose, data, comments) => {
    const { sink, join } = await serve()
    sink.preload(run(11, 12))
    const client = await join()
    sink.entries([entry(13, 12)])
    lose(sink)
    expect(await heard(client, 17)).toEqual(data)
    expect(client.comments).toEqual(comments)
    // Who has seen all there is has no gap when it comes back.
    const back = await join(17)
    expect(back.headers['eventsource-gap']).toBeUndefined()
  })

  it('tells who comes back of a loss that lay between', async () => {
    const { sink, join } = await serve()
    sink.preload(run(11, 12))
    sink.entries([entry(13, 12)])
    sink.reset()
    sink.entries([entry(17, 16), entry(18, 17)])
    expect((await join(13)).headers['eventsource-gap']).toBe('1')
    const inside = await join(16)
    expect(inside.headers['eventsource-gap']).toBeUndefined()
    expect(await heard(inside, 18)).toEqual(['17', '18'])
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
