import { getEventListeners, setMaxListeners } from 'node:events'
import { gzipSync } from 'node:zlib'
import { listen, stream } from '../../../runtime/fetch-client'
import { ticks, type Tick } from './support/channels'
import { record } from './support/recorder'
import { open, serve, streaming } from './support/server'

type Ticks = { tick: Tick | null }

const resources = (kind: string): number =>
  process.getActiveResourcesInfo().filter((each) => each === kind).length

test('1000 times opened and closed: no request, timer, listener or socket is left', async () => {
  const timers = resources('Timeout')
  const sockets = resources('TCPSocketWrap')
  const server = await serve(streaming('data: {"n":1}\n\n', { 'EventSource-Heartbeat': '15000' }))
  const controller = new AbortController()
  const { signal } = controller
  setMaxListeners(0, signal)
  const options = { baseUrl: server.url, signal }
  for (let n = 0; n < 20; n++) {
    await Promise.all(
      Array.from({ length: 25 }, async () => {
        const { listener, count } = record<Ticks>()
        const subscription = listen(ticks, listener, null, options)
        await count(1)
        subscription.close()
        const events = stream(ticks, null, options)
        await events.next()
        await events.return()
      }),
    )
  }
  await server.idle()
  expect(server.requests).toHaveLength(1000)
  expect(getEventListeners(signal, 'abort')).toEqual([])
  await server.close()
  // The other end of a closed connection closes in a later turn of the event loop.
  while (resources('TCPSocketWrap') > sockets) await new Promise(setImmediate)
  expect(resources('Timeout')).toBeLessThanOrEqual(timers)
})

test('a server that breaks 100 times, each time within an event: nothing lost, nothing doubled', async () => {
  const deaths = 100
  const perLife = 7
  const server = await serve((res, req, life) => {
    const from = Number(req.headers['last-event-id'] ?? -1) + 1
    const history = Array.from(
      { length: perLife },
      (_, i) => `id: ${from + i}\ndata: {"n":${from + i}}\n\n`,
    ).join('')
    if (life === deaths) return open(res, history)
    res.writeHead(200, { 'Content-Type': 'text/event-stream' })
    // Some streams end cleanly, some within an event, some before its blank line.
    const cut = [history, history.slice(0, -1), history.slice(0, -life % 90 || undefined)][life % 3]
    if (life % 6 === 0) res.end(cut)
    else res.write(cut ?? '', () => res.destroy())
  })
  const recorder = record<Ticks>()
  const subscription = listen(ticks, recorder.listener, null, {
    baseUrl: server.url,
    reconnect: { initialDelay: 0, factor: 1, jitter: 0 },
  })
  await server.request(deaths)
  const before = recorder.messages.length
  while (recorder.messages.length < before + perLife)
    await recorder.count(recorder.calls.length + 1)
  subscription.close()
  await server.close()
  const { messages } = recorder
  expect(messages.length).toBeGreaterThan(deaths * 3)
  expect(messages.map((message) => message?.n)).toEqual(messages.map((_, n) => n))
})

describe('proxies', () => {
  const body = Array.from({ length: 200 }, (_, n) => `id: ${n}\ndata: {"n":${n}}\n\n`).join('')
  test.each([
    ['that hold a stream back until it ends', body, {}],
    ['that compress it', gzipSync(body), { 'Content-Encoding': 'gzip' }],
  ])('%s', async (_, content, headers) => {
    const server = await serve((res) => {
      const length = { 'Content-Length': String(Buffer.byteLength(content)) }
      res.writeHead(200, { 'Content-Type': 'text/event-stream', ...length, ...headers })
      res.end(content)
    })
    const { listener, calls } = record<Ticks>()
    await listen(ticks, listener, null, { baseUrl: server.url, reconnect: false }).closed
    await server.close()
    expect(calls.map(({ message }) => message?.n)).toEqual(Array.from({ length: 200 }, (_, n) => n))
  })
})
