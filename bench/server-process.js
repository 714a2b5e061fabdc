// One way of sending to many clients, in a process of its own. Driven by server.js over IPC.
const { Buffer } = require('node:buffer')
const { once } = require('node:events')
const http = require('node:http')
const net = require('node:net')
const { setImmediate } = require('node:timers')
const express = require('express')

require('../test/support/typescript-hook.js')
const { createHub } = require('../runtime/express.ts')
const betterSse = require('better-sse')

const [, , variant] = process.argv
const message = (n) => ({
  id: n,
  room: 'general',
  user: 'someone@example.com',
  text: 'x'.repeat(120),
  sentAt: '2026-11-22T12:00:00Z',
})

// What generated code says of a channel with one message.
const channel = {
  name: 'Bench',
  address: 'events',
  route: /^\/events\/?$/i,
  parameters: null,
  events: [
    {
      type: 'message',
      model: { marshal: JSON.stringify, unmarshal: JSON.parse, validate: () => ({ valid: true }) },
    },
  ],
  named: false,
  validate: true,
}

/** Each variant: how to serve, and how to send the events of one tick. */
const variants = {
  hub() {
    const hub = createHub(channel, { heartbeat: 0 })
    const app = express()
    hub.register(app)
    return {
      server: http.createServer(app),
      tick: (count, n) => {
        for (let i = 0; i < count; i++) void hub.publish(message(n + i))
      },
    }
  },

  // Something stands in front of `res.write`: the hub must not write straight to the socket.
  hubThroughResponse() {
    const hub = createHub(channel, { heartbeat: 0 })
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
      tick: (count, n) => {
        for (let i = 0; i < count; i++) void hub.publish(message(n + i))
      },
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
      tick: (count, n) => {
        for (let i = 0; i < count; i++) all.broadcast(message(n + i))
      },
    }
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

  // The floor: no HTTP but for the head of the answer.
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

async function main() {
  const { server, tick } = variants[variant]()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  let sent = 0
  let started

  process.on('message', ({ run, stop, memory }) => {
    if (memory) {
      globalThis.gc()
      globalThis.gc()
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
    if (stop) {
      const { user, system } = process.cpuUsage(started)
      process.send({ cpu: user + system })
    }
  })
  process.send({ port: server.address().port })
}

process.once('SIGINT', () => process.exit())
main()
