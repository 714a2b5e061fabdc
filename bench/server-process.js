// One way of sending to many clients, in a process of its own. Driven by server.js over IPC.
const { Buffer } = require('node:buffer')
const { once } = require('node:events')
const http = require('node:http')
const net = require('node:net')
const { monitorEventLoopDelay } = require('node:perf_hooks')
const { clearInterval, setImmediate, setInterval } = require('node:timers')
const express = require('express')
const fastify = require('fastify')

// Bun reads TypeScript without help.
if (process.versions.bun === undefined) require('../test/support/typescript-hook.js')
const { createHub } = require('../runtime/hub.ts')
const { getRequestListener } = require('@hono/node-server')
const { withExpress } = require('../runtime/express.ts')
const { withFastify } = require('../runtime/fastify.ts')
const { withFetch } = require('../runtime/fetch.ts')
const { withNode } = require('../runtime/node.ts')
const betterSse = require('better-sse')

const [, , variant] = process.argv
const message = (n) => ({
  id: n,
  room: 'general',
  user: 'someone@example.com',
  text: 'x'.repeat(120),
  sentAt: '2026-11-22T12:00:00Z',
})

// The descriptor that generated code has for a channel with one message.
const channel = {
  name: 'Bench',
  address: 'events',
  parameters: null,
  events: [
    {
      type: 'message',
      model: { marshal: JSON.stringify, unmarshal: JSON.parse, validate: () => ({ valid: true }) },
    },
  ],
  sendsEventName: false,
  validate: true,
}

const publishing = (hub) => (count, n) => {
  for (let i = 0; i < count; i++) void hub.publish(message(n + i))
}

const broadcasting = (all) => (count, n) => {
  for (let i = 0; i < count; i++) all.broadcast(message(n + i))
}

/** A fetch handler of better-sse that adds each client to a channel. */
const respondWith = (all) => (request) =>
  betterSse.createResponse(request, { keepAlive: null }, (session) => all.register(session))

/** A server of `Bun.serve`, with the interface of `node:http` that `main` uses. */
function bunServer(fetch) {
  let server
  return {
    listen(_port, hostname) {
      server = globalThis.Bun.serve({ port: 0, hostname, idleTimeout: 0, fetch })
    },
    address: () => ({ port: server.port }),
  }
}

/** Each variant: how to serve, and how to send the events of one tick. */
const variants = {
  hub() {
    const hub = withExpress(createHub(channel, { heartbeat: 0 }))
    const app = express()
    hub.register(app)
    return {
      server: http.createServer(app),
      tick: publishing(hub),
    }
  },

  // Middleware that wraps `res.write`: the hub must not write to the socket directly.
  hubThroughResponse() {
    const hub = withExpress(createHub(channel, { heartbeat: 0 }))
    const app = express()
    app.use((req, res, next) => {
      const { write } = res
      res.write = function (...args) {
        return write.apply(this, args)
      }
      next()
    })
    hub.register(app)
    return {
      server: http.createServer(app),
      tick: publishing(hub),
    }
  },

  betterSse() {
    const all = betterSse.createChannel()
    const app = express()
    app.get('/events', async (req, res) => {
      all.register(await betterSse.createSession(req, res, { keepAlive: null }))
    })
    return {
      server: http.createServer(app),
      tick: broadcasting(all),
    }
  },

  hubOnNode() {
    const hub = withNode(createHub(channel, { heartbeat: 0 }))
    return {
      server: http.createServer((req, res) => void hub.handle(req, res)),
      tick: publishing(hub),
    }
  },

  betterSseOnNode() {
    const all = betterSse.createChannel()
    return {
      server: http.createServer(async (req, res) => {
        all.register(await betterSse.createSession(req, res, { keepAlive: null }))
      }),
      tick: broadcasting(all),
    }
  },

  hubOnFetch() {
    const hub = withFetch(createHub(channel, { heartbeat: 0 }))
    return {
      server: http.createServer(getRequestListener(hub.fetch)),
      tick: publishing(hub),
    }
  },

  betterSseOnFetch() {
    const all = betterSse.createChannel()
    return {
      server: http.createServer(getRequestListener(respondWith(all))),
      tick: broadcasting(all),
    }
  },

  async hubOnFastify() {
    const hub = withFastify(createHub(channel, { heartbeat: 0 }))
    const app = fastify()
    hub.register(app)
    await app.ready()
    return { server: app.server, tick: publishing(hub) }
  },

  async betterSseOnFastify() {
    const all = betterSse.createChannel()
    const app = fastify()
    app.get('/events', async (request, reply) => {
      reply.hijack()
      all.register(await betterSse.createSession(request.raw, reply.raw, { keepAlive: null }))
    })
    await app.ready()
    return { server: app.server, tick: broadcasting(all) }
  },

  hubOnBun() {
    const hub = withFetch(createHub(channel, { heartbeat: 0 }))
    return { server: bunServer(hub.fetch), tick: publishing(hub) }
  },

  betterSseOnBun() {
    const all = betterSse.createChannel()
    return { server: bunServer(respondWith(all)), tick: broadcasting(all) }
  },

  sharedWrite() {
    const responses = new Set()
    const app = express()
    app.get('/events', (req, res) => {
      res.writeHead(200, { 'Content-Type': 'text/event-stream' })
      res.write('retry: 1000\n\n')
      responses.add(res)
    })
    return {
      server: http.createServer(app),
      tick: (count, n) => {
        const buffer = encode(count, n)
        for (const response of responses) response.write(buffer)
      },
    }
  },

  // The lower limit: no HTTP except for the head of the response.
  rawSockets() {
    const sockets = new Set()
    const server = net.createServer({ noDelay: true }, (socket) => {
      socket.on('error', () => socket.destroy())
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nretry: 1000\n\n')
        sockets.add(socket)
      })
    })
    return {
      server,
      tick: (count, n) => {
        const buffer = encode(count, n)
        for (const socket of sockets) socket.write(buffer)
      },
    }
  },
}

function encode(count, n) {
  let text = ''
  for (let i = 0; i < count; i++)
    text += `id: ${n + i}\ndata: ${JSON.stringify(message(n + i))}\n\n`
  return Buffer.from(text)
}

/** Twice: the second run frees objects that the finalizers of the first run have released. */
function collectGarbage() {
  const collect = globalThis.Bun ? () => globalThis.Bun.gc(true) : globalThis.gc
  collect()
  collect()
}

async function main() {
  const { server, tick } = await variants[variant]()
  server.listen(0, '127.0.0.1')
  if (server instanceof net.Server) await once(server, 'listening')
  let sent = 0
  let started
  let delay

  process.on('message', ({ run, pace, start, stop, memory }) => {
    if (memory) {
      collectGarbage()
      const { heapUsed, rss } = process.memoryUsage()
      process.send({ heapUsed, rss })
    }
    if (run) {
      started = process.cpuUsage()
      let left = run.ticks
      const turn = () => {
        tick(run.perTick, sent)
        sent += run.perTick
        if (--left > 0) setImmediate(turn)
        else process.send({ sent: run.ticks * run.perTick })
      }
      turn()
    }
    if (start) {
      started = process.cpuUsage()
      delay = monitorEventLoopDelay({ resolution: 5 })
      delay.enable()
      process.send({ started: true })
    }
    if (pace) {
      let left = pace.events
      const timer = setInterval(() => {
        tick(1, sent++)
        if (--left > 0) return
        clearInterval(timer)
        process.send({ sent: pace.events })
      }, 1000 / pace.rate)
    }
    if (stop) {
      const { user, system } = process.cpuUsage(started)
      delay?.disable()
      // Nanoseconds; the timer's own period is not delay.
      const delayMs = delay && Math.max(0, delay.percentile(99) / 1e6 - 5)
      process.send({ cpu: user + system, delayMs })
    }
  })
  process.send({ port: server.address().port })
}

process.once('SIGINT', () => process.exit())
main()
