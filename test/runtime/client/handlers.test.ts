import { listen, type EventHandlers, type Subscription } from '../../../runtime/fetch-client'
import { rooms, ticks, type RoomEvents, type Tick } from './support/channels'
import { serve, status, streaming, type TestServer } from './support/server'

const room = { roomId: 'lobby' }

let server: TestServer | undefined
let subscription: Subscription | undefined
afterEach(async () => {
  subscription?.close()
  await server?.close()
})

const joined = (user: string): string => `event: joined\ndata: {"user":"${user}"}\n\n`
const error = 'id: 1\nevent: error\ndata: {"code":7}\n\n'

/** Listens until the stream's last event, which has to be an error event, is handled. */
async function handle(text: string, handlers: EventHandlers<RoomEvents>, onError = jest.fn()) {
  server = await serve(streaming(text + error))
  const options = { baseUrl: server.url, onError }
  await new Promise<void>((resolve) => {
    const done: EventHandlers<RoomEvents> = {
      ...handlers,
      error(payload, details) {
        void handlers.error?.(payload, details)
        resolve()
      },
    }
    subscription = listen(rooms, done, room, options)
    void subscription.closed.then(resolve)
  })
  return onError
}

test('the handler of its name receives each event, with its details', async () => {
  const log: unknown[] = []
  const onError = await handle(joined('ada'), {
    joined: (payload, details) => void log.push(payload.user, details),
    error: ({ code }, { type, id }) => void log.push(code, type, id),
  })
  expect(log).toEqual([
    'ada',
    { type: 'joined', payload: { user: 'ada' }, id: '' },
    7,
    'error',
    '1',
  ])
  expect(onError).not.toHaveBeenCalled()
})

test('a handler may return a value', async () => {
  const users = new Set<string>()
  await handle(joined('ada'), { joined: ({ user }) => users.add(user) })
  expect([...users]).toEqual(['ada'])
})

test('an event without a handler is ignored', async () => {
  const onError = await handle('event: left\ndata: {"user":"ada","reason":"late"}\n\n', {})
  expect(onError).not.toHaveBeenCalled()
})

test('a promise of a handler is awaited before the next event', async () => {
  const log: string[] = []
  await handle(joined('ada') + joined('bob'), {
    async joined({ user }) {
      log.push(`begin ${user}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
      log.push(`end ${user}`)
    },
    error: () => void log.push('error'),
  })
  expect(log).toEqual(['begin ada', 'end ada', 'begin bob', 'end bob', 'error'])
})

test('what a handler throws, and an event that is wrong, go to onError', async () => {
  const onError = await handle(`${joined('ada')}event: left\ndata: {"user":1}\n\n`, {
    joined: () => {
      throw new Error('in the handler')
    },
  })
  expect(onError.mock.calls).toMatchObject([
    [{ message: 'in the handler' }],
    [{ code: 'validation', retrying: true }],
  ])
})

test('onError and onClose receive the final error', async () => {
  server = await serve(status(404))
  const onError = jest.fn()
  const onClose = jest.fn()
  await listen(rooms, {}, room, { baseUrl: server.url, onError, onClose }).closed
  expect(onError.mock.calls).toMatchObject([[{ code: 'status', status: 404, retrying: false }]])
  expect(onClose.mock.calls).toEqual(onError.mock.calls)
})

test('the text of an error has no name of a function', async () => {
  server = await serve(status(404))
  const onError = jest.fn()
  await listen(rooms, {}, room, { baseUrl: server.url, onError }).closed
  expect(onError.mock.calls).toMatchObject([[{ message: 'The server answered with status 404' }]])
})

describe('names that every object has', () => {
  const model = ticks.events[0]?.model
  const channel = {
    ...ticks,
    events: [
      { type: 'constructor', model },
      { type: 'toString', model },
      { type: 'call', model },
    ],
  } as unknown as typeof ticks

  test('are handlers only if the object has its own', async () => {
    server = await serve(
      streaming(
        'event: constructor\ndata: {"n":1}\n\nevent: toString\ndata: {"n":2}\n\nevent: call\ndata: {"n":3}\n\n',
      ),
    )
    const log: unknown[] = []
    const onError = jest.fn()
    const { url: baseUrl } = server
    await new Promise<void>((resolve) => {
      const handlers = {
        toString: (tick: Tick) => void log.push(tick),
        call(tick: Tick) {
          log.push(tick)
          resolve()
        },
      } as unknown as EventHandlers<{ tick: Tick | null }>
      subscription = listen(channel, handlers, null, { baseUrl, onError })
      void subscription.closed.then(resolve)
    })
    expect(log).toEqual([{ n: 2 }, { n: 3 }])
    expect(onError).not.toHaveBeenCalled()
  })
})

test('handlers are called as methods of their object', async () => {
  server = await serve(streaming(joined('ada')))
  const { url: baseUrl } = server
  const users = await new Promise<string[]>((resolve) => {
    class Handlers {
      users: string[] = []
      joined(payload: { user: string }): void {
        this.users.push(payload.user)
        resolve(this.users)
      }
    }
    subscription = listen(rooms, new Handlers(), room, { baseUrl })
  })
  expect(users).toEqual(['ada'])
})
