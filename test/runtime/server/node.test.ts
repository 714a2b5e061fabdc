import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import * as http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import { createNodeHandler, withNode, type NodeHandler } from '../../../runtime/node'
import { createHub } from '../../../runtime/hub'
import { channelAt, Joined, parametersOf, rooms, signups } from './support/channels'
import { Hosts } from './support/host'

describe('Plain node:http', () => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  const serve = (...handlers: NodeHandler<IncomingMessage, ServerResponse>[]): Promise<string> =>
    hosts.listen(
      createServer((request, response) => {
        if (!handlers.some((handle) => handle(request, response))) {
          response.writeHead(404).end('other')
        }
      }),
    )

  it('serves hubs and callbacks, and leaves other paths alone', async () => {
    const hub = withNode(createHub(rooms))
    hosts.finally(() => hub.close())
    const handle = createNodeHandler(signups, (_request, _response, _parameters, sendEvent) => {
      void sendEvent({ user: 'mine' })
    })
    const url = await serve(hub.handle, handle)
    const room = await hosts.open(`${url}/rooms/a%20b/events?x=1`)
    await room.until(({ text }) => text.includes('id: '))
    await hub.publish(new Joined({ user: 'all' }), { parameters: { roomId: 'a b' } })
    expect((await room.count(1)).data).toEqual(['{"user":"all"}'])
    const own = await hosts.open(`${url}/user/signedup`)
    expect((await own.count(1)).data).toEqual(['{"user":"mine"}'])
    expect((await hosts.open(`${url}/rooms`)).status).toBe(404)
  })

  it.each(['/api/v1', 'api/v1', '/api/v1/'])('serves below the prefix %j only', async (prefix) => {
    const hub = withNode(createHub(rooms, { prefix }))
    hosts.finally(() => hub.close())
    const handle = createNodeHandler(
      signups,
      (_request, _response, _parameters, sendEvent) => void sendEvent({ user: 'mine' }),
      { prefix },
    )
    const url = await serve(hub.handle, handle)
    const room = await hosts.open(`${url}/api/v1/rooms/a/events`)
    await room.until(({ text }) => text.includes('id: '))
    await hub.publish(new Joined({ user: 'all' }), { parameters: { roomId: 'a' } })
    expect((await room.count(1)).data).toEqual(['{"user":"all"}'])
    const own = await hosts.open(`${url}/api/v1/user/signedup`)
    expect((await own.count(1)).data).toEqual(['{"user":"mine"}'])
    for (const path of [
      '/user/signedup',
      '/api/v1',
      '/api/v10/user/signedup',
      '/v1/user/signedup',
    ]) {
      expect((await hosts.open(url + path)).status).toBe(404)
    }
  })

  it('answers what Express would', async () => {
    const onError = jest.fn()
    const broken = createNodeHandler(
      channelAt('broken/{kind}', parametersOf(['kind'], { kind: ['a'] })),
      () => Promise.reject(new Error('broken')),
      { onError, cors: true },
    )
    const hub = withNode(createHub(signups, { cors: true }))
    hosts.finally(() => hub.close())
    const url = await serve(broken, hub.handle)
    expect((await hosts.open(`${url}/broken/a`)).status).toBe(500)
    expect(onError).toHaveBeenCalledWith(expect.objectContaining({ message: 'broken' }))
    expect((await hosts.open(`${url}/broken/b`)).status).toBe(400)
    for (const path of ['broken/a', 'user/signedup']) {
      const post = await hosts.open(`${url}/${path}`, { method: 'POST' })
      expect(post.status).toBe(405)
      expect(post.headers.allow).toBe('GET, HEAD')
      expect((await hosts.open(`${url}/${path}`, { method: 'OPTIONS' })).status).toBe(204)
      expect((await hosts.open(`${url}/user/signedup`, { method: 'HEAD' })).status).toBe(200)
    }
  })
})

describe('Plain node:http2', () => {
  it('serves hubs to streams of one session, with flow control', async () => {
    const hub = withNode(createHub(rooms, { closeTimeout: 1000 }))
    const server = http2.createServer((request, response) => {
      if (!hub.handle(request, response)) response.writeHead(404).end()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const session = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const open = async (roomId: string) => {
      const stream = session.request({
        ':path': `/rooms/${roomId}/events`,
        accept: 'text/event-stream',
      })
      const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders]
      const state = { text: '' }
      stream.setEncoding('utf8').on('data', (chunk: string) => (state.text += chunk))
      while (!state.text.includes('id: ')) await once(stream, 'data')
      return { stream, headers, state }
    }
    const [fast, slow, other] = [await open('1'), await open('1'), await open('2')]
    expect(fast.headers).toMatchObject({
      ':status': 200,
      'content-type': 'text/event-stream',
      'eventsource-heartbeat': '15000',
    })
    expect(fast.headers.connection).toBeUndefined()
    slow.stream.pause()
    const line = 'x'.repeat(10_000)
    for (let n = 0; n < 100; n++) {
      void hub.publish(new Joined({ user: `${n} ${line}` }), { parameters: { roomId: '1' } })
      await new Promise(setImmediate)
    }
    while (!fast.state.text.includes('"99 x')) await once(fast.stream, 'data')
    expect(slow.state.text).not.toContain('"99 x')
    slow.stream.resume()
    while (!slow.state.text.includes('"99 x')) await once(slow.stream, 'data')
    expect(slow.state.text.match(/^data: /gm)).toHaveLength(100)
    const gone = new Promise((resolve) => hub.on('disconnect', resolve))
    other.stream.close()
    await gone
    expect(hub.size).toBe(2)
    const ended = [fast, slow].map(({ stream }) => once(stream, 'end'))
    await hub.close()
    await Promise.all(ended)
    expect(hub.size).toBe(0)
    session.close()
    server.close()
    await once(server, 'close')
  })
})
