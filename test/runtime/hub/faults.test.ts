import { once } from 'node:events'
import { connect } from 'node:net'
import express from 'express'
import { createHub, type HubOptions } from '../server/support/express'
import { channelAt, lines, parametersOf } from '../server/support/channels'
import { Hosts } from '../server/support/host'
import { ScriptedBroker } from './support/scripted-broker'

const id = (n: number): string => `${1_700_000_000_000 + n}-${n}`

describe('A hub', () => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  async function serve(options: HubOptions<null> = {}, ...middleware: express.RequestHandler[]) {
    const app = express()
    for (const each of middleware) app.use(each)
    const hub = createHub(lines, { onError: () => undefined, ...options })
    hosts.finally(() => hub.close())
    hub.register(app)
    return { hub, url: `${await hosts.serve(app)}/lines` }
  }

  it('reports no gap to quiet rooms, however many others there are', async () => {
    const app = express()
    const channel = channelAt('/rooms/{id}', parametersOf(['id']))
    const hub = createHub(channel)
    hosts.finally(() => hub.close())
    hub.register(app)
    const url = await hosts.serve(app)
    const first = await hub.publish('first', { parameters: { id: 'quiet' } })
    for (let n = 0; n < 30_000; n++) {
      await hub.publish(n, { parameters: { id: String(n) } })
    }
    const client = await hosts.open(`${url}/rooms/quiet`, { headers: { 'last-event-id': first } })
    expect(client.headers['eventsource-gap']).toBeUndefined()
  })

  it.each([
    [
      'the broker becomes unavailable',
      (broker: ScriptedBroker) => broker.sink.down(new Error('x')),
    ],
    ['the history is loaded', (broker: ScriptedBroker) => broker.sink.preload([])],
  ])('drops a client whose response other code has sent when %s', async (_, act) => {
    const broker = new ScriptedBroker()
    let sendResponse: () => void = () => undefined
    const errors: unknown[] = []
    const { hub, url } = await serve(
      { broker: () => broker, onError: (error) => void errors.push(error) },
      (request, response, next) => {
        if (request.headers['x-slow'] !== undefined) {
          sendResponse = () => void response.writeHead(503).write('busy')
        }
        next()
      },
    )
    const connected = async (count: number): Promise<void> => {
      while (hub.size < count) await new Promise((resolve) => hub.on('connect', resolve))
    }
    const taken = hosts.open(url, { headers: { 'x-slow': '1' } })
    await connected(1)
    const waiting = hosts.open(url)
    await connected(2)
    sendResponse()
    act(broker)
    broker.sink.preload([])
    broker.sink.deliver([{ id: id(2), prev: id(1), address: 'lines', event: '', data: 'e' }])
    expect((await (await waiting).count(1)).data).toEqual(['e'])
    expect((await taken).status).toBe(503)
    expect((await taken).text).not.toContain('data:')
    await expect(hub.ready).resolves.toBeUndefined()
    expect(errors.map(String).join()).toContain('the response was sent by other code')
  })

  it('sends an event to all clients, although writing to one of them throws', async () => {
    const errors: unknown[] = []
    const { hub, url } = await serve(
      { onError: (error) => void errors.push(error) },
      (request, response, next) => {
        if (request.headers['x-broken'] !== undefined) {
          const write = response.write.bind(response) as (chunk: unknown) => boolean
          let writes = 0
          response.write = (chunk: unknown) => {
            if (writes++ > 0) throw new Error('middleware failed')
            return write(chunk)
          }
        }
        next()
      },
    )
    const open = async (headers = {}) =>
      (await hosts.open(url, { headers })).until(({ text }) => text.includes('\n\n'))
    const first = await open()
    const broken = await open({ 'x-broken': '1' })
    const last = await open()
    await hub.publish('a')
    await hub.publish('b')
    expect((await first.count(2)).data).toEqual(['a', 'b'])
    expect((await last.count(2)).data).toEqual(['a', 'b'])
    await broken.ended()
    expect(errors.map(String)).toEqual(['Error: middleware failed'])
  })

  it('limits the bytes per second that clients read from the history', async () => {
    const { hub, url } = await serve({ history: { maxReplayRate: 2_000_000 } })
    const opened = await (await hosts.open(url)).until(({ text }) => text.includes('id: '))
    const old = opened.lastEventId
    for (let n = 0; n < 40; n++) await hub.publish('x'.repeat(10_000))
    const started = performance.now()
    const clients = await Promise.all(
      Array.from({ length: 4 }, () => hosts.open(url, { headers: { 'last-event-id': old } })),
    )
    // A client without a past is not delayed.
    const live = await (await hosts.open(url)).until(({ text }) => text.includes('id: '))
    await hub.publish('live')
    await live.count(1)
    const liveAfter = performance.now() - started
    await Promise.all(clients.map((client) => client.count(41)))
    const took = performance.now() - started
    // 1.6 MB, of which 0.2 MB are sent at once.
    expect(took).toBeGreaterThan(600)
    expect(liveAfter).toBeLessThan(took / 2)
    for (const { events } of clients) expect(events).toHaveLength(41)
  })

  it('removes a client that disconnects while it waits for its turn', async () => {
    const { hub, url } = await serve({ history: { maxReplayRate: 1000 } })
    const { lastEventId } = await (await hosts.open(url)).until(({ text }) => text.includes('id: '))
    for (let n = 0; n < 3; n++) await hub.publish('x'.repeat(100_000))
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    const gone = new Promise((resolve) => hub.on('disconnect', resolve))
    socket.write(`GET /lines HTTP/1.1\r\nHost: a\r\nLast-Event-ID: ${lastEventId}\r\n\r\n`)
    await once(socket, 'data')
    socket.destroy()
    await gone
    expect(hub.size).toBe(1)
  })

  it('measures the age of events with a monotonic clock', async () => {
    const { hub, url } = await serve({ history: { maxAge: 300 } })
    const { lastEventId } = await (await hosts.open(url)).until(({ text }) => text.includes('id: '))
    await hub.publish('old')
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => performance.timeOrigin - 3.6e6)
    try {
      await new Promise((resolve) => setTimeout(resolve, 400))
      const back = await hosts.open(url, { headers: { 'last-event-id': lastEventId } })
      expect(back.headers['eventsource-gap']).toBe('1')
    } finally {
      clock.mockRestore()
    }
  })

  describe('whose listener publishes while it sends', () => {
    const big = 'x'.repeat(50_000)

    /** Clients of a hub; one of them does not read. Publishes events until it is slow, then what `onSlow` returns. */
    async function publishUntilSlow(options: HubOptions<null>, onSlow: () => string[]) {
      const { hub, url } = await serve(options)
      const slow = await hosts.open(url)
      const reader = await hosts.open(url)
      slow.response.pause()
      const published: string[] = []
      const publish = (text: string): void => {
        published.push(text)
        void hub.publish(text)
      }
      let isSlow = false
      hub.on('slow', () => {
        if (isSlow) return
        isSlow = true
        for (const text of onSlow()) publish(text)
      })
      for (let n = 0; !isSlow; n++) {
        publish(`${n} ${big}`)
        await new Promise(setImmediate)
      }
      return { reader, published }
    }

    it('sends that without waiting for another event', async () => {
      const { reader, published } = await publishUntilSlow({}, () => ['a client is slow'])
      await reader.until(({ data }) => data.includes('a client is slow'))
      expect(reader.data).toEqual(published)
    })

    it.each([
      [
        'more bytes than wait for one turn',
        {},
        () => ['a', 'b', 'c'].map((name) => name + big.repeat(10)),
      ],
      [
        'more events than the history keeps',
        { history: { maxEvents: 5 } },
        () => Array.from({ length: 20 }, (_, n) => `event ${n}`),
      ],
    ])('keeps the order and loses nothing: %s', async (_, options, onSlow) => {
      const { reader, published } = await publishUntilSlow(options, onSlow)
      const last = published.at(-1) ?? ''
      await reader.until(({ data }) => data.at(-1) === last)
      expect(reader.data.map((text) => text.slice(0, 10))).toEqual(
        published.map((text) => text.slice(0, 10)),
      )
      expect(reader.comments.filter((comment) => comment.includes('gap'))).toEqual([])
    })
  })
})

describe('A history with a limit for each room', () => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  it('keeps the events of a quiet room, and the newest of a busy one', async () => {
    const app = express()
    const channel = channelAt('/rooms/{id}', parametersOf(['id']))
    const hub = createHub(channel, { history: { maxEvents: 100, maxEventsPerRoom: 3 } })
    hosts.finally(() => hub.close())
    hub.register(app)
    const url = await hosts.serve(app)
    const start = await hub.publish('start', { parameters: { id: 'other' } })
    await hub.publish('quiet', { parameters: { id: 'quiet' } })
    const busy: string[] = []
    for (let n = 0; n < 10_000; n++) {
      busy.push(await hub.publish(n, { parameters: { id: 'busy' } }))
    }
    const resume = async (room: string, last = start) =>
      hosts.open(`${url}/rooms/${room}`, { headers: { 'last-event-id': last } })
    const quiet = await resume('quiet')
    expect(quiet.headers['eventsource-gap']).toBeUndefined()
    expect((await quiet.count(1)).data).toEqual(['"quiet"'])
    const late = await resume('busy')
    expect(late.headers['eventsource-gap']).toBe('1')
    expect((await late.count(3)).data).toEqual(['9997', '9998', '9999'])
    const near = await resume('busy', busy.at(-4))
    expect(near.headers['eventsource-gap']).toBeUndefined()
    expect((await near.count(3)).data).toEqual(['9997', '9998', '9999'])
  })
})
