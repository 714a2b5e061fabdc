import { EventSourceError, listen } from '../../../runtime/fetch-client'
import { rooms, texts, ticks, type RoomEvents, type Tick } from './support/channels'
import { record, type Call } from './support/recorder'
import { ending, open, serve, streaming } from './support/server'

type Ticks = { tick: Tick | null }

const room = { roomId: 'a' }

async function receive<E, P>(
  channel: Parameters<typeof listen<E, P>>[0],
  parameters: unknown,
  text: string,
  calls: number,
  options: Parameters<typeof listen>[3] = {},
): Promise<Call<E>[]> {
  const server = await serve(streaming(text))
  const { listener, count } = record<E>()
  const subscription = listen(channel, listener, parameters, { baseUrl: server.url, ...options })
  const received = await count(calls)
  subscription.close()
  await server.close()
  return [...received]
}

describe('a channel with one message', () => {
  test('reads events without a name, and those with its own', async () => {
    const text =
      'id: 7\ndata: {"n":1}\n\nevent: tick\ndata: {"n":2}\n\nevent: message\ndata: {"n":3}\n\n'
    const calls = await receive(ticks, null, text, 3)
    expect(calls).toEqual(
      [1, 2, 3].map((n) => ({
        message: { n },
        parameters: null,
        error: undefined,
        details: { type: 'tick', payload: { n }, id: '7' },
      })),
    )
  })

  test('ignores what has another name, though its data would fit; the id advances', async () => {
    const text = 'event: ping\nid: 1\ndata: {"n":1}\n\ndata: {"n":2}\n\n'
    const calls = await receive(ticks, null, text, 1)
    expect(calls[0]).toMatchObject({ message: { n: 2 }, details: { id: '1' } })
  })

  test('distinguishes a null payload from the null of an error', async () => {
    const [sent, broken] = await receive<Ticks, null>(ticks, null, 'data: null\n\ndata: nil\n\n', 2)
    expect(sent).toMatchObject({ message: null, error: undefined })
    expect(broken).toMatchObject({ message: null, error: expect.stringContaining('tick') })
  })
})

describe('data that is not what it should be', () => {
  test('is reported, the stream continues and the id advances', async () => {
    const text = 'id: 1\ndata: {"n":\n\nid: 2\ndata: {"n":"one"}\n\nid: 3\ndata: {"n":1}\n\n'
    const [parse, validation, good] = await receive<Ticks, null>(ticks, null, text, 3)
    expect(parse?.details).toMatchObject({ type: undefined, payload: null, id: '1' })
    expect(parse?.details.cause).toMatchObject({ code: 'parse', retrying: true, attempt: 0 })
    expect(validation?.details.id).toBe('2')
    expect(validation?.details.cause).toMatchObject({ code: 'validation', retrying: true })
    expect(validation?.error).toBe(
      'Event "tick" does not match its schema: the payload must be a tick, found {"n":"one"}',
    )
    expect(validation?.details.cause).toBeInstanceOf(EventSourceError)
    expect(validation?.details.cause?.cause).toEqual([
      { pointer: '', expected: 'a tick', found: '{"n":"one"}' },
    ])
    expect(good?.message).toEqual({ n: 1 })
  })

  test('is not looked for with validate: false', async () => {
    const calls = await receive<Ticks, null>(ticks, null, 'data: {"n":"one"}\n\n', 1, {
      validate: false,
    })
    expect(calls[0]).toMatchObject({ message: { n: 'one' }, error: undefined })
  })
})

describe('a channel with several messages', () => {
  test('distinguishes messages by their names, one of which may be error', async () => {
    const text = [
      'event: joined\ndata: {"user":"ada"}\n\n',
      'event: error\ndata: {"code":7}\n\n',
      'event: kicked\ndata: {"user":"bob","reason":"spam"}\n\n',
      'event: left\ndata: {"user":"ada","reason":"late"}\n\n',
    ].join('')
    const calls = await receive<RoomEvents, unknown>(rooms, room, text, 3)
    expect(calls.map(({ details }) => [details.type, details.payload])).toEqual([
      ['joined', { user: 'ada' }],
      ['error', { code: 7 }],
      ['left', { user: 'ada', reason: 'late' }],
    ])
    expect(calls[0]?.parameters).toEqual(room)
  })

  test('without a name: the first that accepts the data', async () => {
    const text = [
      'data: {"user":"ada"}\n\n',
      'data: {"user":"ada","reason":"late"}\n\n',
      'data: {"code":7}\n\n',
      'data: 1\n\n',
      'data: {\n\n',
    ].join('')
    const calls = await receive<RoomEvents, unknown>(rooms, room, text, 5)
    expect(calls.map(({ details }) => details.type ?? details.cause?.code)).toEqual([
      'joined',
      'left',
      'error',
      'validation',
      'parse',
    ])
    expect(calls.slice(3).map(({ error }) => error)).toEqual([
      'An event without a name matches no message of the channel',
      'An event without a name is not JSON',
    ])
  })

  test('without a name: only the message whose discriminator matches', async () => {
    const kinds = {
      ...rooms,
      events: rooms.events.map((event) => ({
        ...event,
        discriminator: { property: 'kind', values: [event.type.toUpperCase()] },
      })),
    } as typeof rooms
    const text =
      'data: {"kind":"JOINED","user":"ada","reason":"x"}\n\ndata: {"kind":"LEFT","user":"ada"}\n\ndata: null\n\n'
    const calls = await receive<RoomEvents, unknown>(kinds, room, text, 3)
    expect(calls.map(({ details }) => details.type ?? details.cause?.message)).toEqual([
      'joined',
      expect.stringContaining(
        'Event "left" does not match its schema: the payload must be a leaving',
      ),
      expect.stringContaining('matches no message of the channel'),
    ])
  })

  test('eventTypes maps other names on the wire, and events without a name', async () => {
    const text = 'event: j\ndata: {"user":"ada"}\n\ndata: {"user":"bob","reason":"x"}\n\n'
    const eventTypes = { j: 'joined', message: 'joined' }
    const calls = await receive<RoomEvents, unknown>(rooms, room, text, 2, { eventTypes })
    expect(calls.map(({ details }) => details.type)).toEqual(['joined', 'joined'])
  })

  test('eventTypes matches the rest with an asterisk, also events without a name', async () => {
    const text = [
      'event: other\ndata: {"message":1}\n\n',
      'data: {"user":"ada"}\n\n',
      'data: {"message":2}\n\n',
    ].join('')
    const options = { eventTypes: { '*': 'error' }, validate: false }
    const calls = await receive<RoomEvents, unknown>(rooms, room, text, 3, options)
    expect(calls.map(({ details }) => details.type)).toEqual(['error', 'joined', 'error'])
  })

  test('the exact name of a message precedes eventTypes', async () => {
    const eventTypes = { joined: 'left', j: 'left' }
    const text =
      'event: joined\ndata: {"user":"ada"}\n\nevent: j\ndata: {"user":"ada","reason":"x"}\n\n'
    const calls = await receive<RoomEvents, unknown>(rooms, room, text, 2, { eventTypes })
    expect(calls.map(({ details }) => details.type)).toEqual(['joined', 'left'])
  })

  test('eventTypes precedes the aliases of the document, and these the constants of a payload', async () => {
    const aliased = { ...rooms, aliases: { j: 'joined', entered: 'joined' } }
    const text = ['j', 'entered']
      .map((name) => `event: ${name}\ndata: {"user":"ada","reason":"x"}\n\n`)
      .join('')
    const eventTypes = { j: 'left' }
    const calls = await receive<RoomEvents, unknown>(aliased, room, text, 2, { eventTypes })
    expect(calls.map(({ details }) => details.type)).toEqual(['left', 'joined'])
  })

  test('eventTypes that names no message of the channel is refused', () => {
    const call = () =>
      listen(rooms, () => undefined, room, {
        baseUrl: 'http://localhost',
        eventTypes: { j: 'join' },
      })
    expect(call).toThrow('Option eventTypes: "join" is not one of left, joined, error')
  })
})

describe('an event larger than maxEventBytes', () => {
  const cases = {
    'as a line without end': `data: ${'x'.repeat(200)}`,
    'as lines without end': 'data: x\n'.repeat(60),
    'as a field of any other name': `x${'x'.repeat(200)}`,
    'that is whole': `data: ${'x'.repeat(101)}\n\ndata: late\n\n`,
    'in bytes, not characters': `data: ${'😀'.repeat(26)}\n\n`,
  }
  test.each(Object.entries(cases))('%s: is an error, and the end', async (_, text) => {
    const server = await serve((res) => {
      open(res, 'data: first\n\n')
      res.write(text)
    })
    const { listener, calls } = record<{ text: string }>()
    const options = { baseUrl: server.url, maxEventBytes: 100 }
    await listen(texts, listener, null, options).closed
    await server.idle()
    await server.close()
    expect(calls).toMatchObject([
      { message: 'first' },
      { message: null, details: { cause: { code: 'too-large', retrying: false } } },
    ])
  })

  test.each([
    `data: ${'x'.repeat(100)}\n\n`,
    `${':\n'.repeat(500)}data: x\n\n`,
    `data: x\n${':\n'.repeat(500)}\n`,
  ])('is neither one that just fits, nor one with long comments: %#', async (text) => {
    const calls = await receive<{ text: string }, null>(texts, null, text, 1, {
      maxEventBytes: 100,
    })
    expect(calls[0]?.error).toBeUndefined()
  })

  test.each([
    ['before an event', [...Array<string>(50).fill(': heartbeat\n'), 'data: x\n\n']],
    ['within an event', ['data: x\n', ...Array<string>(50).fill(': heartbeat\n'), '\n']],
  ])('is no number of comments %s, in chunks of their own', async (_, chunks) => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk))
      },
    })
    const headers = { 'Content-Type': 'text/event-stream' }
    const { listener, count } = record<{ text: string }>()
    const subscription = listen(texts, listener, null, {
      baseUrl: 'http://localhost',
      maxEventBytes: 100,
      fetch: async () => new Response(body, { headers }),
    })
    const [call] = await count(1)
    subscription.close()
    expect(call).toMatchObject({ message: 'x', error: undefined })
  })
})

describe('a gap', () => {
  test('is reported for the header, and for the comment, in order', async () => {
    const server = await serve((res) =>
      open(res, ': gap\n\ndata: {"n":1}\n\n: gap\n\ndata: {"n":2}\n\n: gaps\n\n', {
        'EventSource-Gap': '1',
      }),
    )
    const order: unknown[] = []
    const { listener, count } = record<Ticks>(({ message }) => void order.push(message?.n))
    const subscription = listen(ticks, listener, null, {
      baseUrl: server.url,
      onGap: () => void order.push('gap'),
    })
    await count(2)
    subscription.close()
    await server.close()
    expect(order).toEqual(['gap', 'gap', 1, 'gap', 2])
  })

  test.each([
    ['with a control character', 'a\u0001'],
    ['of 4097 bytes in fewer characters', `${'😀'.repeat(1024)}a`],
    ['of 16 KiB', '😀'.repeat(4096)],
  ])('is reported where no request can carry the id: one %s', async (_, id) => {
    const server = await serve(
      ending(`id: ${id}\ndata: {"n":1}\n\n`),
      streaming('data: {"n":2}\n\n'),
    )
    const order: unknown[] = []
    const { listener, count } = record<Ticks>(({ message }) => void order.push(message?.n))
    const subscription = listen(ticks, listener, null, {
      baseUrl: server.url,
      reconnect: { initialDelay: 0 },
      onGap: () => void order.push('gap'),
    })
    await count(2)
    subscription.close()
    await server.close()
    expect(order).toEqual([1, 'gap', 2])
    expect(server.requests[1]?.headers).not.toHaveProperty('last-event-id')
  })

  test('is not reported for an id of 4096 bytes, which a request carries', async () => {
    const id = '😀'.repeat(1024)
    const server = await serve(ending(`id: ${id}\ndata: null\n\n`), streaming('data: null\n\n'))
    const { listener, count } = record<Ticks>()
    const onGap = jest.fn()
    const subscription = listen(ticks, listener, null, {
      baseUrl: server.url,
      reconnect: { initialDelay: 0 },
      onGap,
    })
    await count(2)
    subscription.close()
    await server.close()
    const sent = String(server.requests[1]?.headers['last-event-id'])
    expect(Buffer.from(sent, 'latin1').toString()).toBe(id)
    expect(onGap).not.toHaveBeenCalled()
  })
})
