// Connects many clients, and reports when all have received an event. Run by many.test.ts.
const { connect } = require('node:net')

const [, , port, count] = process.argv.map(Number)
let opened = 0
let received = 0

function open() {
  const socket = connect(port, '127.0.0.1', () =>
    socket.write('GET /user/signedup HTTP/1.1\r\nHost: a\r\n\r\n'),
  )
  let text = ''
  let isOpen = false
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
    if (!isOpen && text.includes('id: ')) {
      isOpen = true
      opened++
      if (opened + 50 <= count) open()
      if (opened === count) process.send({ opened })
    }
    if (text.includes('data: ')) {
      text = ''
      received++
      if (received === count) process.send({ received })
    }
  })
}

// A few at a time: the server's queue of new connections is short.
for (let n = 0; n < 50; n++) open()
