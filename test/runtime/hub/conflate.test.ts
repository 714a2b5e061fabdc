import express from 'express'
import { createHub } from '../server/support/express'
import type { HubNotice } from '../../../runtime/hub'
import { lines } from '../server/support/channels'
import type { RawClient } from '../server/support/client'
import { Hosts } from '../server/support/host'

/** `<symbol> <number> <filler>`; the symbol `!` has no key. */
const price = (symbol: string, n: number): string => `${symbol} ${n} ${'x'.repeat(20_000)}`
const shortOf = (data: string): string => data.split(' ', 2).join(' ')

describe('A hub that conflates', () => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  async function serve() {
    const app = express()
    const errors: unknown[] = []
    const hub = createHub(lines, {
      history: { maxEvents: 100_000, maxBytes: 1e9 },
      conflate: (line) => {
        if (line.startsWith('?')) throw new Error('no symbol')
        return line.startsWith('!') ? undefined : line.split(' ', 1)[0]
      },
      onError: (error) => void errors.push(error),
    })
    hosts.finally(() => hub.close())
    hub.register(app)
    const url = `${await hosts.serve(app)}/lines`
    const open = async (last = ''): Promise<RawClient> => {
      const headers: Record<string, string> = last === '' ? {} : { 'last-event-id': last }
      return (await hosts.open(url, { headers })).until(({ text }) => text.includes('\n\n'))
    }
    return { hub, open, errors }
  }

  it('sends a slow client the newest event of each key, and every event without a key', async () => {
    const { hub, open } = await serve()
    const notices: HubNotice[] = []
    hub.on('slow', (notice) => void notices.push(notice))
    const [slow, fast] = [await open(), await open()]
    slow.response.pause()
    const all: string[] = []
    for (let n = 0; n < 600; n++) {
      const symbol = n === 300 ? '!' : `s${n % 3}`
      all.push(`${symbol} ${n}`)
      await hub.publish(price(symbol, n))
      await new Promise(setImmediate)
    }
    await fast.count(600)
    slow.response.resume()
    await slow.until(({ data }) => data.at(-1)?.startsWith('s2 599') === true)
    const seen = slow.data.map(shortOf)
    expect(fast.data.map(shortOf)).toEqual(all)
    expect(seen.length).toBeLessThan(590)
    expect(seen).toContain('! 300')
    expect(seen.slice(-3)).toEqual(['s0 597', 's1 598', 's2 599'])
    // What the slow client got is in order.
    expect(seen).toEqual(all.filter((each) => seen.includes(each)))
    const skipped = 600 - seen.length
    expect(hub.metrics.conflated).toBe(skipped)
    expect(notices.map((notice) => notice.skipped ?? 0).reduce((a, b) => a + b, 0)).toBe(skipped)
    expect(slow.comments).toEqual([])
  })

  it('sends a slow client the newest event of each key before the end of the room', async () => {
    const { hub, open } = await serve()
    const slow = await open()
    slow.response.pause()
    const notices: HubNotice[] = []
    hub.on('slow', (notice) => void notices.push(notice))
    let sent = 2
    for (; notices.length === 0; sent++) {
      await hub.publish(price('filler', sent))
      await new Promise(setImmediate)
    }
    await hub.publish(price('a', 1))
    await hub.publish(price('a', 2))
    await hub.end()
    await hub.reopen()
    await hub.publish(price('a', 3))
    slow.response.resume()
    await slow.ended()
    expect(slow.data.map(shortOf).slice(-1)).toEqual(['a 2'])
    const skipped = sent - slow.data.length
    expect(skipped).toBeGreaterThan(0)
    expect(hub.metrics.conflated).toBe(skipped)
    expect(notices.map((notice) => notice.skipped)).toEqual([0, skipped])
  })

  it('counts what it has skipped for a client that disconnects before it has caught up', async () => {
    const { hub, open } = await serve()
    const first = await hub.publish(price('a', 0))
    const count = 2000
    for (let n = 1; n <= count; n++) await hub.publish(price(n % 2 === 0 ? 'a' : `${n}`, n))
    const slow = await open(first)
    slow.response.pause()
    await new Promise((resolve) => setTimeout(resolve, 200))
    slow.response.destroy()
    while (hub.size > 0) await new Promise(setImmediate)
    expect(hub.metrics.conflated).toBeGreaterThan(0)
    expect(hub.metrics.delivered).toBeLessThan(count / 2)
  })

  it('keeps the last event ID correct: a client that reconnects gets the rest, conflated', async () => {
    const { hub, open } = await serve()
    const first = await hub.publish(price('a', 0))
    for (const [symbol, n] of [
      ['a', 1],
      ['b', 2],
      ['a', 3],
      ['b', 4],
      ['c', 5],
    ] as const) {
      await hub.publish(price(symbol, n))
    }
    const back = await (await open(first)).count(3)
    expect(back.data.map(shortOf)).toEqual(['a 3', 'b 4', 'c 5'])
    const middle = back.events[0]?.id ?? ''
    const again = await (await open(middle)).count(2)
    expect(again.data.map(shortOf)).toEqual(['b 4', 'c 5'])
    expect(again.headers['eventsource-gap']).toBeUndefined()
  })

  it('reports a key function that throws, and sends the event', async () => {
    const { hub, open, errors } = await serve()
    const client = await open()
    await hub.publish('? 1')
    expect((await client.count(1)).data).toEqual(['? 1'])
    expect(errors.map(String)).toEqual(['Error: no symbol'])
  })
})
