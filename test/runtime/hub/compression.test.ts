import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import compressionMiddleware from 'compression'
import express from 'express'
import { gzipCompression } from '../../../runtime/compression'
import { withNode } from '../../../runtime/node'
import { createHub, type HubContentOptions, type HubOptions } from '../server/support/express'
import * as hubs from '../../../runtime/hub'
import { lines } from '../server/support/channels'
import { Http2Client, type RawClient } from '../server/support/client'
import { Hosts } from '../server/support/host'
import { pick, seededRandom } from '../../support/random'
import { createServer as createHttp2Server } from 'node:http2'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { ScriptedBroker } from './support/scripted-broker'

type Options = HubOptions<null> & HubContentOptions<{ line: string }, string, null>

/** An event of about 240 bytes on the wire. */
const line = (n: number): string =>
  JSON.stringify({
    n,
    account: `acc-${(n * 7919) % 1_000_000}`,
    status: ['pending', 'settled', 'rejected'][n % 3],
    note: `transfer ${n} of customer ${(n * 104_729) % 10_007} to the account of the city`,
    currency: 'EUR',
    at: new Date(1_700_000_000_000 + n * 12_345).toISOString(),
  })
const GZIP = { 'accept-encoding': 'gzip' }

describe('A hub that compresses', () => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  async function serve(options: Options = {}) {
    const app = express()
    const errors: unknown[] = []
    const hub = createHub(lines, {
      compression: gzipCompression(),
      history: { maxEvents: 100_000, maxBytes: 1e9 },
      onError: (error) => void errors.push(error),
      ...options,
    })
    hosts.finally(() => hub.close())
    hub.register(app)
    const url = `${await hosts.serve(app)}/lines`
    /** A client whose stream is open. */
    const open = async (headers: Record<string, string> = GZIP): Promise<RawClient> =>
      (await hosts.open(url, { headers })).until(({ text }) => text.includes('\n\n'))
    return { hub, open, url, errors }
  }

  it.each([
    ['gzip', true],
    ['gzip, deflate, br, zstd', true],
    ['br, GZIP;q=0.5', true],
    ['*', true],
    ['gzip;q=0', false],
    ['*, gzip;q=0', false],
    ['gzip;q=0.5, identity', false],
    ['br, deflate', false],
    ['', false],
    [undefined, false],
  ])('answers Accept-Encoding %j with a gzip stream: %j', async (accepted, isCompressed) => {
    const { hub, open } = await serve()
    const client = await open(accepted === undefined ? {} : { 'accept-encoding': accepted })
    expect(client.headers['content-encoding']).toBe(isCompressed ? 'gzip' : undefined)
    expect(client.headers['vary']).toBe('Accept-Encoding')
    expect(client.headers['content-type']).toBe('text/event-stream')
    const id = await hub.publish('a')
    await client.count(1)
    expect(client.text).toMatch(new RegExp(`^retry: \\d+\n(id: \\S+\n)?\nid: ${id}\ndata: a\n\n$`))
  })

  it('sets no header without the option', async () => {
    const app = express()
    const hub = createHub(lines)
    hosts.finally(() => hub.close())
    hub.register(app)
    const { headers } = await hosts.open(`${await hosts.serve(app)}/lines`, { headers: GZIP })
    expect(headers['content-encoding']).toBeUndefined()
    expect(headers['vary']).toBeUndefined()
  })

  it('sends each event at once, from any event on, with the trailer of what the client received', async () => {
    const { hub, open } = await serve()
    const clients: RawClient[] = []
    const ids: string[] = []
    for (let n = 0; n < 120; n++) {
      clients.push(await open(n % 4 === 3 ? {} : GZIP))
      ids.push(await hub.publish(line(n)))
      // No later event helps a client to decode this one.
      await Promise.all(clients.map((client, index) => client.count(n - index + 1)))
    }
    await hub.close()
    const texts = await Promise.all(clients.map((client) => client.ended()))
    for (const [index, client] of clients.entries()) {
      expect(client.events.map(({ id }) => id)).toEqual(ids.slice(index))
      expect(client.data).toEqual(ids.slice(index).map((_, n) => line(index + n)))
      expect(client.codingError).toBeUndefined()
      expect(client.isComplete).toBe(true)
      expect(texts[index]).toMatch(/\n\nretry: \d+\n\n$/)
    }
  })

  it('sends the same few bytes to all clients', async () => {
    const { hub, open } = await serve()
    const plain = await open({})
    const clients = await Promise.all([open(), open(), open()])
    const before = hub.metrics.bytes
    const sizes = (): number[] => [plain, ...clients].map(({ size }) => size)
    const first = sizes()
    for (let n = 0; n < 300; n++) {
      await hub.publish(line(n))
      await Promise.all([plain, ...clients].map((client) => client.count(n + 1)))
    }
    const [ofPlain = 0, ...ofClients] = sizes().map((size, index) => size - (first[index] ?? 0))
    expect(new Set(ofClients).size).toBe(1)
    expect(ofPlain / (ofClients[0] ?? 0)).toBeGreaterThan(3)
    expect(hub.metrics.bytes - before).toBe(ofPlain + ofClients.reduce((a, b) => a + b))
  })

  it('compresses an event larger than the window, and one that repeats it', async () => {
    const { hub, open } = await serve()
    const random = seededRandom(1)
    const client = await open()
    const large = Array.from({ length: 14_000 }, () => random().toString(36).slice(2, 4)).join('')
    await hub.publish(large.repeat(5))
    await client.count(1)
    await hub.publish(large)
    await client.count(2)
    const { size } = client
    await hub.publish(large)
    await client.count(3)
    expect(client.size - size).toBeLessThan(1000)
    expect(client.data).toEqual([large.repeat(5), large, large])
  })

  it('resumes after any event, without a loss or a repetition', async () => {
    const { hub, open } = await serve()
    const ids: string[] = []
    for (let n = 0; n < 40; n++) ids.push(await hub.publish(line(n)))
    const clients = await Promise.all(ids.map((id) => open({ ...GZIP, 'last-event-id': id })))
    for (let n = 40; n < 90; n++) {
      await hub.publish(line(n))
      await Promise.all(clients.map((client, index) => client.count(n - index)))
    }
    await hub.close()
    await Promise.all(clients.map((client) => client.ended()))
    for (const [index, client] of clients.entries()) {
      expect(client.data).toEqual(Array.from({ length: 89 - index }, (_, n) => line(index + 1 + n)))
      expect(client.codingError).toBeUndefined()
      expect(client.isComplete).toBe(true)
    }
  })

  it('reports a gap in the header and in the stream', async () => {
    const broker = new ScriptedBroker()
    const { open } = await serve({ broker: () => broker, history: { maxEvents: 2 } })
    const event = (n: number, prev = n - 1) => ({
      id: `${n}-0`,
      prev: `${prev}-0`,
      address: 'lines',
      event: '',
      data: line(n),
    })
    broker.sink.preload([1, 2, 3, 4].map((n) => event(n)))
    const late = await open({ ...GZIP, 'last-event-id': '1-0' })
    expect(late.headers['eventsource-gap']).toBe('1')
    const connected = await open()
    broker.sink.deliver([event(5)])
    await connected.count(1)
    broker.sink.reset()
    broker.sink.deliver([event(9, 8)])
    await connected.count(2)
    expect(connected.comments).toEqual(['gap'])
    await late.count(4)
    expect(late.data).toEqual([3, 4, 5, 9].map(line))
  })

  it('serves a slow client from the history, compressed too', async () => {
    const { hub, open } = await serve()
    const [slow, fast] = [await open(), await open()]
    slow.response.pause()
    let slowEvents = 0
    hub.on('slow', () => slowEvents++)
    const text = (n: number): string => `${n} ${randomBytes(14_000).toString('base64')}`
    const all: string[] = []
    for (let n = 0; n < 700; n++) {
      all.push(text(n))
      await hub.publish(all.at(-1) ?? '')
      if (n % 5 === 0) await fast.count(n)
    }
    await fast.count(700)
    expect(slowEvents).toBeGreaterThan(0)
    slow.response.resume()
    await slow.count(700)
    const { size } = slow
    await hub.publish('last')
    await Promise.all([slow.count(701), fast.count(701)])
    expect(slow.data).toEqual([...all, 'last'])
    expect(slow.size).toBeGreaterThan(size)
    await hub.close()
    await slow.ended()
    expect(slow.codingError).toBeUndefined()
  })

  it('sends heartbeats that do not end the share of a client', async () => {
    const { hub, open } = await serve({ heartbeat: 60 })
    const clients = await Promise.all([open(), open(), open({})])
    for (let n = 0; n < 60; n++) {
      await hub.publish(line(n))
      await Promise.all(clients.map((client) => client.count(n + 1)))
    }
    const heartbeats = clients.map(({ comments }) => comments.length)
    await Promise.all(
      clients.map((client, n) =>
        client.until(({ comments }) => comments.length >= (heartbeats[n] ?? 0) + 5),
      ),
    )
    const before = clients.map(({ size }) => size)
    await hub.publish(line(60))
    await Promise.all(clients.map((client) => client.count(61)))
    const [first = 0, second = 0, plain = 0] = clients.map(
      ({ size }, index) => size - (before[index] ?? 0),
    )
    expect(first).toBeLessThan(plain / 2)
    expect(second).toBeLessThan(plain / 2)
    for (const { data } of clients) expect(data).toHaveLength(61)
  })

  it('sends heartbeats in the interval to clients that have no event yet', async () => {
    const { open } = await serve({ heartbeat: 40 })
    const client = await open()
    await client.until(({ comments }) => comments.length >= 4)
    expect(client.data).toEqual([])
  })

  it('sends a snapshot, then the events', async () => {
    const state = Array.from({ length: 1000 }, (_, n) => line(n))
    const { hub, open } = await serve({ snapshot: () => state })
    await hub.publish('before')
    const clients = await Promise.all([open(), open(), open({})])
    await Promise.all(clients.map((client) => client.count(1000)))
    await hub.publish('after')
    for (const client of clients) {
      await client.count(1001)
      expect(client.data).toEqual([...state, 'after'])
      expect(client.comments).toEqual(['snapshot'])
    }
    expect((clients[2]?.size ?? 0) / (clients[0]?.size ?? 0)).toBeGreaterThan(3)
    await hub.close()
    for (const client of clients) {
      await client.ended()
      expect(client.codingError).toBeUndefined()
    }
  })

  it('completes the stream when the room ends, and after maxDuration', async () => {
    const ending = await serve()
    const client = await ending.open()
    await ending.hub.publish('a')
    await ending.hub.end()
    await client.ended()
    expect([client.data, client.isComplete, client.codingError]).toEqual([['a'], true, undefined])

    const limited = await serve({ maxDuration: 30 })
    const short = await limited.open()
    await short.ended()
    expect([short.isComplete, short.codingError]).toEqual([true, undefined])
  })

  it('is correct under random joins, pauses, sizes and heartbeats', async () => {
    const random = seededRandom(20)
    const { hub, open, errors } = await serve({ heartbeat: 35 })
    const published: string[] = []
    const clients: { client: RawClient; from: number; isPaused: boolean }[] = []
    for (let step = 0; step < 150; step++) {
      const action = random()
      if (action < 0.25 || clients.length === 0) {
        clients.push({ client: await open(), from: published.length, isPaused: false })
      } else if (action < 0.35) {
        const each = pick(random, clients)
        each.isPaused = !each.isPaused
        if (each.isPaused) each.client.response.pause()
        else each.client.response.resume()
      } else if (action < 0.4) {
        await wait(20)
      } else {
        const events = Array.from({ length: 1 + Math.floor(random() * 4) }, (_, n) => {
          const size = pick(random, [1, 1, 1, 20, 100, 500])
          return Array.from({ length: size }, (__, m) => line(step * 10_000 + n * 100 + m)).join('')
        })
        published.push(...events)
        await Promise.all(events.map((event) => hub.publish(event)))
      }
    }
    for (const { client } of clients) client.response.resume()
    await Promise.all(clients.map(({ client, from }) => client.count(published.length - from)))
    await hub.close()
    for (const { client, from } of clients) {
      await client.ended()
      expect(client.data).toEqual(published.slice(from))
      expect(client.codingError).toBeUndefined()
      expect(client.isComplete).toBe(true)
    }
    expect(errors).toEqual([])
  }, 60_000)

  it('leaves nothing to the compression package, and works through res.write', async () => {
    const app = express()
    app.use(compressionMiddleware({ threshold: 0 }))
    const hub = createHub(lines, { compression: gzipCompression(), directWrites: false })
    hosts.finally(() => hub.close())
    hub.register(app)
    const client = await hosts.open(`${await hosts.serve(app)}/lines`, { headers: GZIP })
    await client.until(({ text }) => text.includes('\n\n'))
    await hub.publish('a')
    await client.count(1)
    expect(client.data).toEqual(['a'])
    expect(client.headers['vary']).toBe('Accept-Encoding')
  })

  it('works over HTTP/2', async () => {
    const hub = withNode(hubs.createHub(lines, { compression: gzipCompression() }))
    hosts.finally(() => hub.close())
    const http2 = createHttp2Server((req, res) => void hub.handle(req, res))
    hosts.finally(() => http2.close())
    await once(http2.listen(0, '127.0.0.1'), 'listening')
    const url = `http://127.0.0.1:${(http2.address() as AddressInfo).port}/lines`
    const client = await Http2Client.open(url, { headers: GZIP })
    hosts.finally(() => client.close())
    await client.until(({ text }) => text.includes('\n\n'))
    for (let n = 0; n < 60; n++) {
      await hub.publish(line(n))
      await client.count(n + 1)
    }
    await hub.close()
    await client.ended()
    expect(client.data).toEqual(Array.from({ length: 60 }, (_, n) => line(n)))
    expect(client.codingError).toBeUndefined()
  })
})
