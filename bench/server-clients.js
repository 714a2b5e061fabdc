// Many clients in a process of their own; they count events and do little else.
const { connect } = require('node:net')

const REQUEST = 'GET /events HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n\r\n'
/** One byte, which no chunk can cut: each event holds one brace. */
const BRACE = 0x7b

// Both grow for ever: events may come before the message that tells how many to expect.
let wanted = 0
let count = 0
let isWaiting = false
const report = () => {
  if (!isWaiting || count < wanted) return
  isWaiting = false
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
    wanted += expect
    isWaiting = true
    report()
  }
})
process.send({ ready: true })
