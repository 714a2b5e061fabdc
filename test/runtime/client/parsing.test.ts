import { listen } from '../../../runtime/fetch-client'
import { texts } from './support/channels'
import { record } from './support/recorder'
import { serve, type TestServer } from './support/server'
import { MORE, VECTORS } from './support/vectors'

const deliveries = {
  whole: (bytes: Buffer) => [bytes],
  'byte by byte': (bytes: Buffer) => Array.from(bytes, (byte) => Buffer.of(byte)),
}

describe.each(Object.entries(deliveries))('event streams, %s', (_, cut) => {
  let server: TestServer
  beforeAll(async () => {
    server = await serve(async (res, req) => {
      res.writeHead(200, { 'Content-Type': 'text/event-stream; charset=windows-1252' })
      const n = Number(new URL(req.url ?? '', 'http://localhost').searchParams.get('n'))
      const { stream } = [...VECTORS, ...MORE][n] ?? { stream: '' }
      // One write, one turn: the pieces leave separately and are read separately.
      for (const piece of cut(Buffer.from(stream))) {
        await new Promise((resolve) => res.write(piece, resolve))
        await new Promise(setImmediate)
      }
      if (!stream.endsWith('\n') && !stream.endsWith('\r')) res.end()
    })
  })
  afterAll(() => server.close())

  test.each([...VECTORS, ...MORE].map((vector, n) => ({ ...vector, n })))(
    '$title',
    async ({ want, n }) => {
      const { listener, count, calls } = record<{ text: string }>()
      const subscription = listen(texts, listener, null, {
        baseUrl: `${server.url}/?n=${n}`,
      })
      await count(want.length)
      subscription.close()
      expect(calls.map(({ message, details }) => [message, details.id])).toEqual(
        want.map(([data, id], i) => [data, id ?? calls[i]?.details.id]),
      )
    },
  )
})
