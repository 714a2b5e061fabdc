import express from 'express'
import { listen, stream, type ClientChannel, type Gap } from '../../../runtime/fetch-client'
import { createHub } from '../server/support/express'
import { lines } from '../server/support/channels'
import { Hosts } from '../server/support/host'

const channel: ClientChannel<{ line: string }, null> = {
  name: 'Lines',
  address: 'lines',
  parameters: null,
  events: lines.events as ClientChannel<{ line: string }, null>['events'],
}

describe('A client of a hub with snapshots', () => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  async function serve(snapshot: () => string[]) {
    const app = express()
    const hub = createHub(lines, { snapshot, history: { maxEvents: 2 }, retry: 1 })
    hosts.finally(() => hub.close())
    hub.register(app)
    return { hub, baseUrl: await hosts.serve(app) }
  }

  it('calls onGap before each snapshot, and continues behind its position', async () => {
    let state = ['a', 'b']
    const { hub, baseUrl } = await serve(() => state)
    const seen: (string | Gap)[] = []
    let wake: () => void = () => undefined
    const until = async (count: number): Promise<void> => {
      while (seen.length < count) await new Promise<void>((resolve) => (wake = resolve))
    }
    const options = { baseUrl, onGap: (gap: Gap) => void seen.push(gap) }
    const first = listen(channel, (line) => (seen.push(line ?? ''), wake()), null, options)
    await until(3)
    await hub.publish('c')
    await until(4)
    const { lastEventId } = first
    first.close()
    expect(seen.splice(0)).toEqual([{ healed: true }, 'a', 'b', 'c'])
    await hub.publish('d')
    const second = listen(channel, (line) => (seen.push(line ?? ''), wake()), null, {
      ...options,
      lastEventId,
    })
    await until(1)
    second.close()
    expect(seen.splice(0)).toEqual(['d'])
    state = ['z']
    for (const line of ['e', 'f', 'g']) await hub.publish(line)
    const third = listen(channel, (line) => (seen.push(line ?? ''), wake()), null, {
      ...options,
      lastEventId,
    })
    await until(2)
    third.close()
    expect(seen).toEqual([{ healed: true }, 'z'])
  })

  it('reports it to a stream too', async () => {
    const { baseUrl } = await serve(() => ['a'])
    const gaps: Gap[] = []
    for await (const { payload } of stream(channel, null, {
      baseUrl,
      onGap: (gap) => void gaps.push(gap),
    })) {
      expect(payload).toBe('a')
      break
    }
    expect(gaps).toEqual([{ healed: true }])
  })
})
