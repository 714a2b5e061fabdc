// A server process: `server.ts <port> <Redis URL> <label>`. It publishes from the message `go` to the message `stop`.
import express from 'express'
import { setTimeout } from 'node:timers/promises'
import { createClient } from 'redis'
import { createHub } from '../../../../server/support/express'
import { redisBroker } from '../../../../../../runtime/redis'
import { ROOMS, notes } from './channel'
import type { Acknowledged } from './channel'

const [, , port, url, by] = process.argv
let isStopped = false

const hub = createHub(notes, {
  broker: redisBroker(createClient({ url: String(url) }), { timeout: 2000, block: 1000 }),
  history: { maxEvents: 5000 },
  retry: 100,
  // Redis is killed on purpose.
  onError: () => undefined,
})
const app = express()
hub.register(app)
app.listen(Number(port), '127.0.0.1', () => {
  void hub.ready.then(() => process.send?.({ ready: true }))
})

async function publish(room: string): Promise<void> {
  for (let n = 0; !isStopped; n++) {
    const note = { by: String(by), n }
    try {
      const id = await hub.publish(note, { parameters: { roomId: room } })
      const message: Acknowledged = { room, id, note }
      process.send?.(message)
    } catch {
      // Not acknowledged: it may or may not come.
    }
    await setTimeout(15)
  }
}

let publishing: Promise<unknown> | undefined
process.on('message', (message: 'go' | 'stop') => {
  if (message === 'go') publishing ??= Promise.all(ROOMS.map(publish))
  else isStopped = true
  if (isStopped) void Promise.resolve(publishing).then(() => process.send?.({ stopped: true }))
})
