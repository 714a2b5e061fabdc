import { once } from 'node:events'
import { join } from 'node:path'
import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import type { ServerResponse } from 'node:http'
import { open, serve, serveRaw, type Answer } from '../runtime/client/support/server'
import { deferred } from '../runtime/server/support/host'
import { Child } from '../support/child'
import { generatedClient, generatedPeers, type PeerClient } from './support/peers'

const MIB = 2 ** 20
const room = { room: 'a' }

let client: PeerClient
beforeAll(async () => void (client = await generatedClient('fetch')))

/** Writes the same text repeatedly until the client has disconnected; resolves to the number of accepted bytes. */
async function flood(stream: Socket | ServerResponse, bytes: string | Buffer): Promise<number> {
  const gone = new Promise((resolve) => stream.once('close', resolve).once('error', resolve))
  const socket = 'setNoDelay' in stream ? stream : stream.socket
  while (!stream.destroyed) {
    if (!stream.write(bytes)) {
      await Promise.race([new Promise((resolve) => stream.once('drain', resolve)), gone])
    }
  }
  await gone
  return socket?.bytesWritten ?? 0
}

/** The first error of a client whose server floods it, and the number of bytes that the server could send. */
async function flooded(begin: string, bytes: string | Buffer, options: object = {}) {
  const { promise: taken, resolve } = deferred<number>()
  const server = await serveRaw((socket) => {
    socket.once('data', () => {
      socket.write(begin)
      void flood(socket, bytes).then(resolve)
    })
  })
  const error = await new Promise<{ code: string; retrying: boolean }>((settle) => {
    const subscription = client.listenForRoomsRoom(
      (_message, _parameters, _error, { cause }) => {
        if (cause === undefined) return
        settle(cause)
        subscription.close()
      },
      room,
      { baseUrl: server.url, ...options },
    )
  })
  const result = { code: error.code, retrying: error.retrying, taken: await taken }
  await server.close()
  return result
}

const STREAM = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n'
const FILLER = 'x'.repeat(64 * 1024)

/** What the kernel, Node and `fetch` hold on the way. */
const ON_THE_WAY = 16 * MIB

describe('an event without end is refused at 16 MiB', () => {
  test.each([
    ['one line', 'data: ', FILLER],
    ['lines', '', `data: ${FILLER}\n`],
    ['lines of nothing', 'data: x\n', 'data\n'.repeat(10_000)],
    ['a comment', ':', FILLER],
    ['an id', 'id: ', FILLER],
    ['a name', 'event: ', FILLER],
    ['the name of a field', '', FILLER],
    ['NUL', 'data: ', Buffer.alloc(64 * 1024)],
    ['bytes that are no UTF-8', 'data: ', Buffer.alloc(64 * 1024, 0xff)],
  ])('%s', async (_, begin, bytes) => {
    const { code, retrying, taken } = await flooded(STREAM + begin, bytes)
    expect({ code, retrying }).toEqual({ code: 'too-large', retrying: false })
    expect(taken).toBeLessThan(16 * MIB + ON_THE_WAY)
  })

  test('or at the limit of the option', async () => {
    const { code, taken } = await flooded(`${STREAM}data: `, FILLER, { maxEventBytes: 1000 })
    expect(code).toBe('too-large')
    expect(taken).toBeLessThan(ON_THE_WAY)
  })
})

describe('headers', () => {
  test.each([
    ['without end', 'HTTP/1.1 200 OK\r\n', 'X: x\r\n'.repeat(1000)],
    ['of which one has no end', 'HTTP/1.1 200 OK\r\nX: ', FILLER],
  ])('%s: an error, after which it tries again', async (_, begin, bytes) => {
    const { code, retrying, taken } = await flooded(begin, bytes)
    expect({ code, retrying }).toEqual({ code: 'network', retrying: true })
    expect(taken).toBeLessThan(ON_THE_WAY)
  })

  test.each([
    ['a status line without end', 'HTTP/1.1 200 ', FILLER],
    ['hints without end', '', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
  ])('behind %s are given up after idleTimeout', async (_, begin, bytes) => {
    const { code, retrying } = await flooded(begin, bytes, { idleTimeout: 200 })
    expect({ code, retrying }).toEqual({ code: 'timeout', retrying: true })
  })

  test('that trickle are given up after idleTimeout', async () => {
    const server = await serveRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nX: ')
      const timer = setInterval(() => socket.write('x'), 10)
      socket.on('close', () => clearInterval(timer))
    })
    const code = await new Promise((resolve) => {
      const subscription = client.listenForRoomsRoom(
        (_message, _parameters, _error, { cause }) => {
          resolve(cause?.code)
          subscription.close()
        },
        room,
        { baseUrl: server.url, idleTimeout: 200 },
      )
    })
    await server.close()
    expect(code).toBe('timeout')
  })
})

test.each([
  ['a refusal', 'HTTP/1.1 403 No\r\n\r\n', 'status'],
  ['a failure', 'HTTP/1.1 500 No\r\n\r\n', 'status'],
  ['another type', 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n', 'content-type'],
])('the body of %s is not read, however long', async (_, begin, want) => {
  const { code, taken } = await flooded(begin, FILLER)
  expect(code).toBe(want)
  expect(taken).toBeLessThan(ON_THE_WAY)
})

test('the body of a redirect is not read either', async () => {
  const { promise: taken, resolve } = deferred<number>()
  const server = await serve(
    (res) => {
      res.writeHead(302, { Location: '/there' })
      void flood(res, FILLER).then(resolve)
    },
    (res) => open(res, 'data: {"text":"x"}\n\n'),
  )
  const received = deferred<unknown>()
  const subscription = client.listenForRoomsRoom(received.resolve, room, {
    baseUrl: server.url,
    authorization: 'x',
  })
  expect(await received.promise).toEqual({ text: 'x' })
  expect(await taken).toBeLessThan(ON_THE_WAY)
  subscription.close()
  await server.close()
})

test('other code runs during a flood of events, and the client can close', async () => {
  const { promise: taken, resolve } = deferred<number>()
  const server = await serve((res) => {
    open(res)
    void flood(res, 'id: 1\ndata: {"text":"x"}\n\n: gap\n\nid: 2\n\nretry: 0\n\n'.repeat(500)).then(
      resolve,
    )
  })
  let events = 0
  const subscription = client.listenForRoomsRoom(() => void events++, room, { baseUrl: server.url })
  while (events < 10_000) await new Promise((settle) => setTimeout(settle, 1))
  subscription.close()
  const received = events
  expect(await taken).toBeGreaterThan(0)
  await server.close()
  expect(events).toBe(received)
})

test('a server that always ends the stream without a delay receives at most ten requests a second', async () => {
  const times: number[] = []
  const enough = deferred()
  const server = await serve((res) => {
    if (times.push(performance.now()) === 5) enough.resolve()
    res.writeHead(200, { 'Content-Type': 'text/event-stream' }).end('retry: 0\n\n')
  })
  const subscription = client.listenForRoomsRoom(() => undefined, room, {
    baseUrl: server.url,
    reconnect: { factor: 1, jitter: 0 },
  })
  await enough.promise
  subscription.close()
  await server.close()
  // Timers may be a millisecond early.
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(4 * 99)
})

test('an announced heartbeat of 1 ms does not abort the next request', async () => {
  const late: Answer = (res) => void setTimeout(() => open(res, 'data: {"text":"x"}\n\n'), 100)
  const server = await serve((res) => open(res, ':\n\n', { 'EventSource-Heartbeat': '1' }), late)
  const received = deferred<unknown>()
  const subscription = client.listenForRoomsRoom(
    (message) => void (message && received.resolve(message)),
    room,
    { baseUrl: server.url, reconnect: { initialDelay: 100, jitter: 0 } },
  )
  expect(await received.promise).toEqual({ text: 'x' })
  expect(server.requests).toHaveLength(2)
  subscription.close()
  await server.close()
})

test.each([
  ['a little', '1'.repeat(4097)],
  ['much', '1'.repeat(MIB)],
  ['in any script', 'é'.repeat(MIB)],
])('an id that is %s too long for a request is a gap, and not the end', async (_, id) => {
  const server = await serve(
    (res) => open(res, `id: ${id}\ndata: {"text":"one"}\n\n`) ?? res.end(),
    (res) => open(res, 'data: {"text":"two"}\n\n'),
  )
  const order: unknown[] = []
  const received = deferred()
  const subscription = client.listenForRoomsRoom(
    (message) => {
      if (message !== null) order.push(message.text)
      if (message?.text === 'two') received.resolve()
    },
    room,
    {
      baseUrl: server.url,
      reconnect: { initialDelay: 100 },
      onGap: () => void order.push('gap'),
      onClose: () => received.resolve(),
    },
  )
  await received.promise
  subscription.close()
  await server.close()
  expect(order).toEqual(['one', 'gap', 'two'])
  expect(server.requests[1]?.headers).not.toHaveProperty('last-event-id')
})

describe('memory, in a process of its own', () => {
  let channels: string
  beforeAll(async () => void (channels = await generatedPeers('fetch')))

  /** Result of the client at its end, or when the server detects back-pressure. */
  async function victim(answer: (res: ServerResponse) => Promise<unknown>, mode = '') {
    const reported = deferred<{ code?: string; memory: number }>()
    const answered = deferred<unknown>()
    const server = await serve((res) => void answer(res).then(answered.resolve))
    const child = await Child.start(
      join(__dirname, 'support/bounded-client.ts'),
      [channels, server.url, mode],
      (message) => {
        if (typeof message === 'object') reported.resolve(message as { memory: number })
      },
    )
    await answered.promise
    child.send('report')
    const result = await reported.promise
    await child.kill()
    await server.close()
    return result
  }

  const zipped = gzipSync('x'.repeat(16 * MIB))
  const TWICE = gzipSync(Buffer.concat(Array.from({ length: 64 }, () => zipped)))

  test.each([
    ['gzip', zipped],
    ['gzip, gzip', TWICE],
  ])('of a bomb in %s stays near the limit of an event', async (encoding, bomb) => {
    const { code, memory } = await victim((res) => {
      res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Content-Encoding': encoding })
      res.write(gzipSync(encoding === 'gzip' ? 'data: ' : gzipSync('data: ')))
      // A gigabyte, where it is taken.
      for (let n = 0; n < 64; n++) res.write(bomb)
      return once(res, 'close')
    })
    expect(code).toBe('too-large')
    expect(memory).toBeLessThan(200 * MIB)
  })

  test('of an event that arrives byte by byte too', async () => {
    // Each chunk of HTTP is a piece of its own.
    const { code, memory } = await victim(async (res) => {
      open(res, 'data: ')
      const { socket } = res
      if (socket === null) throw new Error('no socket')
      await flood(socket, '3\r\nxyz\r\n'.repeat(10_000))
    })
    expect(code).toBe('too-large')
    expect(memory).toBeLessThan(200 * MIB)
  })

  test('of events for a consumer that never returns stays small, compressed or not', async () => {
    const event = 'data: {"text":"x"}\n\n'.repeat(50_000)
    for (const [headers, bytes] of [
      [{}, event],
      [{ 'Content-Encoding': 'gzip' }, gzipSync(event)],
    ] as const) {
      const { code, memory } = await victim(async (res) => {
        open(res, '', headers)
        // Until a second has passed in which nothing was taken.
        for (let taken = true; taken;) {
          if (res.write(bytes)) continue
          const timer = new AbortController()
          taken = await Promise.race([
            once(res, 'drain', timer).then(() => true),
            new Promise<boolean>((resolve) => setTimeout(resolve, 1000, false)),
          ]).finally(() => timer.abort())
        }
      }, 'stall')
      expect(code).toBeUndefined()
      expect(memory).toBeLessThan(100 * MIB)
    }
  })
})
