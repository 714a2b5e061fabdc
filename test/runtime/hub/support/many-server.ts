import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import express from 'express'
import { createHub } from '../../server/support/express'
import { signups } from '../../server/support/channels'

// Reports how much memory idle clients use, and when the last one has disconnected. Run by many.test.ts.

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const hub = createHub(signups)
const app = express()
hub.register(app)
const server = createServer(app)

function used(): { heap: number; rss: number } {
  collect()
  collect()
  const { heapUsed, rss } = process.memoryUsage()
  return { heap: heapUsed, rss }
}

async function main(): Promise<void> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const before = used()
  hub.on('disconnect', ({ clients }) => {
    if (clients === 0) process.send?.({ left: hub.size })
  })
  process.on('message', (ask: 'memory' | 'publish') => {
    if (ask === 'publish') {
      void hub.publish({ user: 'all' })
      return
    }
    const after = used()
    const each = (key: 'heap' | 'rss'): number => Math.round((after[key] - before[key]) / hub.size)
    process.send?.({ clients: hub.size, heap: each('heap'), rss: each('rss') })
  })
  process.send?.({ port: (server.address() as AddressInfo).port })
}

void main()
