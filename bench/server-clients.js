// Many clients in a process of their own; they count events and do little else.
const { connect } = require('node:net')

const REQUEST = 'GET /events HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n\r\n'
/** One byte, which no chunk can cut: each event holds one brace. */
const BRACE = 0x7b

let wanted = Infinity
let count = 0
const report = () => {
  if (count < wanted) return
  wanted = Infinity
  process.send({ done: true })
}

process.on('message', ({ open, expect }) => {
  if (open) {
    let opened = 0
    const next = () => {
      const socket = connect(open.port, '127.0.0.1', () => socket.write(REQUEST))
      let isOpen = false
      socket.on('data', (chunk) => {
        if (!isOpen) {
          isOpen = true
          if (++opened === open.clients) process.send({ opened: true })
          else if (opened + 50 <= open.clients) next()
        }
        for (let at = chunk.indexOf(BRACE); at !== -1; at = chunk.indexOf(BRACE, at + 1)) count++
        report()
      })
    }
    // A few at a time: the server's queue of new connections is short.
    for (let n = 0; n < Math.min(50, open.clients); n++) next()
  }
  if (expect !== undefined) {
    count = 0
    wanted = expect
  }
})
process.send({ ready: true })
