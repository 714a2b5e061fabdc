import { once } from 'node:events'
import { connect, type AddressInfo, type Socket } from 'node:net'
import express, { type Express } from 'express'
import { deferred, Hosts } from '../runtime/server/support/host'
import { generatedServer, type PeerServer, type Room } from './support/peers'

// Raw sockets against the generated server: what no HTTP client would send.

let peers: PeerServer
const hosts = new Hosts()
beforeAll(async () => void (peers = await generatedServer()))
afterEach(hosts.close)

async function serve(app: Express): Promise<void> {
  await hosts.serve(app)
}

async function serveHub(options: object = {}) {
  const app = express()
  const hub = peers.createRoomsRoomHub({ authorize: false, closeTimeout: 100, ...options })
  hosts.finally(() => hub.close())
  hub.register(app)
  await serve(app)
  return hub
}

/** A socket that sends bytes and records the response. */
class Attacker {
  readonly socket: Socket
  text = ''
  readonly #waiting = new Set<() => void>()

  constructor(bytes: string | Buffer = '') {
    const { port } = hosts.server.address() as AddressInfo
    this.socket = connect(port, '127.0.0.1')
    hosts.finally(() => this.socket.destroy())
    const wake = (): void => this.#waiting.forEach((resolve) => resolve())
    this.socket.setEncoding('latin1').on('data', (text: string) => {
      this.text += text
      wake()
    })
    this.socket.on('error', () => undefined).on('close', wake)
    this.socket.write(bytes)
  }

  /** Resolves once the answer matches; rejects where the connection ends before. */
  async until(expression: RegExp): Promise<string> {
    while (!expression.test(this.text)) {
      if (this.socket.closed) throw new Error(`closed; it was ${JSON.stringify(this.text)}`)
      await new Promise<void>((resolve) => this.#waiting.add(resolve))
    }
    return this.text
  }

  async closed(): Promise<string> {
    if (!this.socket.closed) await once(this.socket, 'close')
    return this.text
  }
}

const get = (path: string, ...headers: string[]): string =>
  [`GET ${path} HTTP/1.1`, 'Host: a', ...headers, '', ''].join('\r\n')

/** An open stream: its first line has arrived. */
const OPEN = /^HTTP\/1\.1 200 [^]*\r\n\r\n[^]*retry: /

/** Checks that the server still serves others. */
async function expectService(): Promise<void> {
  const other = new Attacker(get('/rooms/other'))
  await other.until(OPEN)
  other.socket.destroy()
}

describe('pipelined requests', () => {
  const flood = get('/rooms/a').repeat(1000)

  test('behind a stream close the connection, and keep no memory', async () => {
    const hub = await serveHub()
    const attacker = new Attacker(flood)
    await attacker.closed()
    expect(attacker.text.match(/HTTP\/1\.1/g)?.length ?? 0).toBeLessThan(2)
    expect(hub.size).toBe(0)
    await expectService()
  })

  test('later on too', async () => {
    let most = 0
    const hub = await serveHub()
    hub.on('connect', ({ clients }) => (most = Math.max(most, clients)))
    const attacker = new Attacker(get('/rooms/a'))
    await attacker.until(OPEN)
    attacker.socket.write(flood)
    await attacker.closed()
    expect(most).toBe(1)
  })

  test('do not reach the callback', async () => {
    const app = express()
    let calls = 0
    peers.registerSendRoomsRoom(app, () => void calls++, { authorize: false })
    await serve(app)
    await new Attacker(flood).closed()
    expect(calls).toBeLessThan(2)
  })

  test('are answered after the one before', async () => {
    await serveHub()
    const attacker = new Attacker(`${get('/nothing')}${get('/nothing')}`)
    await attacker.until(/404[^]*404/)
    attacker.socket.write(get('/rooms/a'))
    await attacker.until(/404[^]*404[^]*retry: /)
  })
})

describe('headers', () => {
  test.each([
    ['one of a megabyte', `X: ${'x'.repeat(2 ** 20)}\r\n`],
    ['a hundred thousand of them', 'X: x\r\n'.repeat(100_000)],
    ['a Last-Event-ID of a megabyte', `Last-Event-ID: ${'1'.repeat(2 ** 20)}\r\n`],
  ])('%s: refused, and the server goes on', async (_, headers) => {
    const hub = await serveHub()
    const attacker = new Attacker(`GET /rooms/a HTTP/1.1\r\nHost: a\r\n${headers}\r\n`)
    await attacker.closed()
    expect(attacker.text === '' || attacker.text.startsWith('HTTP/1.1 431')).toBe(true)
    expect(hub.size).toBe(0)
    await expectService()
  })

  test.each([
    `Accept: ${'text/html;q=0.1,'.repeat(900)}*/*`,
    `Accept: ${';'.repeat(15_000)},*/*`,
    `Cookie: ${'key=;'.repeat(3000)}`,
    `Authorization: ${'Basic '.repeat(2500)}`,
    `Last-Event-ID: ${'1-'.repeat(7500)}`,
    Array.from({ length: 900 }, (_, n) => `Last-Event-ID: ${n}-0`)
      .join('\r\n')
      .slice(0, 15_000),
  ])('as large as they may be take no time: %.20s', async (header) => {
    const { promise, resolve } = deferred<number>()
    const app = express()
    // Processor time between the arrival of the request and the opening of the stream.
    app.use((_req, res, next) => {
      const start = process.cpuUsage()
      const { write } = res
      res.write = function (this: typeof res, ...args: unknown[]) {
        const { user, system } = process.cpuUsage(start)
        resolve((user + system) / 1000)
        return Reflect.apply(write, this, args) as boolean
      } as typeof write
      next()
    })
    const hub = peers.createRoomsRoomHub({ authorize: () => true })
    hosts.finally(() => hub.close())
    hub.register(app)
    await serve(app)
    new Attacker(get('/rooms/a', header))
    // A millisecond or so; a bad expression takes minutes.
    expect(await promise).toBeLessThan(500)
  })
})

describe('a thousand Last-Event-IDs', () => {
  const IDS = [
    (n: number) => `${n}-${n}`,
    (n: number) => `9999999999999999-${n}`,
    (n: number) => `\xff\xfe${n}`,
    (n: number) => `\xc3\xbc${n}`,
    (n: number) => `${n}-1${'0'.repeat(n)}`,
    (n: number) => `data: evil${n}`,
    (n: number) => `\t${n}\t: ${'%0a'.repeat(20)}`,
  ]

  test('are reported as gaps; no part of them is stored or sent', async () => {
    const hub = await serveHub()
    const room = { parameters: { room: 'a' } }
    const id = await hub.publish({ text: 'one' }, room)
    let left = 0
    const gone = deferred()
    hub.on('disconnect', ({ clients }) => {
      left++
      if (left === 1000 && clients === 0) gone.resolve()
    })
    for (let n = 0; n < 1000; n += 50) {
      await Promise.all(
        Array.from({ length: 50 }, async (_, k) => {
          const given = (IDS[k % IDS.length] ?? String)(n + k)
          const attacker = new Attacker('')
          attacker.socket.write(Buffer.from(get('/rooms/a', `Last-Event-ID: ${given}`), 'latin1'))
          const text = await attacker.until(/retry: \d+\n[^]*\n\n/)
          attacker.socket.destroy()
          expect(text).toMatch(/EventSource-Gap: 1/)
          const [, stream] = text.split('\r\n\r\n')
          // The length of a chunk, then the one line of an open stream and the id of the newest event.
          expect(stream).toMatch(/^[\da-f]+\r\nretry: \d+\nid: \d+-\d+\n\n\r?\n?$/)
          expect(stream).toContain(`id: ${id}\n`)
        }),
      )
    }
    await gone.promise
    expect(hub.size).toBe(0)
  })
})

describe('parameters', () => {
  const ACCEPTED: [path: string, room: string, address: string][] = [
    ['/rooms/a%2Fb', 'a/b', 'rooms/a%2Fb'],
    ['/rooms/%2F%2e%2e%2Fetc', '/../etc', 'rooms/%2F..%2Fetc'],
    ['/rooms/..%5C..', '..\\..', 'rooms/..%5C..'],
    ['/rooms/a%00b', 'a\0b', 'rooms/a%00b'],
    ['/rooms/%0D%0A%0D%0Adata:%20evil', '\r\n\r\ndata: evil', 'rooms/%0D%0A%0D%0Adata%3A%20evil'],
    ['/rooms/%252F', '%2F', 'rooms/%252F'],
    ['/rooms/__proto__', '__proto__', 'rooms/__proto__'],
    ['/rooms/a;b=c', 'a;b=c', 'rooms/a%3Bb%3Dc'],
    ['http://evil.example/rooms/a', 'a', 'rooms/a'],
  ]

  test.each(ACCEPTED)('%s is one value, encoded again in the room', async (path, room, address) => {
    const app = express()
    const received: unknown[] = []
    const hub = peers.createRoomsRoomHub({
      authorize: (_req: unknown, parameters: Room) => received.push(parameters) > 0,
    })
    hosts.finally(() => hub.close())
    hub.on('connect', (notice) => received.push(notice.address))
    hub.register(app)
    await serve(app)
    const attacker = new Attacker(get(path))
    await attacker.until(OPEN)
    expect(received).toEqual([{ room }, address])
    // Only its own client receives it, and that client receives nothing else.
    await hub.publish({ text: 'no' }, { parameters: { room: 'b' } })
    await hub.publish({ text: 'yes' }, { parameters: { room } })
    expect(await attacker.until(/"yes"/)).not.toContain('"no"')
  })

  test.each([
    ['overlong UTF-8 for a slash', '/rooms/%c0%af'],
    ['overlong UTF-8 for NUL', '/rooms/%c0%80'],
    ['overlong UTF-8 of three bytes', '/rooms/%e0%80%af'],
    ['a surrogate', '/rooms/%ed%a0%80'],
    ['more than Unicode has', '/rooms/%f5%80%80%80'],
    ['a byte alone', '/rooms/%ff'],
    ['half a triplet', '/rooms/%2'],
    ['the folder above, encoded', '/rooms/%2e%2e'],
    ['the folder itself, encoded', '/rooms/%2E'],
    ['the folder above', '/rooms/..'],
  ])('%s is refused with 400, before a stream opens', async (_, path) => {
    const hub = await serveHub()
    const attacker = new Attacker(get(path, 'Connection: close'))
    const [head = '', body = ''] = (await attacker.closed()).split('\r\n\r\n')
    expect(head).toMatch(/^HTTP\/1\.1 400 [^]*application\/problem\+json/)
    expect(JSON.parse(body)).toMatchObject({ status: 400, parameter: 'room' })
    expect(hub.size).toBe(0)
  })

  test.each([
    ['a NUL in the path', 'GET /rooms/\0 HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a line of its own in a header', 'GET /rooms/a HTTP/1.1\r\nHost: a\r\nX\r\n\r\n'],
    ['no HTTP', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ])('%s does not come to the channel', async (_, bytes) => {
    const hub = await serveHub()
    const attacker = new Attacker(bytes)
    expect(await attacker.closed()).toMatch(/^HTTP\/1\.1 400 /)
    expect(hub.metrics.clients).toBe(0)
    await expectService()
  })
})

test('no text of a request gets into the stream unescaped, although the callback echoes it', async () => {
  const app = express()
  const { promise: refused, resolve } = deferred<unknown>()
  peers.registerSendRoomsRoom(
    app,
    (req, _res, _next, { room }, sendEvent) => {
      const { lastEventId } = sendEvent
      void sendEvent({ text: `${room}${String(req.query['q'])}${lastEventId}` })
      void sendEvent({ text: 'never' }, { id: room })
      void sendEvent({ text: 'end' }, { id: lastEventId })
    },
    { authorize: false, onError: resolve },
  )
  await serve(app)
  const evil = '%0d%0a%0d%0aevent:%20evil%0adata:%20evil%0a%0a%e2%80%a8'
  const attacker = new Attacker(get(`/rooms/${evil}?q=${evil}`, 'Last-Event-ID: data: evil'))
  const text = await attacker.until(/"end"/)
  expect(await refused).toMatchObject({ message: expect.stringMatching(/id must be one line/) })
  expect(text).not.toMatch(/^(data|event): evil/m)
  expect(text).not.toContain('never')
  expect(text.match(/^data: .*$/gm)).toHaveLength(2)
  expect(text).toContain('id: data: evil\ndata: {"text":"end"}')
})
