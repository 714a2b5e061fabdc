import { randomBytes } from 'node:crypto'
import express, { type Response } from 'express'
import compression from 'compression'
import { createHub, registerSend, SlowClientError, type SendEvent } from './support/express'
import { lines } from './support/channels'
import { deferred, Hosts } from './support/host'

const KIB = 1024
const MIB = KIB * KIB

describe('A client that does not read', () => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  /** A stream of a callback's own, and its response. */
  async function connect(
    onError: (error: unknown) => void,
    maxBufferedBytes?: number,
    stallTimeout?: number,
  ) {
    const app = express()
    const called = deferred<{ sendEvent: SendEvent<{ line: string }, string>; res: Response }>()
    registerSend(
      lines,
      app,
      (_req, res, _next, _parameters, sendEvent) => called.resolve({ sendEvent, res }),
      {
        onError,
        ...(maxBufferedBytes === undefined ? {} : { maxBufferedBytes }),
        ...(stallTimeout === undefined ? {} : { stallTimeout }),
      },
    )
    const client = await hosts.open(`${await hosts.serve(app)}/lines`)
    client.response.pause()
    return { client, ...(await called.promise) }
  }

  it('is disconnected and reported at maxBufferedBytes', async () => {
    const errors: unknown[] = []
    const { sendEvent, res } = await connect((error) => errors.push(error))
    const line = 'x'.repeat(KIB)
    const sent: Promise<boolean>[] = []
    let most = 0
    // Nobody waits for the promises: 64 MiB, where the kernel takes some and 1 MiB may wait.
    for (let n = 0; n < 64 * KIB && !res.destroyed; n++) {
      sent.push(sendEvent(line))
      most = Math.max(most, res.writableLength)
      if (n % 64 === 0) await new Promise(setImmediate)
    }
    expect(res.destroyed).toBe(true)
    expect(most).toBeGreaterThan(MIB)
    expect(most).toBeLessThan(MIB + 4 * KIB)
    expect(errors).toEqual([expect.any(SlowClientError)])
    expect((await Promise.all(sent)).at(-1)).toBe(false)
    console.log(`a stalled client held ${most} bytes at most, of 1 MiB allowed`)
  })

  it('makes callers of sendEvent wait, and nothing is lost', async () => {
    const onError = jest.fn()
    const { client, sendEvent } = await connect(onError)
    const line = 'x'.repeat(64 * KIB)
    let sent = 0
    let isDone = false
    const sending = (async () => {
      for (; sent < 200; sent++) expect(await sendEvent(`${sent} ${line}`)).toBe(true)
      isDone = true
    })()
    // Until nothing moves any more: the socket's buffers are full.
    for (let seen = -1; seen !== sent;) {
      seen = sent
      for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
    }
    expect(isDone).toBe(false)
    client.response.resume()
    await sending
    await client.count(200)
    expect(client.data.map((data) => parseInt(data))).toEqual([...Array(200).keys()])
    expect(onError).not.toHaveBeenCalled()
  })

  it('is not disconnected for one event that is larger than the limit, nor for the next', async () => {
    const onError = jest.fn()
    const { client, sendEvent } = await connect(onError, 10 * KIB)
    const large = 'x'.repeat(16 * MIB)
    const sent = [sendEvent(large), sendEvent('small'), sendEvent('small')]
    client.response.resume()
    expect(await Promise.all(sent)).toEqual([true, true, true])
    expect((await client.count(3)).data.map(({ length }) => length)).toEqual([large.length, 5, 5])
    expect(onError).not.toHaveBeenCalled()
  })

  it('is disconnected and reported after stallTimeout, although maxBufferedBytes is not exceeded', async () => {
    const errors: unknown[] = []
    const { sendEvent, res } = await connect((error) => errors.push(error), Infinity, 200)
    const line = 'x'.repeat(MIB)
    // The kernel takes some; the rest waits for the client.
    const sent = Array.from({ length: 16 }, () => sendEvent(line))
    expect((await Promise.all(sent)).at(-1)).toBe(false)
    expect(res.destroyed).toBe(true)
    expect(errors).toEqual([expect.any(SlowClientError)])
    expect(String(errors)).toMatch(/it read nothing of \d+ bytes for 200 ms$/)
  })

  it('is not disconnected while it reads slowly', async () => {
    const errors: unknown[] = []
    const { client, sendEvent } = await connect((error) => errors.push(error), Infinity, 500)
    const line = 'x'.repeat(64 * KIB)
    const sent = Array.from({ length: 400 }, () => sendEvent(line))
    // Longer than `stallTimeout` in all, with pauses that are shorter.
    const isComplete = Promise.all(sent)
    const reading = setInterval(() => {
      client.response.resume()
      client.response.once('data', () => client.response.pause())
    }, 5)
    hosts.finally(() => clearInterval(reading))
    const start = performance.now()
    const results = await isComplete
    expect(performance.now() - start).toBeGreaterThan(500)
    expect(results.every(Boolean)).toBe(true)
    expect(errors).toEqual([])
  })

  it('is not disconnected for time in which the process of the server did not run', async () => {
    const errors: unknown[] = []
    const stallTimeout = 400
    const { client, sendEvent } = await connect(
      (error) => errors.push(error),
      Infinity,
      stallTimeout,
    )
    const line = 'x'.repeat(MIB)
    const sent = Array.from({ length: 16 }, () => sendEvent(line))
    // The timer checks the connection, whose bytes wait.
    await new Promise((resolve) => setTimeout(resolve, stallTimeout / 4))
    client.response.resume()
    const end = performance.now() + 2 * stallTimeout
    while (performance.now() < end);
    expect((await Promise.all(sent)).every(Boolean)).toBe(true)
    expect(errors).toEqual([])
  })

  it('makes sendEvent resolve to false if it disconnects', async () => {
    const { client, sendEvent } = await connect(() => undefined, 1000 * MIB)
    const line = 'x'.repeat(MIB)
    const sent = Array.from({ length: 64 }, () => sendEvent(line))
    client.close()
    expect((await Promise.all(sent)).at(-1)).toBe(false)
  })
})

describe.each([
  ['writing to the socket', false],
  ['with compression in front', true],
])('A hub, %s', (_, compressed) => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  async function serve(history: { maxEvents: number; maxBytes: number; maxAge?: number }) {
    const app = express()
    const responses: Response[] = []
    if (compressed) app.use(compression({ threshold: 0 }))
    app.use((_req, res, next) => {
      responses.push(res)
      next()
    })
    const hub = createHub(lines, { history })
    hosts.finally(() => hub.close())
    hub.register(app)
    return { hub, responses, url: `${await hosts.serve(app)}/lines` }
  }

  const line = 'x'.repeat(8 * KIB)

  it('lets a slow client read from the history, and others have theirs at once', async () => {
    const { hub, responses, url } = await serve({ maxEvents: 10_000, maxBytes: 100 * MIB })
    const [slow, fast] = [await hosts.open(url), await hosts.open(url)]
    slow.response.pause()
    let count = 0
    let slowed = 0
    hub.on('slow', () => slowed++)
    let most = 0
    while (count < 2000) {
      for (let n = 0; n < 5; n++) void hub.publish(`${count++} ${line}`)
      await new Promise(setImmediate)
      most = Math.max(most, responses[0]?.writableLength ?? 0)
    }
    await fast.count(count)
    expect(slowed).toBeGreaterThan(0)
    // 64 KiB, what one tick brought, and one event.
    expect(most).toBeLessThan(64 * KIB + 7 * line.length)
    slow.response.resume()
    await slow.count(count)
    expect(slow.data.map((data) => parseInt(data))).toEqual([...Array(count).keys()])
    expect(slow.comments).toEqual([])
    // It is a client like the others again.
    await hub.publish('live')
    await Promise.all([slow, fast].map((client) => client.count(count + 1)))
  })

  it('sends a gap to a slow client whose events left the history, and continues', async () => {
    const { hub, url } = await serve({ maxEvents: 20, maxBytes: 100 * MIB })
    const slow = await hosts.open(url)
    slow.response.pause()
    let gaps = 0
    hub.on('gap', () => gaps++)
    let count = 0
    while (count < 3000) {
      for (let n = 0; n < 5; n++) void hub.publish(`${count++} ${line}`)
      await new Promise(setImmediate)
    }
    slow.response.resume()
    await slow.until(({ data }) => data.at(-1)?.startsWith(`${count - 1} `) === true)
    expect(gaps).toBe(1)
    expect(slow.comments).toEqual(['gap'])
    const numbers = slow.data.map((data) => parseInt(data))
    const at = numbers.findIndex((number, index) => number !== index)
    // All up to the gap, in order; then the last twenty.
    expect(numbers.slice(at)).toEqual(Array.from({ length: 20 }, (__, n) => count - 20 + n))
    expect(hub.metrics.dropped).toBe(count - 20 - at)
    expect(slow.text.indexOf(': gap\n\n')).toBeLessThan(slow.text.indexOf(`${count - 20} x`))
  })

  it('sends nothing too old to a slow client, even without other activity', async () => {
    const limits = { maxEvents: 10_000, maxBytes: 100 * MIB, maxAge: 100 }
    const { hub, url } = await serve(limits)
    const slow = await hosts.open(url)
    slow.response.pause()
    const count = 4000
    // Text that compression does not shorten: its window is 32 KiB. Otherwise the buffers could hold everything.
    const noise = Array.from({ length: 8 }, () => randomBytes(6 * KIB).toString('base64'))
    for (let n = 0; n < count; n++) void hub.publish(`${n} ${noise[n % noise.length] ?? ''}`)
    await new Promise((resolve) => setTimeout(resolve, 500))
    slow.response.resume()
    await slow.until(({ comments }) => comments.length > 0)
    await hub.publish('live')
    await slow.until(({ data }) => data.at(-1) === 'live')
    // What the buffers of the connection hold had left in time.
    expect(slow.data.length).toBeLessThan(count / 2)
    expect(hub.metrics.dropped).toBe(count + 1 - slow.data.length)
  })
})

describe('A client of a hub that does not read', () => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  it('is disconnected and reported after stallTimeout; others stay', async () => {
    const errors: unknown[] = []
    const app = express()
    const hub = createHub(lines, {
      stallTimeout: 200,
      heartbeat: 0,
      history: { maxEvents: 10_000, maxBytes: 100 * MIB },
      onError: (error) => void errors.push(error),
    })
    hosts.finally(() => hub.close())
    hub.register(app)
    const url = `${await hosts.serve(app)}/lines`
    const [stalled, reading] = [await hosts.open(url), await hosts.open(url)]
    stalled.response.pause()
    const isSlow = new Promise((resolve) => hub.on('slow', resolve))
    const isDisconnected = new Promise((resolve) => hub.on('disconnect', resolve))
    let count = 0
    let isFull = false
    void isSlow.then(() => (isFull = true))
    while (!isFull) {
      await hub.publish(`${count++} ${'x'.repeat(64 * KIB)}`)
      await reading.count(count)
    }
    await isDisconnected
    expect(hub.size).toBe(1)
    expect(errors).toEqual([expect.any(SlowClientError)])
    expect(String(errors)).toMatch(/it read nothing of \d+ bytes for 200 ms$/)
    // The other client has nothing to read for longer than `stallTimeout`.
    await new Promise((resolve) => setTimeout(resolve, 500))
    await hub.publish('last')
    await reading.count(count + 1)
    expect(hub.size).toBe(1)
  })
})
