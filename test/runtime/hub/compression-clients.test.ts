import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { EventSource } from 'eventsource'
import express from 'express'
import type { Browser } from 'playwright-core'
import { gzipCompression } from '../../../runtime/compression'
import { listen } from '../../../runtime/fetch-client'
import { describeChromium, launchChromium } from '../../support/chromium'
import { scratchFolder } from '../../support/folder'
import { whenInstalled } from '../../support/requirement'
import { texts } from '../client/support/channels'
import { lines } from '../server/support/channels'
import { createHub } from '../server/support/express'
import { Hosts } from '../server/support/host'

/** More than the 8 KiB after which a client gets compressed events. */
const EVENTS = 70
const line = (n: number): string => `event ${n} of the account ${n % 7}: ${'transfer, '.repeat(18)}`
const expected = (from: number): string[] =>
  Array.from({ length: EVENTS - from }, (_, n) => line(from + n))

const hosts = new Hosts()
afterEach(hosts.close)

async function serve() {
  const app = express()
  app.get('/', (_req, res) => void res.type('html').send('<!doctype html><title>page</title>'))
  const hub = createHub(lines, {
    compression: gzipCompression(),
    retry: 1,
    onError: () => undefined,
  })
  hosts.finally(() => hub.close())
  hub.register(app)
  const origin = await hosts.serve(app)
  /** Resolves once a client has connected. */
  const connected = (): Promise<unknown> => new Promise((resolve) => hub.on('connect', resolve))
  /** Closes all connections; resolves once a client has connected again. */
  const reconnect = async (): Promise<void> => {
    const reconnected = connected()
    hosts.server.closeAllConnections()
    await reconnected
  }
  return { hub, origin, url: `${origin}/lines`, connected, reconnect }
}

/** What a client has decoded, and a promise for the next line. */
class Received {
  readonly data: string[] = []
  #wake: () => void = () => undefined

  readonly add = (data: string): void => {
    this.data.push(data)
    this.#wake()
  }

  async count(count: number): Promise<void> {
    while (this.data.length < count) await new Promise<void>((resolve) => (this.#wake = resolve))
  }
}

/** Publishes each event once every client has decoded the one before. */
async function publishOneByOne(
  { hub }: Awaited<ReturnType<typeof serve>>,
  join: (n: number) => Promise<Received | undefined>,
): Promise<Received[]> {
  const clients: { received: Received; from: number }[] = []
  for (let n = 0; n < EVENTS; n++) {
    const received = await join(n)
    if (received !== undefined) clients.push({ received, from: n })
    await hub.publish(line(n))
    await Promise.all(clients.map(({ received, from }) => received.count(n - from + 1)))
  }
  const plain = line(0).length * hub.metrics.delivered
  expect(hub.metrics.bytes).toBeLessThan(plain * 0.75)
  return clients.map(({ received, from }) => {
    expect(received.data).toEqual(expected(from))
    return received
  })
}

/** Two clients, the second joins later. */
const isJoin = (n: number): boolean => n === 0 || n === 25

const PREFIX = 'data: '
const dataOf = (text: string): string | undefined =>
  text.startsWith(PREFIX) ? text.slice(PREFIX.length) : undefined

/**
 * Publishes to two processes, which exit without an error.
 * @param toData gives the data of an event in a printed line
 */
async function publishToProcesses(
  start: (url: string) => ChildProcess,
  toData: (text: string) => string | undefined,
): Promise<void> {
  const service = await serve()
  const exits: Promise<unknown>[] = []
  await publishOneByOne(service, async (n) => {
    if (!isJoin(n)) return undefined
    const connected = service.connected()
    const child = start(service.url)
    hosts.finally(() => child.kill('SIGKILL'))
    exits.push(once(child, 'exit'))
    const received = new Received()
    if (child.stdout === null) throw new Error('the process has no output')
    createInterface(child.stdout).on('line', (text) => {
      const data = toData(text)
      if (data !== undefined) received.add(data)
    })
    await connected
    return received
  })
  await service.hub.close()
  expect(await Promise.all(exits)).toEqual([
    [0, null],
    [0, null],
  ])
}

describe('fetch of Node', () => {
  it('decodes each event of a compressed hub when it is sent', async () => {
    const service = await serve()
    const ends: Promise<unknown>[] = []
    await publishOneByOne(service, async (n) => {
      if (!isJoin(n)) return undefined
      const response = await fetch(service.url)
      expect(response.headers.get('content-encoding')).toBe('gzip')
      const received = new Received()
      const body = response.body?.pipeThrough(new TextDecoderStream())
      let rest = ''
      const read = async (): Promise<void> => {
        for await (const text of body ?? []) {
          const complete = (rest + text).split('\n')
          rest = complete.pop() ?? ''
          for (const each of complete.map(dataOf)) if (each !== undefined) received.add(each)
        }
      }
      ends.push(read())
      return received
    })
    await service.hub.close()
    await expect(Promise.all(ends)).resolves.toEqual([undefined, undefined])
  })
})

describe('The generated client', () => {
  it('decodes each event when it is sent, and resumes', async () => {
    const service = await serve()
    await publishOneByOne(service, async (n) => {
      if (!isJoin(n)) {
        if (n === 50) await service.reconnect()
        return undefined
      }
      const received = new Received()
      const connected = service.connected()
      const channel = { ...texts, address: '/lines' }
      const onText = { text: received.add }
      const subscription = listen(channel, onText, null, {
        baseUrl: service.origin,
        reconnect: { initialDelay: 1 },
        onError: () => undefined,
      })
      hosts.finally(() => subscription.close())
      await connected
      return received
    })
  })
})

describe('The eventsource package', () => {
  it('decodes each event when it is sent', async () => {
    const service = await serve()
    await publishOneByOne(service, async (n) => {
      if (!isJoin(n)) return undefined
      const received = new Received()
      const source = new EventSource(service.url)
      hosts.finally(() => source.close())
      source.onmessage = ({ data }) => received.add(data as string)
      await once(source as never, 'open')
      return received
    })
  })
})

whenInstalled(
  'curl',
  'curl',
  'apt-get install curl',
)('curl --compressed', () => {
  it('decodes each event when it is sent, and exits without an error', async () => {
    await publishToProcesses(
      (url) =>
        spawn('curl', ['-sN', '--compressed', url], { stdio: ['ignore', 'pipe', 'inherit'] }),
      dataOf,
    )
  })
})

whenInstalled(
  'Go',
  'go',
  'apt-get install golang-go',
)("Go's client", () => {
  it('decodes each event when it is sent, and accepts the trailer', async () => {
    const folder = scratchFolder()
    const program = join(folder, 'client')
    const build = spawn('go', ['build', '-o', program, join(__dirname, 'support/client.go')], {
      env: { ...process.env, GOCACHE: join(folder, 'cache') },
      stdio: 'inherit',
    })
    expect(await once(build, 'exit')).toEqual([0, null])
    const uncompressed: string[] = []
    await publishToProcesses(
      (url) => spawn(program, [url], { stdio: ['ignore', 'pipe', 'inherit'] }),
      (text) => {
        if (!text.startsWith('uncompressed ')) return text
        uncompressed.push(text)
        return undefined
      },
    )
    expect(uncompressed).toEqual(['uncompressed true', 'uncompressed true'])
  }, 120_000)
})

describeChromium('Chromium', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium()
  }, 60_000)
  afterAll(() => browser.close())

  async function openPage(origin: string) {
    const page = await browser.newPage()
    hosts.finally(() => page.close())
    await page.goto(origin)
    const received = new Received()
    await page.exposeFunction('report', received.add)
    return { page, received }
  }

  it('decodes each event when it is sent: EventSource, which resumes', async () => {
    const service = await serve()
    await publishOneByOne(service, async (n) => {
      if (n === 50) await service.reconnect()
      if (n !== 3) return undefined
      const { page, received } = await openPage(service.origin)
      const connected = service.connected()
      await page.evaluate(() => {
        const { report } = globalThis as unknown as { report(data: string): void }
        new globalThis.EventSource('/lines').onmessage = ({ data }) => report(data as string)
      })
      await connected
      return received
    })
  }, 60_000)

  it('decodes each event when it is sent: fetch, which ends without an error', async () => {
    const service = await serve()
    let ended: Promise<unknown> = Promise.resolve()
    await publishOneByOne(service, async (n) => {
      if (n !== 3) return undefined
      const { page, received } = await openPage(service.origin)
      const connected = service.connected()
      ended = page.evaluate(async () => {
        const { report } = globalThis as unknown as { report(data: string): void }
        const response = await fetch('/lines')
        const body = response.body?.pipeThrough(new TextDecoderStream()).getReader()
        let rest = ''
        for (;;) {
          const { done = true, value = '' } = (await body?.read()) ?? {}
          if (done) return response.headers.get('content-encoding')
          const complete = (rest + value).split('\n')
          rest = complete.pop() ?? ''
          for (const text of complete) if (text.startsWith('data: ')) report(text.slice(6))
        }
      })
      await connected
      return received
    })
    await service.hub.close()
    expect(await ended).toBe('gzip')
  }, 60_000)
})
