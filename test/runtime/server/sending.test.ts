import express from 'express'
import {
  InvalidMessageError,
  registerSend,
  type SendEvent,
  type ServerOptions,
} from './support/express'
import { Joined, Left, lines, rooms, signups, type UserEvents } from './support/channels'
import type { RawClient } from './support/client'
import { deferred, Hosts } from './support/host'

type RoomSend = SendEvent<UserEvents, Joined | Left>

describe('sendEvent', () => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  /** A client, and the function that sends to it. */
  async function connect(
    options: ServerOptions<{ roomId: string }> = {},
    headers: Record<string, string> = {},
  ): Promise<{ client: RawClient; sendEvent: RoomSend }> {
    const app = express()
    const called = deferred<RoomSend>()
    registerSend(
      rooms,
      app,
      (_req, _res, _next, _parameters, sendEvent) => called.resolve(sendEvent),
      options,
    )
    const client = await hosts.open(`${await hosts.serve(app)}/rooms/1/events`, { headers })
    return { client, sendEvent: await called.promise }
  }

  it('names the event after the class of an instance', async () => {
    const { client, sendEvent } = await connect()
    expect(await sendEvent(new Left({ user: 'a' }))).toBe(true)
    expect(await sendEvent(new Joined({ user: 'b' }))).toBe(true)
    await client.count(2)
    expect(client.events).toMatchObject([
      { event: 'left', data: '{"user":"a"}' },
      { event: 'joined', data: '{"user":"b"}' },
    ])
  })

  it('uses the given event name for plain content', async () => {
    const { client, sendEvent } = await connect()
    await sendEvent({ user: 'a' }, { event: 'left', id: '7', retry: 3000 })
    expect((await client.count(1)).text).toMatch(
      /\n\nretry: 3000\nid: 7\nevent: left\ndata: \{"user":"a"\}\n\n$/,
    )
  })

  it('sends no event name if the channel has one message', async () => {
    const app = express()
    registerSend(signups, app, (_req, _res, _next, _parameters, sendEvent) => {
      void sendEvent(new Joined({ user: 'a' }))
    })
    const client = await hosts.open(`${await hosts.serve(app)}/user/signedup`)
    await client.count(1)
    expect(client.text).not.toContain('event:')
    expect(client.text).not.toContain('id:')
  })

  it('sends text of several lines as it is', async () => {
    const app = express()
    registerSend(lines, app, (_req, _res, _next, _parameters, sendEvent) => {
      void sendEvent('a\r\nb\rc\n\nevent: evil\n')
    })
    const client = await hosts.open(`${await hosts.serve(app)}/lines`)
    await client.count(1)
    expect(client.events).toEqual([
      { id: undefined, event: undefined, data: 'a\nb\nc\n\nevent: evil\n' },
    ])
  })

  it.each<[string, RegExp, (send: RoomSend) => Promise<boolean>]>([
    [
      'breaks its schema',
      /\/user must be a string, found 5/,
      (send) => send({ user: 5 as never }, { event: 'left' }),
    ],
    [
      'does not identify its event',
      /pass \{ event \}.*"joined", "left"/,
      (send) => send({ user: 'a' } as never),
    ],
    [
      'is of an event that the channel does not have',
      /no event "other"/,
      (send) => send({ user: 'a' }, { event: 'other' as 'left' }),
    ],
    [
      'has an id of two lines',
      /id must be one line/,
      (send) => send(new Left({ user: 'a' }), { id: 'a\ndata: evil' }),
    ],
    ['has a wrong retry', /whole number/, (send) => send(new Left({ user: 'a' }), { retry: -1 })],
  ])('refuses a message that %s, calls onError, and goes on', async (__, message, send) => {
    const onError = jest.fn()
    const { client, sendEvent } = await connect({ onError })
    // Not awaited: an unhandled rejection would fail the test.
    void send(sendEvent)
    await expect(send(sendEvent)).rejects.toThrow(message)
    expect(onError).toHaveBeenCalledTimes(2)
    expect(onError).toHaveBeenCalledWith(
      expect.objectContaining({ message: expect.stringMatching(message) as string }),
    )
    expect(await sendEvent(new Joined({ user: 'next' }))).toBe(true)
    expect((await client.count(1)).data).toEqual(['{"user":"next"}'])
  })

  it('reports the errors of a message', async () => {
    const { sendEvent } = await connect({ onError: () => undefined })
    const error: unknown = await sendEvent({} as never, { event: 'left' }).catch(
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(InvalidMessageError)
    expect(error).toMatchObject({ event: 'left', errors: [{ pointer: '/user' }] })
  })

  it('writes to the console without onError', async () => {
    const spy = jest.spyOn(console, 'error').mockImplementation(() => undefined)
    hosts.finally(() => spy.mockRestore())
    const { sendEvent } = await connect()
    await expect(sendEvent({} as never, { event: 'left' })).rejects.toThrow()
    expect(spy).toHaveBeenCalledWith(expect.any(InvalidMessageError))
  })

  it('sends messages that violate their schema if validation is off', async () => {
    const { client, sendEvent } = await connect({ validate: false })
    await sendEvent({} as never, { event: 'left' })
    expect((await client.count(1)).data).toEqual(['{}'])
  })

  it('resolves to false once the client has disconnected, and its signal has aborted', async () => {
    const { client, sendEvent } = await connect()
    const { signal } = sendEvent
    expect(signal.aborted).toBe(false)
    const aborted = deferred()
    signal.addEventListener('abort', () => aborted.resolve())
    client.close()
    await aborted.promise
    expect(await sendEvent(new Left({ user: 'a' }))).toBe(false)
    expect(sendEvent.signal).toBe(signal)
  })

  it('has an aborted signal at a first access afterwards', async () => {
    const { client, sendEvent } = await connect()
    sendEvent.close()
    await client.ended()
    expect(sendEvent.signal.aborted).toBe(true)
  })

  it('ends the stream in order', async () => {
    const { client, sendEvent } = await connect()
    void sendEvent(new Left({ user: 'a' }))
    sendEvent.close()
    sendEvent.close()
    expect(await sendEvent(new Left({ user: 'b' }))).toBe(false)
    expect(await client.ended()).toMatch(/data: \{"user":"a"\}\n\n$/)
    expect(client.response.complete).toBe(true)
  })

  it.each([
    [{}, ''],
    [{ 'Last-Event-ID': '42' }, '42'],
    [{ 'Last-Event-ID': Buffer.from('ü€').toString('latin1') }, 'ü€'],
  ])('knows the last event id of a client that sends %j', async (headers, lastEventId) => {
    const { sendEvent } = await connect({}, headers as Record<string, string>)
    expect(sendEvent.lastEventId).toBe(lastEventId)
  })

  it('reads the last event id from a query parameter if that is enabled', async () => {
    const app = express()
    const ids: string[] = []
    for (const [path, options] of [
      ['/on', { lastEventIdParameter: 'lastEventId' }],
      ['/off', {}],
    ] as const) {
      const router = express.Router()
      registerSend(
        signups,
        router,
        (_req, _res, _next, _parameters, sendEvent) => {
          ids.push(sendEvent.lastEventId)
          sendEvent.close()
        },
        options,
      )
      app.use(path, router)
    }
    const url = await hosts.serve(app)
    const query = 'user/signedup?lastEventId=a%26b'
    await hosts.open(`${url}/on/${query}`)
    await hosts.open(`${url}/off/${query}`)
    await hosts.open(`${url}/on/${query}`, { headers: { 'last-event-id': 'header' } })
    expect(ids).toEqual(['a&b', '', 'header'])
  })

  it('makes one write of each event', async () => {
    const { client, sendEvent } = await connect()
    const chunks: string[] = []
    client.response.on('data', (chunk: string) => chunks.push(chunk))
    for (let n = 0; n < 3; n++) {
      await sendEvent(new Left({ user: `${n}` }), { id: `${n}` })
      await client.count(n + 1)
    }
    expect(chunks.filter((chunk) => chunk.startsWith('id: '))).toHaveLength(3)
  })
})
