import {
  createEndDetector,
  expandAddress,
  listen,
  type ClientChannel,
} from '../../../runtime/fetch-client'
import { compareIds } from '../../../runtime/brokers/event-ids'
import { memoryBroker } from '../../../runtime/brokers/memory-broker'
import type { HubContentOptions } from '../../../runtime/hub/types'
import { createHub, type Hub, type HubOptions } from '../server/support/express'
import { Joined, Left, rooms, type Rooms, type UserEvents } from '../server/support/channels'
import type { RawClient } from '../server/support/client'
import { EXPRESSES, Hosts } from '../server/support/host'
import { listening } from '../client/support/listening'

type RoomHub = Hub<UserEvents, Joined | Left, { roomId: string }>

/** Rooms in which `left` is terminal. */
const finite: Rooms = {
  ...rooms,
  events: [
    { type: 'joined', model: Joined },
    { type: 'left', model: Left, isTerminal: true },
  ],
}

const in1 = { parameters: { roomId: '1' } }
const joined = (user: string): Joined => new Joined({ user })
const left = new Left({ user: 'x' })

describe.each(EXPRESSES)('The room of a hub under Express %s', (_, express) => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  async function serve(
    options: HubOptions<{ roomId: string }> &
      HubContentOptions<UserEvents, Joined | Left, { roomId: string }> = {},
    channel = finite,
  ): Promise<{
    hub: RoomHub
    url: string
    room: (id: string, last?: string) => Promise<RawClient>
  }> {
    const app = express()
    const hub = createHub(channel, { onError: () => undefined, ...options })
    hosts.finally(() => hub.close())
    hub.register(app)
    const url = await hosts.serve(app)
    const room = async (roomId: string, last?: string): Promise<RawClient> => {
      const headers = last === undefined ? {} : { 'last-event-id': last }
      return hosts.open(`${url}/rooms/${roomId}/events`, { headers })
    }
    return { hub, url, room }
  }
  const begun = (client: RawClient): Promise<RawClient> =>
    client.until(({ text }) => text.includes('\n\n'))

  it('ends with a terminal message: its clients receive it, and later ones receive 204', async () => {
    const { hub, room } = await serve()
    const [a, b, other] = await Promise.all([room('1'), room('1'), room('2')])
    await Promise.all([a, b, other].map(begun))
    await hub.publish(joined('x'), in1)
    await hub.publish(left, in1)
    for (const client of [a, b]) {
      await client.ended()
      expect(client.events.map(({ event }) => event)).toEqual(['joined', 'left'])
    }
    const late = await room('1')
    expect([late.status, late.headers['cache-control']]).toEqual([204, 'no-store'])
    expect(await late.ended()).toBe('')
    await hub.publish(joined('y'), { parameters: { roomId: '2' } })
    await other.count(1)
    expect(hub.size).toBe(1)
  })

  it('replays what a client missed, with the terminal message, and answers 204 behind it', async () => {
    const { hub, room } = await serve()
    const first = await hub.publish(joined('1'), in1)
    await hub.publish(joined('2'), in1)
    const last = await hub.publish(left, in1)
    const resumed = await room('1', first)
    await resumed.ended()
    expect(resumed.events.map(({ data }) => data)).toEqual(['{"user":"2"}', '{"user":"x"}'])
    expect((await room('1', last)).status).toBe(204)
  })

  it('refuses messages until it is reopened', async () => {
    const errors: unknown[] = []
    const { hub, room } = await serve({ onError: (error) => void errors.push(error) })
    const last = await hub.publish(left, in1)
    await expect(hub.publish(joined('late'), in1)).rejects.toThrow(
      'the room "/rooms/1/events" has ended; call reopen before you publish to it',
    )
    expect(errors).toHaveLength(1)
    await hub.reopen({ roomId: '1' })
    const [fresh, resumed] = await Promise.all([room('1'), room('1', last)])
    await Promise.all([fresh, resumed].map(begun))
    const next = await hub.publish(joined('next'), in1)
    for (const client of [fresh, resumed]) {
      await client.count(1)
      expect(client.events).toMatchObject([{ id: next, data: '{"user":"next"}' }])
    }
    // The end is still in the history: a client that missed it receives it.
    await hub.publish(left, in1)
    await Promise.all([fresh.ended(), resumed.ended()])
    expect((await room('1')).status).toBe(204)
  })

  it('gives a client that was cut before an earlier end that end first', async () => {
    const { hub, room } = await serve()
    const first = await hub.publish(joined('1'), in1)
    const end = await hub.publish(left, in1)
    await hub.reopen({ roomId: '1' })
    const next = await hub.publish(joined('2'), in1)
    const cut = await room('1', first)
    await cut.ended()
    expect(cut.events.map(({ id }) => id)).toEqual([end])
    const again = await room('1', end)
    await again.count(1)
    expect(again.events.map(({ id }) => id)).toEqual([next])
  })

  it('ends and opens by end and reopen, once each', async () => {
    const { hub, room } = await serve({}, rooms)
    const client = await room('1')
    await begun(client)
    await hub.publish(joined('1'), in1)
    await hub.end({ roomId: '1' })
    await hub.end({ roomId: '1' })
    await client.ended()
    // The end has a position, so that a native EventSource that reconnects receives 204.
    expect(client.events.map(({ data }) => data)).toEqual(['{"user":"1"}'])
    const position = [...client.text.matchAll(/^id: (.*)$/gm)].at(-1)?.[1] ?? ''
    expect(compareIds(position, client.events[0]?.id ?? '')).toBeGreaterThan(0)
    expect((await room('1', position)).status).toBe(204)
    await hub.reopen({ roomId: '1' })
    await hub.reopen({ roomId: '1' })
    await hub.publish(joined('2'), in1)
    const resumed = await room('1', position)
    await resumed.count(1)
    expect(resumed.data).toEqual(['{"user":"2"}'])
  })

  it('sends the sentinel of the document at its end', async () => {
    const { hub, room } = await serve({}, { ...rooms, sentinels: ['[DONE]'] })
    const client = await room('1')
    await begun(client)
    await hub.publish(joined('1'), in1)
    await hub.end({ roomId: '1' })
    await client.ended()
    expect(client.data).toEqual(['{"user":"1"}', '[DONE]'])
  })

  it('is still ended when the history no longer has the end', async () => {
    const { hub, room } = await serve({ history: { maxEvents: 2 } })
    const first = await hub.publish(joined('1'), in1)
    await hub.publish(left, in1)
    for (let n = 0; n < 5; n++) await hub.publish(joined(`${n}`), { parameters: { roomId: '2' } })
    expect((await room('1')).status).toBe(204)
    expect((await room('1', first)).status).toBe(204)
  })

  it('reports lost events to a client that reconnects after the end', async () => {
    const { hub, room } = await serve({ history: { maxEvents: 1 } })
    const first = await hub.publish(joined('1'), in1)
    await hub.publish(joined('2'), in1)
    await hub.publish(left, in1)
    const resumed = await room('1', first)
    await resumed.ended()
    expect(resumed.headers['eventsource-gap']).toBe('1')
    expect(resumed.events.map(({ event }) => event)).toEqual(['left'])
  })

  it('sends no snapshot after its end', async () => {
    let calls = 0
    const { hub, room } = await serve({
      snapshot: () => {
        calls++
        return [joined('state')]
      },
    })
    const client = await room('1')
    await client.count(1)
    await hub.publish(left, in1)
    await client.ended()
    expect(client.events.map(({ event }) => event)).toEqual(['joined', 'left'])
    expect((await room('1')).status).toBe(204)
    expect(calls).toBe(1)
  })

  it('keeps the terminal message of a key that a later message replaces', async () => {
    const { hub, room } = await serve({ conflate: () => 'k' })
    const first = await hub.publish(joined('1'), in1)
    const end = await hub.publish(left, in1)
    await hub.reopen({ roomId: '1' })
    await hub.publish(joined('2'), in1)
    const resumed = await room('1', first)
    await resumed.ended()
    expect(resumed.events.map(({ id }) => id)).toEqual([end])
  })

  it('closes a client of the pack for good', async () => {
    const { hub, url } = await serve()
    const { until, changed } = listening()
    const channel: ClientChannel<UserEvents, { roomId: string }> = {
      name: finite.name,
      address: finite.address,
      parameters: finite.parameters,
      events: finite.events,
      validate: true,
      createEndDetector,
      expandAddress,
    }
    const requests: string[] = []
    const types: string[] = []
    let opened = 0
    let closed = 0
    const subscription = listen(
      channel,
      (message, _error, _parameters, details) => {
        if (message !== null) types.push(String(details?.type))
      },
      { roomId: '1' },
      {
        baseUrl: url,
        reconnect: { initialDelay: 0 },
        fetch: (input, init) => {
          requests.push(String(input))
          return fetch(input, init)
        },
        onOpen: () => {
          opened++
          changed()
        },
        onClose: () => {
          closed++
          changed()
        },
      },
    )
    await until(() => opened > 0 || undefined)
    await hub.publish(joined('1'), in1)
    await hub.publish(left, in1)
    await until(() => closed > 0 || undefined)
    expect(types).toEqual(['joined', 'left'])
    expect(requests).toHaveLength(1)
    subscription.close()
  })

  it('rejects end and reopen for wrong parameters and a closed hub', async () => {
    const { hub } = await serve({ broker: memoryBroker() })
    await expect(hub.end({} as { roomId: string })).rejects.toThrow('roomId')
    await hub.close()
    await expect(hub.end({ roomId: '1' })).rejects.toThrow('the hub is closed')
  })

  it('notifies of no client that was refused', async () => {
    const { hub, room } = await serve()
    await hub.publish(left, in1)
    const seen: string[] = []
    hub.on('connect', () => seen.push('connect'))
    hub.on('disconnect', () => seen.push('disconnect'))
    await (await room('1')).ended()
    expect(seen).toEqual([])
    expect(hub.size).toBe(0)
  })
})
