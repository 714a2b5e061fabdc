import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { Child } from '../support/child'
import { generatedPeers } from './support/peers'

interface State {
  clients: number
  /** Bytes more than without clients. */
  memory: number
  slowed: number
}

// The generated server, with the options it has by itself, in a process of its own: its memory is measured.
let server: Child
let port: number
let messages: unknown[] = []
let wake = (): void => undefined
const sockets = new Set<Socket>()

beforeEach(async () => {
  messages = []
  server = await Child.start(
    join(__dirname, 'support/crowded-server.ts'),
    [await generatedPeers('fetch')],
    (message) => {
      messages.push(message)
      wake()
    },
  )
  ;({ port } = messages.shift() as { port: number })
})

afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  sockets.clear()
  await server.kill()
})

async function message<T>(): Promise<T> {
  while (messages.length === 0) await new Promise<void>((resolve) => (wake = resolve))
  return messages.shift() as T
}

async function ask(question: string): Promise<State> {
  server.send(question)
  return message<State>()
}

/** Connects; resolves to the socket and its first answer. */
async function open(): Promise<{ socket: Socket; answer: string }> {
  const socket = connect(port, '127.0.0.1')
  sockets.add(socket)
  socket.on('error', () => undefined)
  socket.write('GET /rooms/a HTTP/1.1\r\nHost: a\r\n\r\n')
  const [bytes] = (await once(socket, 'data')) as [Buffer]
  return { socket, answer: bytes.toString('latin1') }
}

async function openMany(count: number): Promise<{ socket: Socket; answer: string }[]> {
  const opened: { socket: Socket; answer: string }[] = []
  while (opened.length < count) {
    const some = Math.min(200, count - opened.length)
    opened.push(...(await Promise.all(Array.from({ length: some }, open))))
  }
  return opened
}

const MAX = 10_000

test('ten thousand connections are held in little memory, more are refused, and none is left behind', async () => {
  const { socket: first } = await open()
  const others = await openMany(MAX - 1)
  expect(others.every(({ answer }) => answer.startsWith('HTTP/1.1 200'))).toBe(true)
  for (const { answer } of await openMany(100)) {
    expect(answer).toMatch(/^HTTP\/1\.1 503 [^]*Retry-After: \d/)
  }
  const { clients, memory } = await ask('state')
  expect(clients).toBe(MAX)
  // Far above what is measured: this finds what grows, the bench compares.
  expect(memory / MAX).toBeLessThan(20_000)
  // Who was there first is served as before.
  const received = once(first, 'data')
  await ask('publish')
  expect(String((await received)[0])).toContain('"all"')
  for (const socket of sockets) socket.destroy()
  expect(await message()).toEqual({ clients: 0 })
})

test('clients that read nothing cost little memory, and no other client waits', async () => {
  const stalled = await openMany(200)
  for (const { socket } of stalled) socket.pause()
  const { socket: reader } = await open()
  let [bytes, onData] = [0, (): void => undefined]
  reader.on('data', (data: Buffer) => {
    bytes += data.length
    onData()
  })
  let state: State = { clients: 0, memory: 0, slowed: 0 }
  for (let mebibytes = 1; mebibytes <= 64; mebibytes += 1) {
    state = await ask('publish a mebibyte')
    // The history is smaller than all of it: who reads must not fall behind because the machine is busy.
    while (bytes < mebibytes * 2 ** 20) await new Promise<void>((resolve) => (onData = resolve))
  }
  const { clients, memory, slowed } = state
  expect(clients).toBe(201)
  // 64 MiB for each were published. It holds the history, 8 MiB, and 64 KiB and a write for each.
  expect(memory).toBeLessThan(8 * 2 ** 20 + 200 * 4 * 64 * 1024)
  expect(slowed).toBeGreaterThanOrEqual(200)
})
