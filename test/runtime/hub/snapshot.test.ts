import express from 'express'
import { createHub, type HubContentOptions, type HubOptions } from '../server/support/express'
import {
  channelAt,
  Joined,
  type Left,
  parametersOf,
  rooms,
  type UserEvents,
} from '../server/support/channels'
import type { RawClient } from '../server/support/client'
import { deferred, Hosts } from '../server/support/host'
import { ScriptedBroker } from './support/scripted-broker'

interface Room {
  id: string
}
type Options = HubOptions<Room> & HubContentOptions<{ any: unknown }, unknown, Room>

const in1 = { parameters: { id: '1' } }

describe('A hub with snapshots', () => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  async function serve(options: Options) {
    const app = express()
    const channel = channelAt('/rooms/{id}', parametersOf(['id']))
    const hub = createHub<{ any: unknown }, unknown, Room, never>(
      channel as never,
      {
        onError: () => undefined,
        ...options,
      } as never,
    )
    hosts.finally(() => hub.close())
    hub.register(app)
    const url = await hosts.serve(app)
    const open = (last = '', headers: Record<string, string> = {}): Promise<RawClient> =>
      hosts.open(`${url}/rooms/1`, {
        headers: last === '' ? headers : { ...headers, 'last-event-id': last },
      })
    return { hub, open }
  }

  it('sends a marker that resets the last event ID, the messages, the position, then what is published', async () => {
    const { hub, open } = await serve({
      snapshot: ({ parameters, request }) => [parameters, request === undefined, 3],
    })
    const position = await hub.publish(0, in1)
    const client = await (await open()).count(3)
    await client.until(({ text }) => text.includes(position))
    expect(client.text.replace(/^retry: \d+\n/, '')).toBe(
      `\n: snapshot\nid\n\ndata: {"id":"1"}\n\ndata: true\n\ndata: 3\n\nid: ${position}\n\n`,
    )
    const id = await hub.publish(4, in1)
    await client.count(4)
    expect(client.events.at(-1)).toMatchObject({ id, data: '4' })
    expect(client.headers['eventsource-gap']).toBeUndefined()
    expect(hub.metrics.snapshots).toBe(1)
  })

  it('loses and doubles nothing that is published while the state is read', async () => {
    const state: number[] = []
    const { hub, open } = await serve({
      snapshot: async () => {
        const read = [...state]
        await new Promise((resolve) => setTimeout(resolve, 5))
        return read
      },
    })
    const clients: RawClient[] = []
    let isDone = false
    const publishing = (async () => {
      while (state.length < 300 || clients.length < 10) {
        const n = state.length
        state.push(n)
        await hub.publish(n, in1)
        await new Promise(setImmediate)
      }
      isDone = true
    })()
    while (!isDone) {
      clients.push(await open())
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    await publishing
    for (const client of clients) {
      await client.until(({ data }) => data.at(-1) === String(state.length - 1))
      const seen = client.data.map(Number)
      // An event may be in the snapshot and follow it too: it was committed, and not yet published.
      const distinct = seen.filter((n, index) => seen.indexOf(n) === index)
      expect(distinct).toEqual(state)
      expect(seen.length - distinct.length).toBeLessThanOrEqual(1)
    }
  })

  it('shares one call among the clients of a room that come together', async () => {
    const reading = deferred<string[]>()
    let calls = 0
    const { hub, open } = await serve({
      snapshot: () => {
        calls++
        return reading.promise
      },
    })
    const clients = await Promise.all([open(), open(), open()])
    await hub.publish('later', in1)
    reading.resolve(['state'])
    for (const client of clients) {
      expect((await client.count(2)).data).toEqual(['"state"', '"later"'])
    }
    expect(calls).toBe(1)
    expect((await (await open()).count(1)).data).toEqual(['"state"'])
    expect(calls).toBe(2)
  })

  it('gives the request only if a key separates the calls', async () => {
    const { open } = await serve({
      snapshotKey: (request) => String(request.header('x-user')),
      snapshot: async ({ request }) => {
        await new Promise((resolve) => setTimeout(resolve, 5))
        return [request?.header('x-user')]
      },
    })
    const users = ['a', 'b', 'a', 'c']
    const clients = await Promise.all(users.map((user) => open('', { 'x-user': user })))
    for (const [index, client] of clients.entries()) {
      expect((await client.count(1)).data).toEqual([JSON.stringify(users[index])])
    }
  })

  it('replays if the history covers the position, and otherwise sends a snapshot in place of a gap', async () => {
    const { hub, open } = await serve({ history: { maxEvents: 3 }, snapshot: () => ['state'] })
    const ids: string[] = []
    for (let n = 0; n < 6; n++) ids.push(await hub.publish(n, in1))
    const near = await (await open(ids[3])).count(2)
    expect(near.data).toEqual(['4', '5'])
    expect(near.comments).toEqual([])
    for (const last of [ids[0], 'no id', '1-1']) {
      const far = await (await open(last)).count(1)
      expect(far.data).toEqual(['"state"'])
      expect(far.comments).toEqual(['snapshot'])
      expect(far.headers['eventsource-gap']).toBeUndefined()
      await far.until(({ lastEventId }) => lastEventId === ids[5])
    }
    expect(hub.metrics.dropped).toBe(0)
  })

  it('reads again where the history has passed the position, and then reports a gap', async () => {
    const errors: unknown[] = []
    let calls = 0
    let publish: () => Promise<unknown> = () => Promise.resolve()
    const allConnected = deferred()
    const { hub, open } = await serve({
      history: { maxEvents: 2 },
      onError: (error) => void errors.push(error),
      snapshot: async () => {
        const call = ++calls
        await allConnected.promise
        await publish()
        return [`state ${call}`]
      },
    })
    publish = async () => {
      for (let n = 0; n < 5; n++) await hub.publish(n, in1)
      // The history is trimmed when the events are sent.
      await new Promise(setImmediate)
    }
    const clients = await Promise.all([open(), open(), open()])
    allConnected.resolve()
    for (const client of clients) {
      await client.until(({ comments }) => comments.includes('gap'))
      expect(client.data[0]).toBe('"state 2"')
    }
    expect(calls).toBe(2)
    expect(errors.map(String)).toEqual([
      expect.stringContaining('takes longer than the history reaches back'),
    ])
  })

  it('sends a snapshot to a slow client that the history has passed', async () => {
    const { hub, open } = await serve({ history: { maxEvents: 5 }, snapshot: () => ['state'] })
    const client = await (await open()).count(1)
    client.response.pause()
    const events = 400
    for (let n = 0; n < events; n++) {
      await hub.publish('x'.repeat(50_000), in1)
      await new Promise(setImmediate)
    }
    client.response.resume()
    await client.until(({ data }) => data.filter((each) => each === '"state"').length === 2)
    await hub.publish('last', in1)
    await client.until(({ data }) => data.at(-1) === '"last"')
    expect(client.comments).toEqual(['snapshot', 'snapshot'])
    expect(client.data.length).toBeLessThan(events)
    expect(hub.metrics).toMatchObject({ dropped: 0, snapshots: 2 })
  })

  it('sends a snapshot to connected clients if the broker has lost events', async () => {
    const broker = new ScriptedBroker()
    const { open } = await serve({ broker: () => broker, snapshot: () => ['state'] })
    const event = (n: number, prev = n - 1) => ({
      id: `${n}-${n}`,
      prev: `${prev}-${prev}`,
      address: '/rooms/1',
      event: '',
      data: String(n),
    })
    broker.sink.preload([event(1)])
    const client = await (await open()).until(({ lastEventId }) => lastEventId === '1-1')
    broker.sink.deliver([event(2)])
    broker.sink.reset()
    broker.sink.deliver([event(9, 8)])
    await client.until(({ lastEventId }) => lastEventId === '9-9')
    expect(client.data).toEqual(['"state"', '2', '"state"'])
    expect(client.comments).toEqual(['snapshot', 'snapshot'])
  })

  it.each<[string, () => unknown[] | Promise<unknown[]>, RegExp]>([
    ['rejects', () => Promise.reject(new Error('no database')), /no database/],
    [
      'throws',
      () => {
        throw new Error('no database')
      },
      /no database/,
    ],
  ])('ends the stream where the call %s, and reports the error', async (_, snapshot, message) => {
    const errors: unknown[] = []
    const { hub, open } = await serve({ snapshot, onError: (error) => void errors.push(error) })
    expect(await (await open()).ended()).not.toContain('snapshot')
    expect(String(errors)).toMatch(message)
    expect(hub.size).toBe(0)
  })

  it('reports an error of a call once, however many clients share the call', async () => {
    const allConnected = deferred()
    const errors: unknown[] = []
    const { open } = await serve({
      onError: (error) => void errors.push(error),
      snapshot: async () => {
        await allConnected.promise
        throw new Error('no database')
      },
    })
    const clients = await Promise.all([open(), open(), open()])
    allConnected.resolve()
    for (const client of clients) await client.ended()
    expect(errors).toEqual([new Error('no database')])
  })

  it('closes while a call is running', async () => {
    const reading = deferred<string[]>()
    const { hub, open } = await serve({ snapshot: () => reading.promise })
    const client = await open()
    await hub.close()
    expect(await client.ended()).toMatch(/retry: \d+\n\n$/)
    reading.resolve([])
  })

  it('gives its position to a page that gets the state in another way', async () => {
    const { hub, open } = await serve({})
    await hub.publish('before', in1)
    const position = await hub.lastEventId({ id: '1' })
    await hub.publish('after', in1)
    expect((await (await open(position)).count(1)).data).toEqual(['"after"'])
    await expect(hub.lastEventId({} as Room)).rejects.toThrow('parameter "id" is missing')
  })
})

describe('A snapshot of a channel with several events', () => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  async function serve(
    messages: readonly (Joined | Left | { event: keyof UserEvents; message: Left })[],
  ) {
    const errors: unknown[] = []
    const app = express()
    const hub = createHub(rooms, {
      snapshot: () => messages,
      onError: (error) => void errors.push(error),
    })
    hosts.finally(() => hub.close())
    hub.register(app)
    const client = await hosts.open(`${await hosts.serve(app)}/rooms/1/events`)
    return { client, errors }
  }

  it('accepts instances, and messages with the name of their event', async () => {
    const { client } = await serve([
      new Joined({ user: 'a' }),
      { event: 'left', message: { user: 'b' } as Left },
    ])
    await client.count(2)
    expect(client.events).toMatchObject([
      { event: 'joined', data: '{"user":"a"}' },
      { event: 'left', data: '{"user":"b"}' },
    ])
  })

  it('refuses an invalid message', async () => {
    const { client, errors } = await serve([{ event: 'left', message: {} as Left }])
    await client.ended()
    expect(String(errors)).toMatch(/InvalidMessageError: event "left" was not sent/)
  })
})
