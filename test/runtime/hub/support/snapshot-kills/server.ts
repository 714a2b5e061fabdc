// A server process: `server.ts <port> <Redis URL> <label>`. It publishes from the message `go` to the message `stop`.
import { setTimeout } from 'node:timers/promises'
import express from 'express'
import { createClient } from 'redis'
import { createHub } from '../../../server/support/express'
import { redisBroker } from '../../../../../runtime/redis'
import { notes, ROOMS, type Note } from '../../../brokers/redis/support/kills/channel'

const [, , port, url, by] = process.argv
let isStopped = false

const database = createClient({
  url: String(url),
  disableOfflineQueue: true,
  commandOptions: { timeout: 1000 },
})
database.on('error', () => undefined)

const hub = createHub(notes, {
  broker: redisBroker(createClient({ url: String(url) }), { timeout: 2000, block: 1000 }),
  // About 0.04 s: clients that reconnect often need a snapshot, which takes less time.
  history: { maxEvents: 20 },
  retry: 50,
  snapshot: async ({ parameters: { roomId } }) =>
    Object.entries(await database.hGetAll(`state:${roomId}`)).map(([publisher, n]): Note => ({
      by: publisher,
      n: Number(n),
    })),
  // The test ends Redis on purpose.
  onError: () => undefined,
})
const app = express()
hub.register(app)
app.listen(Number(port), '127.0.0.1', () => {
  void database.connect()
  void hub.ready.then(() => process.send?.({ ready: true }))
})

async function publish(room: string): Promise<void> {
  for (let n = 0; !isStopped; n++) {
    const note = { by: String(by), n }
    try {
      // First the commit, then the event.
      await database.hSet(`state:${room}`, note.by, note.n)
      await hub.publish(note, { parameters: { roomId: room } })
      process.send?.({ room, note })
    } catch {
      // Not acknowledged: clients may get it or not.
    }
    await setTimeout(10)
  }
}

let publishing: Promise<unknown> | undefined
process.on('message', (message: 'go' | 'stop') => {
  if (message === 'go') publishing ??= Promise.all(ROOMS.map(publish))
  else isStopped = true
  if (isStopped) void Promise.resolve(publishing).then(() => process.send?.({ stopped: true }))
})
