import { once } from 'node:events'
import { connect } from 'node:http2'
import express from 'express'
import { createHub, registerSend, type Hub } from './support/express'
import { whenInstalled } from '../../support/requirement'
import { Joined, type Left, rooms, signups, type UserEvents } from './support/channels'
import { Hosts } from './support/host'
import { Nginx } from './support/nginx'

const IN_1 = { parameters: { roomId: '1' } }

whenInstalled(
  'nginx',
  'nginx',
  'apt-get install nginx',
)('Behind nginx', () => {
  const hosts = new Hosts()
  let nginx: Nginx
  let hub: Hub<UserEvents, Joined | Left, { roomId: string }>

  beforeEach(async () => {
    const app = express()
    hub = createHub(rooms)
    hub.register(app)
    registerSend(signups, app, () => undefined)
    nginx = await Nginx.start(await hosts.serve(app))
  })
  afterEach(async () => {
    await hub.close()
    await hosts.close()
    await nginx.close()
  })

  it.each([
    ['with default buffering', {}, undefined],
    // It compresses the stream where it is configured to, in spite of `no-transform`, but buffers nothing.
    ['with gzip on', { 'accept-encoding': 'gzip' }, 'gzip'],
  ])('events come one by one, %s', async (_, headers, encoding) => {
    const client = await hosts.open(`${nginx.plain}/rooms/1/events`, { headers })
    expect(client.headers['content-encoding']).toBe(encoding)
    await client.until(({ text }) => text.includes('id: '))
    for (let n = 0; n < 5; n++) {
      await hub.publish(new Joined({ user: `${n}` }), IN_1)
      await client.count(n + 1)
    }
  })

  it('an open stream without events is there at once', async () => {
    const client = await hosts.open(`${nginx.plain}/user/signedup`)
    await client.until(({ text }) => /^retry: \d+\n\n$/.test(text))
  })

  it('the disconnection of a client is detected', async () => {
    const client = await hosts.open(`${nginx.plain}/rooms/1/events`)
    await client.until(({ text }) => text.includes('id: '))
    const gone = new Promise((resolve) => hub.on('disconnect', resolve))
    client.close()
    await gone
    expect(hub.size).toBe(0)
  })

  it('HTTP/2 carries many streams, and headers are not held back', async () => {
    const session = connect(nginx.http2, { rejectUnauthorized: false })
    hosts.finally(() => session.destroy())
    const streams = await Promise.all(
      ['1', '1', '2'].map(async (roomId) => {
        const stream = session.request({
          ':path': `/rooms/${roomId}/events`,
          accept: 'text/event-stream',
        })
        const state = { stream, text: '' }
        stream.setEncoding('utf8').on('data', (text: string) => (state.text += text))
        const [headers] = (await once(stream, 'response')) as [Record<string, unknown>]
        expect(headers).toMatchObject({ ':status': 200, 'content-type': 'text/event-stream' })
        while (!state.text.includes('id: ')) await once(stream, 'data')
        return state
      }),
    )
    for (let n = 0; n < 5; n++) {
      await hub.publish(new Joined({ user: `${n}` }), IN_1)
      for (const state of streams.slice(0, 2)) {
        while (!state.text.includes(`{"user":"${n}"}`)) await once(state.stream, 'data')
      }
    }
    expect(streams[2]?.text).not.toContain('data:')
  })
})
