import { connect, createServer } from 'node:http2'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createHub } from '../../../runtime/hub'
import { withNode } from '../../../runtime/node'
import { Joined, rooms } from './support/channels'

it('a client of HTTP/2 that resets its stream without an error is disconnected', async () => {
  const hub = withNode(
    createHub(rooms, {
      heartbeat: 20,
      authorize: async () => {
        await new Promise((resolve) => setTimeout(resolve, 10 * Math.random()))
        return true
      },
    }),
  )
  const server = createServer((request, response) => void hub.handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const publishing = setInterval(() => {
    void hub.publish(new Joined({ user: 'x'.repeat(3000) }), { parameters: { roomId: '7' } })
  }, 3)
  for (let n = 0; n < 100; n++) {
    const stream = session.request({ ':path': '/rooms/7/events' })
    stream.resume()
    setTimeout(() => stream.close(0), 30 * Math.random())
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  await new Promise((resolve) => setTimeout(resolve, 200))
  clearInterval(publishing)
  expect(hub.size).toBe(0)
  await hub.close()
  session.destroy()
  server.close()
  await once(server, 'close')
})
