import { spawn } from 'node:child_process'
import { once } from 'node:events'
import express from 'express'
import compression from 'compression'
import { EventSource } from 'eventsource'
import { createHub, type HubOptions } from './support/express'
import { whenInstalled } from '../../support/requirement'
import { Joined, rooms } from './support/channels'
import { Hosts } from './support/host'

const IN_1 = { parameters: { roomId: '1' } }

async function serve(hosts: Hosts, options: HubOptions<{ roomId: string }> = {}) {
  const app = express()
  const hub = createHub(rooms, options)
  hosts.finally(() => hub.close())
  hub.register(app)
  return { hub, url: `${await hosts.serve(app)}/rooms/1/events` }
}

describe('The eventsource package', () => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  it('receives named events, and resumes where its connection broke', async () => {
    const { hub, url } = await serve(hosts, { retry: 1, heartbeat: 20 })
    const source = new EventSource(url)
    hosts.finally(() => source.close())
    const received: string[] = []
    let wake = (): void => undefined
    source.addEventListener('joined', ({ data, lastEventId }) => {
      received.push(`${lastEventId} ${data as string}`)
      wake()
    })
    const opened = new Promise((resolve) =>
      source.addEventListener('open', resolve, { once: true }),
    )
    await opened
    const ids = [await hub.publish(new Joined({ user: '0' }), IN_1)]
    while (received.length < 1) await new Promise<void>((resolve) => (wake = resolve))
    const again = new Promise((resolve) => source.addEventListener('open', resolve, { once: true }))
    const gone = new Promise((resolve) => hub.on('disconnect', resolve))
    hosts.server.closeAllConnections()
    await gone
    for (const user of ['1', '2']) ids.push(await hub.publish(new Joined({ user }), IN_1))
    await again
    ids.push(await hub.publish(new Joined({ user: '3' }), IN_1))
    while (received.length < 4) await new Promise<void>((resolve) => (wake = resolve))
    expect(received).toEqual(ids.map((id, user) => `${id} {"user":"${user}"}`))
  })
})

whenInstalled(
  'curl',
  'curl',
  'apt-get install curl',
)('curl -N', () => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  it('shows events as they come', async () => {
    const { hub, url } = await serve(hosts)
    const curl = spawn('curl', ['-sN', url], { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    curl.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    while (!text.includes('\n\n')) await once(curl.stdout, 'data')
    const id = await hub.publish(new Joined({ user: 'x' }), IN_1)
    while (!text.includes('"x"')) await once(curl.stdout, 'data')
    const exited = once(curl, 'exit')
    await hub.close()
    expect(await exited).toEqual([0, null])
    expect(text).toContain(`\n\nid: ${id}\nevent: joined\ndata: {"user":"x"}\n\nretry: `)
  })
})

describe('The compression package', () => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  it.each([
    ['leaves the stream alone', (): void => undefined],
    [
      'holds nothing back where its no-transform is taken away',
      (res: express.Response): void => {
        const { setHeader } = res
        res.setHeader = function (name, value) {
          return setHeader.call(this, name, name === 'Cache-Control' ? 'no-cache' : value)
        }
      },
    ],
  ])('%s', async (_, prepare) => {
    const app = express()
    app.use(compression({ threshold: 0 }))
    app.use((_req, res, next) => {
      prepare(res)
      next()
    })
    const hub = createHub(rooms)
    hosts.finally(() => hub.close())
    hub.register(app)
    const url = `${await hosts.serve(app)}/rooms/1/events`
    const response = await fetch(url, { headers: { 'accept-encoding': 'gzip' } })
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    hosts.finally(() => reader.cancel())
    let text = ''
    const until = async (needle: string): Promise<void> => {
      while (!text.includes(needle)) {
        const { value, done } = await reader.read()
        if (done) throw new Error(`the stream ended: ${text}`)
        text += Buffer.from(value).toString()
      }
    }
    await until('id: ')
    for (let n = 0; n < 3; n++) {
      // Each is awaited before the next is sent: no event waits for the next one.
      await hub.publish(new Joined({ user: `${n}` }), IN_1)
      await until(`{"user":"${n}"}`)
    }
  })
})
