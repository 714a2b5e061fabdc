import { listen, stream, type ConnectionState } from '../../../runtime/fetch-client'
import { pick, seededRandom } from '../../support/random'
import { ticks } from './support/channels'
import { open, serve } from './support/server'

const LIVES = 300
const EVENTS = 30

type Fate = 'end' | 'drop' | 'status' | 'silence' | 'garbage' | 'stay'

/**
 * A server with a log of events 1 to EVENTS, each with its number as id. It continues after the last event id and breaks
 * off in a random way.
 */
async function logServer(random: () => number) {
  return serve((res, req) => {
    const fate = pick<Fate>(random, ['end', 'drop', 'status', 'silence', 'garbage', 'stay'])
    if (fate === 'status') return void res.writeHead(503).end()
    const from = Number(req.headers['last-event-id'] ?? 0) + 1
    const to = Math.min(EVENTS, from + Math.floor(random() * 10))
    let text = ''
    for (let n = from; n <= to; n++) text += `id: ${n}\ndata: {"n":${n}}\n\n`
    open(res)
    // The rest of an event that the client must not see.
    if (fate === 'garbage') text += 'id: 99\ndata: {"n":99}\n'
    const bytes = Buffer.from(text)
    const cut = Math.floor(random() * bytes.length)
    res.write(bytes.subarray(0, cut))
    setImmediate(() => {
      if (fate === 'drop') res.write(bytes.subarray(cut), () => res.destroy())
      else if (fate === 'silence' || fate === 'stay') res.write(bytes.subarray(cut))
      else res.end(bytes.subarray(cut))
    })
  })
}

const unhandled: unknown[] = []
const onUnhandled = (error: unknown): void => void unhandled.push(error)
beforeAll(() => process.on('unhandledRejection', onUnhandled))
afterAll(() => process.off('unhandledRejection', onUnhandled))

interface Life {
  readonly received: number[]
  readonly afterClose: number[]
  readonly states: ConnectionState[]
}

/** A subscription that closes at a random event, in a random way; its callbacks return, throw, reject or wait at random. */
async function liveAsListener(baseUrl: string, random: () => number): Promise<Life> {
  const life: Life = { received: [], afterClose: [], states: [] }
  const last = 1 + Math.floor(random() * EVENTS)
  const controller = new AbortController()
  const close = pick(random, [() => subscription.close(), () => controller.abort()])
  let isClosed = false
  const subscription = listen(
    ticks,
    (message) => {
      if (message === null) return undefined
      const target = isClosed ? life.afterClose : life.received
      target.push(message.n)
      if (message.n >= last) {
        close()
        isClosed = true
      }
      const kind = random()
      if (kind < 0.1) throw new Error('in the callback')
      if (kind < 0.2) return Promise.reject(new Error('in the callback'))
      return kind < 0.4 ? new Promise(setImmediate) : undefined
    },
    null,
    {
      baseUrl,
      signal: controller.signal,
      reconnect: { initialDelay: 0, maxDelay: 0, jitter: 0 },
      idleTimeout: 300,
      maxBuffered: 1 + Math.floor(random() * 5),
      onError: () => undefined,
      onStateChange: (state) => void life.states.push(state),
    },
  )
  await subscription.closed
  // What would be delivered late is delivered by now.
  await new Promise(setImmediate)
  return life
}

async function liveAsStream(baseUrl: string, random: () => number): Promise<Life> {
  const life: Life = { received: [], afterClose: [], states: [] }
  const last = 1 + Math.floor(random() * EVENTS)
  const events = stream(ticks, null, {
    baseUrl,
    reconnect: { initialDelay: 0, maxDelay: 0, jitter: 0 },
    idleTimeout: 300,
    maxBuffered: 1 + Math.floor(random() * 5),
    onError: () => undefined,
    onStateChange: (state) => void life.states.push(state),
  })
  for await (const { payload } of events) {
    life.received.push(payload?.n ?? 0)
    if (random() < 0.3) await new Promise(setImmediate)
    if (Number(payload?.n) >= last) break
  }
  await expect(events.next()).resolves.toEqual({ value: undefined, done: true })
  return life
}

/** Runs a few life cycles at a time. */
async function liveAll(live: (seed: number) => Promise<void>): Promise<void> {
  let next = 1
  const worker = async (): Promise<void> => {
    while (next <= LIVES) await live(next++)
  }
  await Promise.all(Array.from({ length: 20 }, worker))
}

test.each([
  ['listener', liveAsListener],
  ['stream', liveAsStream],
])(
  `${LIVES} random lives of a %s: each event once and in order, none after close, no rejection unhandled`,
  async (_, live) => {
    await liveAll(async (seed) => {
      const random = seededRandom(seed)
      const server = await logServer(random)
      const { received, afterClose, states } = await live(server.url, random)
      await server.idle()
      await server.close()
      expect({ seed, received }).toEqual({ seed, received: received.map((_event, n) => n + 1) })
      expect(received.length).toBeGreaterThan(0)
      expect({ seed, afterClose }).toEqual({ seed, afterClose: [] })
      expect(states.at(-1)).toBe('closed')
      // No state twice in a row, and none after the last.
      expect(states.some((state, n) => state === states[n + 1])).toBe(false)
      expect(states.indexOf('closed')).toBe(states.length - 1)
    })
    await new Promise(setImmediate)
    expect(unhandled).toEqual([])
  },
)
