import express from 'express'
import type { BrokerEvent, BrokerClock, Epoch } from '../../../runtime/brokers/broker'
import { createHub } from '../server/support/express'
import { lines } from '../server/support/channels'
import type { RawClient } from '../server/support/client'
import { Hosts } from '../server/support/host'
import { ScriptedBroker } from './support/scripted-broker'

const A: Epoch = { mark: 'a', start: '0-0' }
const B: Epoch = { mark: 'b', start: '1095-95' }

const id = (n: number, mark: string): string => `${1000 + n}-${n}-${mark}`
const event = (n: number, mark: string, prev = id(n - 1, mark)): BrokerEvent => ({
  id: id(n, mark),
  prev,
  address: 'lines',
  event: '',
  data: `${n}${mark}`,
})
const position = (...epochs: Epoch[]): BrokerClock => ({
  epochs,
  clockOffset: Date.now() - performance.now(),
})

describe('A hub on a broker with epochs', () => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  async function serve() {
    const broker = new ScriptedBroker()
    const app = express()
    const hub = createHub(lines, { broker: () => broker, onError: () => undefined })
    hosts.finally(() => hub.close())
    hub.register(app)
    const url = `${await hosts.serve(app)}/lines`
    const connect = (last?: string): Promise<RawClient> =>
      hosts.open(url, { headers: last === undefined ? {} : { 'last-event-id': last } })
    const join = async (last?: string): Promise<RawClient> =>
      (await connect(last)).until(({ text }) => text.includes('\n\n'))
    return { broker, hub, connect, join, sink: broker.sink }
  }

  it('reports a gap for an id that the broker has lost, although its own clock is behind', async () => {
    const { sink, join } = await serve()
    sink.updateClock(position(A, B))
    sink.preload([event(95, 'a'), event(96, 'b', id(95, 'a'))])
    const lost = await join(id(105, 'a'))
    expect(lost.headers['eventsource-gap']).toBe('1')
    sink.deliver([event(97, 'b')])
    expect((await lost.count(1)).data).toEqual(['97b'])
    const kept = await join(id(95, 'a'))
    expect(kept.headers['eventsource-gap']).toBeUndefined()
    expect((await kept.count(2)).data).toEqual(['96b', '97b'])
  })

  it('reports a gap to connected clients if their events are lost, however late the new ids are', async () => {
    const { sink, join } = await serve()
    sink.updateClock(position(A))
    sink.preload([event(95, 'a')])
    const client = await join()
    sink.deliver([event(96, 'a')])
    await client.count(1)
    sink.updateClock(position(A, B))
    sink.reset()
    sink.preload([event(95, 'a'), event(96, 'b', id(95, 'a')), event(97, 'b')])
    sink.deliver([event(98, 'b')])
    await client.count(2)
    expect(client.data).toEqual(['96a', '98b'])
    expect(client.comments).toEqual(['gap'])
  })

  it('reports a gap to a client that is ahead of an event that is lost', async () => {
    const { sink, join } = await serve()
    sink.updateClock(position(A))
    sink.preload([event(95, 'a')])
    const client = await join(id(105, 'a'))
    expect(client.headers['eventsource-gap']).toBeUndefined()
    sink.updateClock(position(A, B))
    sink.deliver([event(96, 'b', id(95, 'a'))])
    expect((await client.count(1)).data).toEqual(['96b'])
    expect(client.comments).toEqual(['gap'])
  })

  it('reads the position for an id of an unknown epoch: a newer one is ahead, another one is a gap', async () => {
    const { broker, sink, join } = await serve()
    sink.updateClock(position(A))
    sink.preload([event(95, 'a')])
    let calls = 0
    broker.readClock = () => {
      calls++
      sink.updateClock(position(A, B))
      return Promise.resolve()
    }
    const newer = await join(id(97, 'b'))
    expect(newer.headers['eventsource-gap']).toBeUndefined()
    const other = await join(id(50, 'x'))
    expect(other.headers['eventsource-gap']).toBe('1')
    expect(calls).toBe(2)
    sink.deliver([event(96, 'b', id(95, 'a')), event(97, 'b'), event(98, 'b')])
    expect((await newer.count(1)).data).toEqual(['98b'])
    expect((await other.count(3)).data).toEqual(['96b', '97b', '98b'])
    expect(newer.comments).toEqual([])
  })

  it('sends nothing twice if the broker is unavailable at the request', async () => {
    const { broker, sink, connect } = await serve()
    sink.updateClock(position(A))
    sink.preload([event(95, 'a')])
    sink.down(new Error('no connection'))
    let isAvailable = false
    broker.readClock = () => {
      if (!isAvailable) return Promise.reject(new Error('no connection'))
      sink.updateClock(position(A, B))
      return Promise.resolve()
    }
    // The headers come while the broker is unavailable.
    const client = await connect(id(97, 'b'))
    isAvailable = true
    sink.updateClock(position(A, B))
    sink.up()
    sink.deliver([event(96, 'b', id(95, 'a')), event(97, 'b'), event(98, 'b')])
    expect((await client.count(1)).data).toEqual(['98b'])
    expect(client.comments).toEqual([])
  })

  it.each([
    ['120 s ahead of', -120_000],
    ['120 s behind', 120_000],
    ['one day ahead of', -86_400_000],
  ])(
    'loses nothing where its clock is %s the broker’s, and the client came before the history',
    async (_, difference) => {
      const { hub, sink, connect } = await serve()
      const time = (n: number): string => `${Date.now() + difference + n}-${n}-a`
      sink.down(new Error('no connection'))
      const first = connect()
      while (hub.size < 1) await new Promise((resolve) => hub.on('connect', resolve))
      const client = await first
      const old = {
        ...event(1, 'a'),
        id: `${Date.now() + difference - 3_600_000}-1-a`,
        prev: '0-0',
      }
      const e2 = { ...event(2, 'a'), id: time(2), prev: old.id }
      const e3 = { ...event(3, 'a'), id: time(3), prev: e2.id }
      sink.updateClock({ epochs: [A], clockOffset: Date.now() + difference - performance.now() })
      sink.preload([old, e2, e3])
      sink.deliver([{ ...event(4, 'a'), id: time(4), prev: e3.id }])
      expect((await client.count(3)).data).toEqual(['2a', '3a', '4a'])
      expect(client.comments).toEqual([])
    },
  )

  it('accepts the id of a client that is ahead of its clock by any time', async () => {
    const { sink, join } = await serve()
    const time = Date.now() + 600_000
    const at = (n: number): string => `${time + n}-${n}-a`
    sink.updateClock({ epochs: [A], clockOffset: 600_000 })
    sink.preload([{ ...event(1, 'a'), id: at(1), prev: '0-0' }])
    const client = await join(at(3))
    const next = [2, 3, 4].map((n) => ({ ...event(n, 'a'), id: at(n), prev: at(n - 1) }))
    sink.deliver(next)
    expect((await client.count(1)).data).toEqual(['4a'])
    expect(client.headers['eventsource-gap']).toBeUndefined()
  })
})
