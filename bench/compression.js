// Bytes and server CPU per delivered event: plain, one compressor for all clients of a room, one for each client.
// Run with: npm run bench:compression   (CLIENTS=10,100 EVENTS=200 for a short run)
const { Buffer } = require('node:buffer')
const { fork } = require('node:child_process')
const { once } = require('node:events')
const http = require('node:http')
const { connect } = require('node:net')
const { join } = require('node:path')
const { setImmediate: nextTurn } = require('node:timers/promises')
const { constants, createGzip } = require('node:zlib')

const CLIENTS = (process.env.CLIENTS ?? '10,100,500,2000').split(',').map(Number)
const EVENTS = Number(process.env.EVENTS ?? 300)
const SIZES = { '200 B': 110, '2 KB': 1900 }
const VARIANTS = ['plain', 'shared', 'perClient']
const REQUEST = 'GET /events HTTP/1.1\r\nHost: bench\r\nAccept-Encoding: gzip\r\n\r\n'

const WORDS =
  'account transfer pending settled rejected payment customer invoice street city order note'.split(
    ' ',
  )

/** Numbers from 0 to 1 that are the same in each run. */
function randomNumbers(seed) {
  let state = seed
  return () => (state = (state * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff
}

/** Messages as an API sends them: equal keys, different values, and text of `length` characters. */
function messages(length) {
  const random = randomNumbers(1)
  return Array.from({ length: 2 * EVENTS }, (_, id) => {
    let text = ''
    while (text.length < length) text += `${WORDS[Math.floor(random() * WORDS.length)]} `
    return { id, user: `user-${Math.floor(random() * 1e6)}`, amount: random() * 1e4, text }
  })
}

/** Each variant: a listener, `send` for one event, and the bytes of events that were sent. */
function hubVariant(options) {
  require('../test/support/typescript-hook.js')
  const { createHub } = require('../runtime/hub.ts')
  const { withNode } = require('../runtime/node.ts')
  const model = {
    marshal: JSON.stringify,
    unmarshal: JSON.parse,
    validate: () => ({ valid: true }),
  }
  const channel = {
    name: 'Bench',
    address: 'events',

    parameters: null,
    events: [{ type: 'message', model }],
    sendsEventName: false,
    validate: true,
  }
  const hub = withNode(createHub(channel, { heartbeat: 0, ...options }))
  return {
    listener: (req, res) => void hub.handle(req, res),
    async send(message) {
      await hub.publish(message)
      await nextTurn()
    },
    bytes: () => hub.metrics.bytes,
  }
}

/** As middleware compresses: a stream of zlib for each response, which is flushed after each event. */
function perClientVariant() {
  const streams = new Set()
  let bytes = 0
  let n = 0
  return {
    listener(req, res) {
      res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Content-Encoding': 'gzip' })
      const stream = createGzip()
      stream.on('data', (chunk) => {
        bytes += chunk.length
        res.write(chunk)
      })
      stream.write('retry: 1000\n\n')
      stream.flush(constants.Z_SYNC_FLUSH)
      streams.add(stream)
    },
    async send(message) {
      const event = Buffer.from(`id: ${n++}\ndata: ${JSON.stringify(message)}\n\n`)
      await Promise.all(
        Array.from(streams, (stream) => {
          stream.write(event)
          return new Promise((resolve) => stream.flush(constants.Z_SYNC_FLUSH, resolve))
        }),
      )
    },
    bytes: () => bytes,
  }
}

function createVariant(name) {
  if (name === 'perClient') return perClientVariant()
  if (name === 'plain') return hubVariant({})
  require('../test/support/typescript-hook.js')
  const { gzipCompression } = require('../runtime/compression.ts')
  return hubVariant({ compression: gzipCompression() })
}

async function serve(name, length) {
  const { listener, send, bytes } = createVariant(name)
  const sockets = new Set()
  const server = http.createServer(listener)
  server.on('connection', (socket) => sockets.add(socket))
  const isSent = () => [...sockets].every(({ writableLength }) => writableLength === 0)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  process.on('message', async () => {
    const all = messages(length)
    // The first half warms up; clients join the shared stream in it.
    for (const message of all.slice(0, EVENTS)) await send(message)
    while (!isSent()) await nextTurn()
    const [before, started] = [bytes(), process.cpuUsage()]
    for (const message of all.slice(EVENTS)) await send(message)
    while (!isSent()) await nextTurn()
    const { user, system } = process.cpuUsage(started)
    const delivered = EVENTS * sockets.size
    process.send({ cpu: (user + system) / delivered, bytes: (bytes() - before) / delivered })
  })
  process.send({ port: server.address().port })
}

/** Clients that read and discard. */
async function read(port, count) {
  for (let n = 0; n < count; n++) {
    const socket = connect(port, '127.0.0.1', () => socket.write(REQUEST))
    await once(socket, 'data')
    socket.on('data', () => undefined)
  }
  process.send({ open: true })
}

async function measure(name, length, count) {
  const server = fork(join(__dirname, 'compression.js'), ['serve', name, length])
  const [{ port }] = await once(server, 'message')
  const clients = fork(join(__dirname, 'compression.js'), ['read', port, count])
  await once(clients, 'message')
  server.send({})
  const [result] = await once(server, 'message')
  server.kill()
  clients.kill()
  return result
}

async function main() {
  console.log(
    `Node ${process.version}, ${EVENTS} events: bytes and µs of server CPU per delivered event`,
  )
  for (const [size, length] of Object.entries(SIZES)) {
    for (const count of CLIENTS) {
      const results = {}
      for (const name of VARIANTS) results[name] = await measure(name, length, count)
      const cells = VARIANTS.map((name) => {
        const { bytes, cpu } = results[name]
        const fewer = (results.plain.bytes / bytes).toFixed(2)
        return `${name} ${bytes.toFixed(0).padStart(5)} B (1/${fewer}) ${cpu.toFixed(2).padStart(7)} µs`
      })
      console.log(`${size.padEnd(6)} ${String(count).padStart(5)} clients   ${cells.join('   ')}`)
    }
  }
}

const [, , role, ...args] = process.argv
if (role === 'serve') serve(args[0], Number(args[1]))
else if (role === 'read') read(Number(args[0]), Number(args[1]))
else main()
