import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import express from 'express'
import type { PeerServer } from './peers'

// Serves a generated hub and reports the memory that its clients take. Run by crowd.test.ts.

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function used(): number {
  collect()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function main(): Promise<void> {
  const [, , channels = ''] = process.argv
  const { createRoomsRoomHub } = (await import(
    join(channels, 'event_source_express.ts')
  )) as PeerServer
  const hub = createRoomsRoomHub({ authorize: false })
  const app = express()
  hub.register(app)
  const server = createServer(app).listen(0, '127.0.0.1', 4096)
  await once(server, 'listening')
  const before = used()
  let slowed = 0
  hub.on('slow', () => slowed++)
  hub.on('disconnect', ({ clients }) => {
    if (clients === 0) process.send?.({ clients })
  })
  process.on('message', (ask: string) => {
    void answer(ask).then((reply) => process.send?.(reply))
  })

  async function answer(ask: string): Promise<object> {
    if (ask === 'publish') {
      await hub.publish({ text: 'all' }, { parameters: { room: 'a' } })
    } else if (ask === 'publish a mebibyte') {
      const text = 'x'.repeat(64 * 1024)
      for (let n = 0; n < 16; n++) await hub.publish({ text }, { parameters: { room: 'a' } })
    }
    return { clients: hub.size, memory: used() - before, slowed }
  }
  process.send?.({ port: (server.address() as AddressInfo).port })
}

void main()
