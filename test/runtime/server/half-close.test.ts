import { once } from 'node:events'
import { connect } from 'node:net'
import express from 'express'
import { createHub, registerSend } from './support/express'
import { signups } from './support/channels'
import { Hosts } from './support/host'

describe('A connection that ends in its own way', () => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  it('is closed without an error if the client closes its half', async () => {
    const app = express()
    const hub = createHub(signups, { heartbeat: 5 })
    hosts.finally(() => hub.close())
    hub.register(app)
    const url = new URL(await hosts.serve(app))
    const onClientError = jest.fn()
    hosts.server.on('clientError', onClientError)
    const gone = new Promise((resolve) => hub.on('disconnect', resolve))
    const socket = connect({ port: Number(url.port), host: url.hostname, allowHalfOpen: true })
    hosts.finally(() => socket.destroy())
    socket.write('GET /user/signedup HTTP/1.1\r\nHost: a\r\n\r\n')
    await once(socket, 'data')
    socket.end()
    socket.resume()
    const publishing = setInterval(() => void hub.publish({ user: 'x' }))
    await gone
    clearInterval(publishing)
    expect(onClientError).not.toHaveBeenCalled()
  })

  it('remains usable for the next request if the callback ends its response itself', async () => {
    const app = express()
    registerSend(signups, app, (_req, res, _next, _parameters, sendEvent) => {
      void sendEvent({ user: 'a' })
      res.end()
      void sendEvent({ user: 'b' })
    })
    const url = new URL(await hosts.serve(app))
    const socket = connect(Number(url.port), url.hostname)
    hosts.finally(() => socket.destroy())
    let text = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    const request = 'GET /user/signedup HTTP/1.1\r\nHost: a\r\n\r\n'
    for (let count = 1; count <= 2; count++) {
      socket.write(request)
      while (text.split('\r\n0\r\n\r\n').length <= count) await once(socket, 'data')
    }
    expect(text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2)
    expect(text).not.toContain('"b"')
  })

  it('is served over HTTP/1.0, which has no chunks', async () => {
    const app = express()
    const hub = createHub(signups)
    hub.register(app)
    const url = new URL(await hosts.serve(app))
    const socket = connect(Number(url.port), url.hostname)
    hosts.finally(() => socket.destroy())
    let text = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    socket.write('GET /user/signedup HTTP/1.0\r\n\r\n')
    while (!text.includes('id: ')) await once(socket, 'data')
    const id = await hub.publish({ user: 'x' })
    while (!text.includes('"x"')) await once(socket, 'data')
    await hub.close()
    if (!socket.closed) await once(socket, 'close')
    const [head = '', body = ''] = text.split('\r\n\r\n')
    expect(head.toLowerCase()).not.toContain('transfer-encoding')
    expect(body).toMatch(
      new RegExp(
        `^retry: \\d+\\nid: \\d+-0\\n\\nid: ${id}\\ndata: {"user":"x"}\\n\\nretry: \\d+\\n\\n$`,
      ),
    )
  })
})
