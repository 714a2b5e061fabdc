// Many clients in a process of their own; they count events and do little else.
const { connect } = require('node:net')
const { performance } = require('node:perf_hooks')

const REQUEST = 'GET /events HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n'
/** Connections that one process opens at a time: the server's queue of new connections is short. */
const OPENING = 50
/** One byte, which no chunk can cut: each event holds one brace. */
const BRACE = 0x7b

// Both only grow: events may arrive before the message with their expected number.
let wanted = 0
let count = 0
let isWaiting = false
const report = () => {
  if (!isWaiting || count < wanted) return
  isWaiting = false
  process.send({ done: true })
}

const sockets = new Set()
/** The newest data that a client has received; it ends with a complete event once the run is over. */
let lastChunk

/** Opens a number of streams. Resolves when each has received data. */
function openStreams({ port, clients, lastEventId }) {
  const id = lastEventId === undefined ? '' : `Last-Event-ID: ${lastEventId}\r\n`
  return new Promise((resolve) => {
    let opened = 0
    const next = () => {
      const socket = connect(port, '127.0.0.1', () => socket.write(`${REQUEST}${id}\r\n`))
      sockets.add(socket)
      let isOpen = false
      socket.on('data', (chunk) => {
        if (!isOpen) {
          isOpen = true
          if (++opened === clients) resolve()
          else if (opened + OPENING <= clients) next()
        }
        lastChunk = chunk
        for (let at = chunk.indexOf(BRACE); at !== -1; at = chunk.indexOf(BRACE, at + 1)) count++
        report()
      })
    }
    for (let n = 0; n < Math.min(OPENING, clients); n++) next()
  })
}

process.on('message', async ({ open, reopen, expect }) => {
  if (open) {
    await openStreams(open)
    process.send({ opened: true })
  }
  if (reopen) {
    const lastEventId = [...String(lastChunk).matchAll(/^id: ?(.*)$/gm)].at(-1)?.[1]
    const started = performance.now()
    const clients = sockets.size
    for (const socket of sockets) socket.destroy()
    sockets.clear()
    await openStreams({ ...reopen, clients, lastEventId })
    process.send({ reopenedMs: performance.now() - started })
  }
  if (expect !== undefined) {
    wanted += expect
    isWaiting = true
    report()
  }
})
process.send({ ready: true })
