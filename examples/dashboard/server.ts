// The server of the dashboard: two generated hubs, and events to publish.
import express from 'express'
import type { Response } from 'express'
import { join } from 'node:path'
import { createShopsShopIdOrdersHub, createSystemLoadHub } from './__gen__/channels'
import {
  LoadMeasured,
  OrderPlaced,
  OrderShipped,
  type ConnectionInterface,
} from './__gen__/payloads'

const SHOPS = ['berlin', 'lisbon', 'oslo'] as const
const ITEMS = ['Teapot', 'Lamp', 'Globe', 'Umbrella', 'Radio', 'Chess set', 'Kite', 'Compass']
const CARRIERS = ['bicycle', 'van', 'drone'] as const

/** The exit code after which `npm run demo` starts the server again. */
const RESTART = 75

/** How long the streams fail after `/offline`, ms. */
const OFFLINE_TIME = 5000

const orders = createShopsShopIdOrdersHub()
const load = createSystemLoadHub()

const app = express()
const streams = new Map<Response, ConnectionInterface>()
let offlineUntil = 0
app.use((request, response, next) => {
  if (request.headers.accept?.includes('text/event-stream') === true) {
    if (Date.now() < offlineUntil) {
      request.socket.destroy()
      return
    }
    streams.set(response, { path: request.path, tab: Number(request.get('X-Tab') ?? 0) })
    response.once('close', () => streams.delete(response))
  }
  next()
})
orders.register(app)
load.register(app)

// A network that fails: every stream breaks, and new ones fail for a time.
app.post('/offline', (_request, response) => {
  offlineUntil = Date.now() + OFFLINE_TIME
  for (const stream of streams.keys()) stream.socket?.destroy()
  response.status(204).end()
})
// A deployment: the process ends in order, and a new one replaces it. The events in its memory are lost.
app.post('/restart', (_request, response) => {
  response.status(202).end(() => void stop(RESTART))
})
app.use(express.static(join(__dirname, 'public')))

const timers = [
  setInterval(() => {
    const wave = 50 + 30 * Math.sin(Date.now() / 4000)
    const percent = Math.round((wave + Math.random() * 15) * 10) / 10
    void load.publish(new LoadMeasured({ percent, connections: [...streams.values()] }))
  }, 500),
]

for (const [index, shopId] of SHOPS.entries()) {
  // Less than one order a second: a number of after a restart is higher than any of before.
  let number = Math.floor(Date.now() / 1000) % 1_000_000
  timers.push(
    setInterval(
      () => {
        const placed = (number += 1)
        const at = new Date().toISOString()
        const parameters = { shopId }
        void orders.publish(
          new OrderPlaced({ number: placed, item: pick(ITEMS), price: price(), at }),
          { parameters },
        )
        setTimeout(() => {
          const shipped = { number: placed, carrier: pick(CARRIERS), at: new Date().toISOString() }
          void orders.publish(new OrderShipped(shipped), { parameters })
        }, 2500)
      },
      1100 + 350 * index,
    ),
  )
}

const server = app.listen(Number(process.env['PORT'] ?? 8080), (error?: Error) => {
  if (error !== undefined) {
    const isUsed = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
    console.error(isUsed ? 'The port is in use: set another one, PORT=8081 npm run demo' : error)
    process.exit(1)
  }
  const address = server.address()
  if (typeof address === 'object') process.send?.(address?.port)
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(0))

async function stop(code: number): Promise<void> {
  timers.forEach((timer) => clearInterval(timer))
  server.close()
  await Promise.all([orders.close(), load.close()])
  process.exit(code)
}

function pick<T>(list: readonly T[]): T {
  return list[Math.floor(Math.random() * list.length)] as T
}

function price(): number {
  return Math.round(500 + Math.random() * 9500) / 100
}
