/** An event of client.yaml, as a server writes it. */
const ORDER = {
  customer: 'Ada Lovelace',
  email: 'ada@example.com',
  total: 99.5,
  currency: 'EUR',
  items: 3,
  status: 'paid',
  express: true,
  placedAt: '2026-01-01T12:00:00Z',
}

/** @param size bytes of the event, if its other fields are shorter */
function eventOf(n, size = 0) {
  const order = { id: `order-${n}`, ...ORDER }
  const format = (note) => `id: ${n}\ndata: ${JSON.stringify({ ...order, note })}\n\n`
  return format('x'.repeat(Math.max(0, size - format('').length)))
}

module.exports = { eventOf }
