import express from 'express'
import { createHub, type Hub, type HubOptions } from '../server/support/express'
import {
  Joined,
  type Left,
  lines,
  marshalled,
  rooms,
  signups,
  type UserEvents,
} from '../server/support/channels'
import type { RawClient } from '../server/support/client'
import { EXPRESSES, Hosts } from '../server/support/host'

type RoomHub = Hub<UserEvents, Joined | Left, { roomId: string }>

describe.each(EXPRESSES)('A hub under Express %s', (_, express) => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  async function serve(options: HubOptions<{ roomId: string }> = {}): Promise<{
    hub: RoomHub
    url: string
    room: (id: string, last?: string) => Promise<RawClient>
  }> {
    const app = express()
    const hub = createHub(rooms, options)
    hosts.finally(() => hub.close())
    hub.register(app)
    const url = await hosts.serve(app)
    const room = async (roomId: string, last?: string): Promise<RawClient> => {
      const headers = last === undefined ? {} : { 'last-event-id': last }
      const client = await hosts.open(`${url}/rooms/${roomId}/events`, { headers })
      // The first line is there once the client is in its room.
      return client.until(({ text }) => text.includes('\n\n'))
    }
    return { hub, url, room }
  }

  const in1 = { parameters: { roomId: '1' } }

  it('sends to every client of an address, and to no other', async () => {
    const { hub, room } = await serve()
    const [a, b, other] = [await room('1'), await room('1'), await room('2')]
    const id = await hub.publish(new Joined({ user: 'x' }), in1)
    await hub.publish({ user: 'y' }, { event: 'left', parameters: { roomId: '2' } })
    for (const client of [a, b]) {
      await client.count(1)
      expect(client.events).toEqual([{ id, event: 'joined', data: '{"user":"x"}' }])
    }
    expect((await other.count(1)).events).toMatchObject([{ event: 'left', data: '{"user":"y"}' }])
    expect(hub.size).toBe(3)
  })

  it('loses nothing of a room whose events leave the history before they are sent', async () => {
    const app = express()
    const hub = createHub(rooms, { history: { maxEvents: 2 } })
    hosts.finally(() => hub.close())
    const users = ['a', 'b', 'c', 'd', 'e']
    app.use((req, _res, next) => {
      // The hub sends these at the end of the turn, after the client of the other room has joined.
      if (req.path.includes('/2/'))
        for (const user of users) void hub.publish(new Joined({ user }), in1)
      next()
    })
    hub.register(app)
    const url = await hosts.serve(app)
    const client = await hosts.open(`${url}/rooms/1/events`)
    await client.until(({ text }) => text.includes('\n\n'))
    await hosts.open(`${url}/rooms/2/events`)
    await hub.publish(new Joined({ user: 'last' }), in1)
    await client.until(({ data }) => data.at(-1) === '{"user":"last"}')
    expect(client.data).toEqual([...users, 'last'].map((user) => `{"user":"${user}"}`))
    expect(client.comments).toEqual([])
  })

  it('keeps rooms separate for any text in their names', async () => {
    const { hub, room } = await serve()
    const names = ['a/b', 'a%2Fb', 'é', 'A', 'a', '{x}', '__proto__']
    const clients = await Promise.all(names.map((name) => room(encodeURIComponent(name))))
    for (const name of names)
      void hub.publish(new Joined({ user: name }), { parameters: { roomId: name } })
    await Promise.all(clients.map((client) => client.count(1)))
    expect(clients.map(({ data }) => data)).toEqual(names.map((user) => [JSON.stringify({ user })]))
  })

  it('serializes a message once, and coalesces what one tick brings', async () => {
    const { hub, room } = await serve()
    const clients = await Promise.all(Array.from({ length: 5 }, () => room('1')))
    const [first] = clients
    const chunks: string[] = []
    first?.response.on('data', (chunk: string) => chunks.push(chunk))
    const before = marshalled.count
    for (let n = 0; n < 10; n++) void hub.publish(new Joined({ user: `${n}` }), in1)
    await Promise.all(clients.map((client) => client.count(10)))
    expect(marshalled.count - before).toBe(10)
    expect(chunks).toHaveLength(1)
  })

  it('gives a client without an event an id to resume from', async () => {
    const { hub, room } = await serve()
    const client = await room('1')
    expect(client.text).toMatch(/^retry: \d+\nid: \d+-0\n\n$/)
    const { lastEventId } = client
    client.close()
    await hub.publish(new Joined({ user: 'meanwhile' }), in1)
    const back = await room('1', lastEventId)
    expect((await back.count(1)).data).toEqual(['{"user":"meanwhile"}'])
    expect(back.headers['eventsource-gap']).toBeUndefined()
  })

  it('sends missed events to a client that reconnects, in order, and then new ones', async () => {
    const { hub, room } = await serve()
    const first = await room('1')
    for (let n = 0; n < 3; n++) await hub.publish(new Joined({ user: `${n}` }), in1)
    await first.count(3)
    const last = first.events[0]?.id ?? ''
    for (let n = 3; n < 6; n++) void hub.publish(new Joined({ user: `${n}` }), in1)
    const back = await room('1', last)
    void hub.publish(new Joined({ user: '6' }), in1)
    await back.count(6)
    expect(back.data.map((data) => (JSON.parse(data) as Joined).user)).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
    ])
    expect(back.headers['eventsource-gap']).toBeUndefined()
    expect(back.comments).toEqual([])
  })

  it('sends nothing old to a client that is up to date, however busy the other rooms were', async () => {
    const { hub, room } = await serve({ history: { maxEvents: 5 } })
    const first = await room('1')
    await hub.publish(new Joined({ user: 'a' }), in1)
    const { lastEventId } = await first.count(1)
    for (let n = 0; n < 50; n++)
      await hub.publish(new Joined({ user: 'x' }), { parameters: { roomId: '2' } })
    const back = await room('1', lastEventId)
    expect(back.headers['eventsource-gap']).toBeUndefined()
    await hub.publish(new Joined({ user: 'b' }), in1)
    expect((await back.count(1)).data).toEqual(['{"user":"b"}'])
  })

  it.each([
    ['the history no longer reaches back', (id: string) => id],
    [
      'the id is of another start',
      (id: string) => id.replace(/^\d+/, (start) => String(Number(start) - 1)),
    ],
    [
      'the id is of a start to come',
      (id: string) => id.replace(/^\d+/, (start) => String(Number(start) + 1)),
    ],
    ['the id is of an event to come', (id: string) => id.replace(/\d+$/, '999')],
    ['the id is no id', () => 'x'],
    ['the id is very long', () => '9'.repeat(1000) + '-1'],
  ])('announces a gap where %s', async (__, forge) => {
    const { hub, room } = await serve({ history: { maxEvents: 2 } })
    const first = await room('1')
    const id = await hub.publish(new Joined({ user: '0' }), in1)
    await first.count(1)
    for (let n = 1; n < 5; n++) await hub.publish(new Joined({ user: `${n}` }), in1)
    const back = await room('1', forge(id))
    expect(back.headers['eventsource-gap']).toBe('1')
    await hub.publish(new Joined({ user: 'next' }), in1)
    await back.until(({ data }) => data.includes('{"user":"next"}'))
    // Reported once: the client has a position in the history again.
    const again = await room('1', back.lastEventId)
    expect(again.headers['eventsource-gap']).toBeUndefined()
  })

  it('reports a gap if the history has become too old', async () => {
    const { hub, room } = await serve({ history: { maxAge: 1e-9 } })
    const { lastEventId } = await room('1')
    await hub.publish(new Joined({ user: '0' }), in1)
    const later = Date.now() + 2
    while (Date.now() < later) await new Promise(setImmediate)
    expect((await room('1', lastEventId)).headers['eventsource-gap']).toBe('1')
  })

  it('neither loses nor repeats an event between replay and live events', async () => {
    const { hub, room } = await serve()
    const start = await room('1')
    let n = 0
    let isDone = false
    const publishing = (async () => {
      while (!isDone) {
        for (let burst = 0; burst < 5; burst++) {
          void hub.publish(new Joined({ user: `${n++}` }), in1)
        }
        await new Promise(setImmediate)
      }
    })()
    const received: string[] = []
    let last = start.lastEventId
    for (let round = 0; round < 30; round++) {
      const client = await room('1', last)
      await client.count(1 + (round % 7))
      client.close()
      received.push(...client.data)
      last = client.lastEventId
      expect(client.headers['eventsource-gap']).toBeUndefined()
    }
    isDone = true
    await publishing
    expect(received).toEqual(received.map((__, user) => JSON.stringify({ user: `${user}` })))
    expect(received.length).toBeGreaterThan(100)
  })

  it('refuses invalid messages, and calls onError', async () => {
    const onError = jest.fn()
    const { hub } = await serve({ onError })
    const wrong: (() => Promise<string>)[] = [
      () => hub.publish({ user: 1 as never }, { event: 'left', ...in1 }),
      () => hub.publish({ user: 'a' } as never, in1),
      // @ts-expect-error the parameters are required, and JavaScript may leave them out all the same
      () => hub.publish(new Joined({ user: 'a' })),
      () => hub.publish(new Joined({ user: 'a' }), { parameters: { roomId: '..' } }),
    ]
    for (const publish of wrong) {
      void publish()
      await expect(publish()).rejects.toThrow()
    }
    expect(onError).toHaveBeenCalledTimes(2 * wrong.length)
    expect(hub.metrics.published).toBe(0)
  })

  it('calls its callbacks, and counts events', async () => {
    const { hub, room } = await serve({ history: { maxEvents: 1 } })
    const notices: unknown[] = []
    for (const event of ['connect', 'disconnect', 'gap'] as const) {
      hub.on(event, (notice) => notices.push([event, notice]))
    }
    const off = hub.on('connect', () => notices.push('never'))
    off()
    const a = await room('1')
    await room('1', 'unknown')
    await hub.publish(new Joined({ user: 'x' }), in1)
    await a.count(1)
    const gone = new Promise((resolve) => hub.on('disconnect', resolve))
    a.close()
    await gone
    const address = '/rooms/1/events'
    expect(notices).toEqual([
      ['connect', { address, clients: 1 }],
      ['gap', { address, clients: 2 }],
      ['connect', { address, clients: 2 }],
      ['disconnect', { address, clients: 1 }],
    ])
    const bytes = a.text.slice(a.text.indexOf('\n\n') + 2).length * 2
    expect(hub.metrics).toEqual({
      clients: 1,
      published: 1,
      delivered: 2,
      dropped: 0,
      conflated: 0,
      snapshots: 0,
      lag: expect.any(Number),
      bytes,
    })
  })

  it('continues after a listener throws', async () => {
    const onError = jest.fn()
    const { hub, room } = await serve({ onError })
    hub.on('connect', () => {
      throw new Error('mine')
    })
    const client = await room('1')
    await hub.publish(new Joined({ user: 'x' }), in1)
    await client.count(1)
    expect(onError).toHaveBeenCalledTimes(1)
  })
})

describe('A hub', () => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  it('keeps no more than its limits, whatever is published', async () => {
    const app = express()
    const hub = createHub(lines, { history: { maxEvents: 1000, maxBytes: 10_000 } })
    hosts.finally(() => hub.close())
    hub.register(app)
    const url = `${await hosts.serve(app)}/lines`
    const first = await hosts.open(url)
    const { lastEventId } = await first.until((client) => client.lastEventId !== '')
    const ids: string[] = []
    for (let n = 0; n < 30; n++) ids.push(await hub.publish('x'.repeat(1000)))
    await first.count(30)
    const back = (id: string) => hosts.open(url, { headers: { 'last-event-id': id } })
    expect((await back(lastEventId)).headers['eventsource-gap']).toBe('1')
    expect((await back(ids[15] ?? '')).headers['eventsource-gap']).toBe('1')
    const reached = await back(ids[21] ?? '')
    expect(reached.headers['eventsource-gap']).toBeUndefined()
    expect((await reached.count(8)).events.map(({ id }) => id)).toEqual(ids.slice(22))
  })

  it('keeps at least the newest event, however large', async () => {
    const app = express()
    const hub = createHub(lines, { history: { maxBytes: 10 } })
    hosts.finally(() => hub.close())
    hub.register(app)
    const url = `${await hosts.serve(app)}/lines`
    const { lastEventId } = await (
      await hosts.open(url)
    ).until((client) => client.lastEventId !== '')
    await hub.publish('a whole line')
    const back = await hosts.open(url, { headers: { 'last-event-id': lastEventId } })
    expect((await back.count(1)).data).toEqual(['a whole line'])
  })

  it('sends events of a channel with one message without a name', async () => {
    const app = express()
    const hub = createHub(signups)
    hosts.finally(() => hub.close())
    hub.register(app)
    const client = await hosts.open(`${await hosts.serve(app)}/user/signedup`)
    await hub.publish({ user: 'plain' })
    await hub.publish(new Joined({ user: 'instance' }))
    await client.count(2)
    expect(client.events.map(({ event }) => event)).toEqual([undefined, undefined])
  })

  it.each([
    [{ history: { maxEvents: 0 } }, /maxEvents must be greater than 0/],
    [{ history: { maxBytes: -1 } }, /maxBytes must be greater than 0/],
    [{ heartbeat: -1 }, /heartbeat must be a number of milliseconds/],
    [{ maxDuration: NaN }, /maxDuration must be a number of milliseconds/],
  ])('refuses %j', (options, message) => {
    expect(() => createHub(signups, options)).toThrow(message)
  })
})
