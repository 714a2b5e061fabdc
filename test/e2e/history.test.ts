import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Details, Subscription } from '../../runtime/fetch-client'
import { listening } from '../runtime/client/support/listening'
import { Child } from '../support/child'
import { compile } from '../support/compile'
import { parseDocument } from '../support/document'
import { scratchFolder } from '../support/folder'
import { linkPackages } from '../support/generator'
import { outputOf } from '../support/output'

const DOCUMENT = {
  asyncapi: '3.0.0',
  info: { title: 'Counts', version: '1.0.0' },
  channels: {
    counts: {
      address: 'rooms/{room}/counts',
      parameters: { room: {} },
      messages: {
        count: {
          payload: {
            type: 'object',
            required: ['n', 'last'],
            properties: { n: { type: 'integer' }, last: { type: 'boolean' } },
          },
        },
      },
    },
  },
}

const DEATHS = 100

/**
 * Serves the channel on a port and publishes from the message `go` to the message `stop`, or until each of so many
 * connections was destroyed while it was being written to; then it publishes the last event.
 */
const SERVER = `import express, { type Response } from 'express'
import type { AddressInfo } from 'node:net'
import { createRoomsRoomCountsHub } from './gen/channels'

const [, , port = '0', deaths = '0'] = process.argv
const room = { room: 'a b' }
const connections = new Set<Response>()
let died = 0
let going = false
let stopped = false

const hub = createRoomsRoomCountsHub({
  retry: 100,
  // On a slow machine, clients are disconnected for longer than the test requests.
  history: { maxEvents: 1_000_000, maxBytes: 2 ** 30 },
})
const app = express()
app.use((_req, res, next) => {
  connections.add(res)
  res.on('close', () => connections.delete(res))
  next()
})
hub.register(app)

/** Every other time what is on its way is lost too. */
function kill(connection: Response): void {
  connections.delete(connection)
  if (died++ % 2 === 0) connection.socket?.destroy()
  else connection.socket?.resetAndDestroy()
}

async function publish(): Promise<void> {
  let left = 0
  for (let n = 0; ; n++) {
    const last = Number(deaths) > 0 ? died >= Number(deaths) : stopped
    const published = hub.publish({ n, last }, { parameters: room })
    for (const connection of connections) {
      if (last || Number(deaths) === 0 || left-- > 0) continue
      // In the midst of it: the event is not written yet, or just now.
      if (n % 3 === 0) await published
      kill(connection)
      left = n % 7
    }
    await published
    if (last) break
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  process.send?.({ died })
}

process.on('message', (message) => {
  if (message === 'stop') stopped = true
  else if (!going) void publish()
  going = true
})

const server = app.listen(Number(port), '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port })
})
`

interface Count {
  n: number
  last: boolean
}

/** As much of the generated module as is called here. */
interface Client {
  listenForRoomsRoomCounts(
    callback: (
      message: Count | null,
      parameters: unknown,
      error: string | undefined,
      details: Details<{ count: Count }>,
    ) => void,
    parameters: { room: string },
    options: object,
  ): Subscription
}

const folder = scratchFolder()
let client: Client
let subscription: Subscription | undefined
let server: Child | undefined
const { changed, until } = listening()

beforeAll(async () => {
  const generated = Object.entries(outputOf(await parseDocument(DOCUMENT)))
  const files = Object.fromEntries(generated.map(([path, text]) => [`gen/${path}`, text]))
  expect(compile({ ...files, 'server.ts': SERVER }, { types: ['node'] })).toEqual([])
  for (const [path, text] of Object.entries({ ...files, 'server.ts': SERVER })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  linkPackages(folder)
  client = (await import(join(folder, 'gen/channels/event_source_client.ts'))) as Client
})

afterEach(async () => {
  subscription?.close()
  await server?.kill()
})

/** Starts a server process; returns its port, and its output after its last event. */
async function start(...args: string[]): Promise<{ port: string; died: () => number | undefined }> {
  const said: { port?: number; died?: number } = {}
  server = await Child.start(join(folder, 'server.ts'), args, (message) => {
    Object.assign(said, message)
    changed()
  })
  return { port: String(said.port), died: () => said.died }
}

/** Listens, and records events and gaps in order. */
function listen(port: string) {
  const received: (Count | 'gap')[] = []
  const problems: (string | undefined)[] = []
  subscription = client.listenForRoomsRoomCounts(
    (message, _parameters, error, { cause }) => {
      if (message) received.push(message)
      else if (cause?.retrying !== true) problems.push(error)
      changed()
    },
    { room: 'a b' },
    {
      baseUrl: `http://127.0.0.1:${port}`,
      reconnect: { initialDelay: 100, factor: 1, jitter: 0 },
      onGap: () => received.push('gap'),
      onOpen: () => server?.send('go'),
    },
  )
  return { received, problems }
}

test(`a server that breaks the connection ${DEATHS} times: nothing lost, nothing doubled, in order`, async () => {
  const { port, died } = await start('0', String(DEATHS))
  const { received, problems } = listen(port)
  const isLast = (count: Count | 'gap' | undefined) => count !== 'gap' && count?.last === true
  await until(() => isLast(received.at(-1)) || undefined)
  expect(problems).toEqual([])
  expect(received.map((count) => (count === 'gap' ? count : count.n))).toEqual(
    received.map((_, n) => n),
  )
  expect(received.length).toBeGreaterThan(DEATHS)
  expect(await until(died)).toBe(DEATHS)
})

test('a server process that crashes and restarts has lost its events: clients receive a gap', async () => {
  const { port } = await start()
  const { received, problems } = listen(port)
  await until(() => received.length >= 20 || undefined)
  await server?.kill()
  const before = received.length
  await start(port)
  await until(() => received.length >= before + 20 || undefined)
  server?.send('stop')
  await until(() => (received.at(-1) as Count).last || undefined)
  expect(problems).toEqual([])

  const gap = received.indexOf('gap')
  expect(received.lastIndexOf('gap')).toBe(gap)
  const first = received.slice(0, gap) as Count[]
  const second = received.slice(gap + 1) as Count[]
  expect(first.map(({ n }) => n)).toEqual(first.map((_, n) => n))
  const offset = second[0]?.n ?? NaN
  expect(second.map(({ n }) => n)).toEqual(second.map((_, n) => offset + n))
})
