// Sends the same events to every request: `?n=<events>`, 50 in a write, then ends.
const { createServer } = require('node:http')

const BATCH = 50

const order = (n) => ({
  id: `order-${n}`,
  customer: 'Ada Lovelace',
  email: 'ada@example.com',
  total: 99.5,
  currency: 'EUR',
  items: 3,
  status: 'paid',
  express: true,
  note: 'Leave it with the neighbours.',
  placedAt: '2026-01-01T12:00:00Z',
})

const batch = globalThis.Buffer.from(
  Array.from({ length: BATCH }, (_, n) => `id: ${n}\ndata: ${JSON.stringify(order(n))}\n\n`).join(
    '',
  ),
)

const server = createServer((req, res) => {
  let left = Number(new globalThis.URL(req.url, 'http://localhost').searchParams.get('n')) / BATCH
  res.writeHead(200, { 'Content-Type': 'text/event-stream' })
  const more = () => {
    while (left > 0) {
      left--
      if (!res.write(batch)) return
    }
    res.end()
  }
  res.on('drain', more)
  more()
})

server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
