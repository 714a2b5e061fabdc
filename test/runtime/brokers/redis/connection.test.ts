import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createClient } from 'redis'
import { createClient as createClient5 } from 'redis5'
import { RedisConnection, type RedisClient } from '../../../../runtime/brokers/redis/connection'
import { freePort } from '../../../support/free-port'
import { RedisServer, describeRedis } from './support/redis-server'

const LATE = new Error('too late')

/** By major version of node-redis. */
const CLIENTS: [string, (url: string) => RedisClient][] = [
  ['6', (url) => createClient({ url })],
  ['5', (url) => createClient5({ url })],
]

test.each(CLIENTS)('A client of node-redis %s that cannot connect is destroyed', async (_, of) => {
  const template = of(`redis://127.0.0.1:${await freePort()}`)
  const duplicate = template.duplicate.bind(template)
  const destroyed = new Promise<void>((resolve) => {
    jest.spyOn(template, 'duplicate').mockImplementation((overrides) => {
      const client = duplicate(overrides)
      const destroy = client.destroy.bind(client)
      jest.spyOn(client, 'destroy').mockImplementation(() => {
        resolve()
        destroy()
      })
      return client
    })
  })
  const connection = new RedisConnection(() => template)
  await expect(connection.command(['PING'], 60_000)).rejects.toThrow('ECONNREFUSED')
  // node-redis 6 has a registry of clients, which only this call leaves.
  await expect(destroyed).resolves.toBeUndefined()
})

describe.each(CLIENTS)(
  'A Redis connection of node-redis %s that is dropped while it connects',
  (_, clientOf) => {
    const servers: Server[] = []
    afterEach(() => {
      for (const server of servers.splice(0)) server.close()
    })

    /** Starts a command and drops the connection when `drop` resolves; resolves with the server's end of it. */
    async function dropped(server: Server, drop: (accepted: Promise<Socket>) => Promise<unknown>) {
      servers.push(server.listen(0, '127.0.0.1'))
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      const connection = new RedisConnection(() => clientOf(`redis://127.0.0.1:${port}`))
      const accepted = once(server, 'connection').then(([socket]) => socket as Socket)
      const answer = connection.command(['PING'], 60_000)
      const rejected = expect(answer).rejects.toThrow('too late')
      await drop(accepted)
      connection.drop(LATE)
      await rejected
      return accepted
    }

    /** Microtasks only: the socket exists, and the event loop has not yet reported that it is connected. */
    async function connecting(): Promise<void> {
      for (let turn = 0; turn < 100; turn++) await Promise.resolve()
    }

    it('before TCP is connected: closes the connection of a server that does not answer', async () => {
      const socket = await dropped(createServer(), connecting)
      socket.resume()
      await once(socket, 'close')
      expect(socket.bytesRead).toBe(0)
    })

    it('during the handshake: closes the connection of a server that does not answer', async () => {
      const socket = await dropped(createServer(), async (accepted) => {
        await once(await accepted, 'readable')
      })
      socket.resume()
      await once(socket, 'close')
      expect(socket.bytesRead).toBeGreaterThan(0)
    })

    describeRedis('to Redis', () => {
      it('before TCP is connected: closes the connection', async () => {
        const redis = await RedisServer.start()
        const proxy = createServer((inner) => {
          const outer = connect(redis.port, '127.0.0.1')
          inner.pipe(outer).pipe(inner)
          outer.on('error', () => inner.destroy())
        })
        const socket = await dropped(proxy, connecting)
        await once(socket, 'close')
        expect(socket.destroyed).toBe(true)
        await redis.close()
      })
    })
  },
)
