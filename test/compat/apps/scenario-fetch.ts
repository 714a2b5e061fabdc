import {
  EventSourceError,
  listenForMail,
  listenForNoticesLevel,
  listenForPulse,
  listenForRoomsRoomIdEvents,
  streamRoomsRoomIdEvents,
} from './__gen__/index'
import { expectEqual, Received, command, until } from './expectations'

/**
 * The guarantees of the client on `fetch`, in the order in which a user would need them.
 * @param publisher origin of the server that messages are published on, where it is another
 */
export async function scenario(origin: string, publisher = origin): Promise<string> {
  const steps = { hearsAndResumes, iterates, readsText, readsNothing, toldOfBadData, refused }
  for (const [name, step] of Object.entries(steps)) {
    console.log(name)
    await step(origin, publisher)
  }
  return 'scenario passed'
}

/** Messages typed by their name, through a lost connection: none is lost, none comes twice. */
async function hearsAndResumes(origin: string, publisher: string): Promise<void> {
  const baseUrl = `${origin}/api/`
  const roomId = 'a/b ü%'
  const opened = new Received<number>()
  const received = new Received<string>()
  const ids = new Received<string>()
  const subscription = listenForRoomsRoomIdEvents(
    (_message, parameters, error, details) => {
      if (details.type === 'said') {
        received.add(`${parameters?.roomId} ${details.payload.user.name} ${details.payload.text}`)
        ids.add(details.id)
      } else if (details.type === undefined && !details.cause.retrying) received.add(String(error))
    },
    { roomId },
    { baseUrl, onOpen: () => opened.add(1), query: { limit: 5 }, reconnect: { initialDelay: 200 } },
  )
  await opened.count(1, 'open')
  const first = await command(publisher, 'say', { room: roomId, text: 'one' })
  await received.count(1, 'the first message')
  expectEqual('readyState', subscription.readyState, 1)
  expectEqual('lastEventId', subscription.lastEventId, first)
  await command(origin, 'drop')
  const missed = await command(publisher, 'say', { room: roomId, text: 'missed' })
  await opened.count(2, 'open again')
  const third = await command(publisher, 'say', { room: roomId, text: 'three' })
  await received.count(3, 'what was missed')
  const room = 'a/b ü% Ada'
  expectEqual('messages', received.all, [`${room} one`, `${room} missed`, `${room} three`])
  expectEqual('ids', ids.all, [first, missed, third])
  subscription.close()
  await subscription.closed
  expectEqual('readyState after close', subscription.readyState, 2)
}

async function iterates(origin: string, publisher: string): Promise<void> {
  // The server detects the disconnection of the previous client later.
  await until(async () => (await command(origin, 'clients')) === '0')
  const received: string[] = []
  const stream = streamRoomsRoomIdEvents(
    { roomId: 'two' },
    { baseUrl: `${origin}/api`, lastEventId: '' },
  )
  const first = stream.next()
  await until(async () => (await command(origin, 'clients')) !== '0')
  await command(publisher, 'say', { room: 'two', text: 'one' })
  await command(publisher, 'say', { room: 'elsewhere', text: 'not for us' })
  await command(publisher, 'say', { room: 'two', text: 'two' })
  const { value } = await first
  if (value?.type === 'said') received.push(value.payload.text)
  for await (const event of stream) {
    if (event.type === 'said') received.push(event.payload.text)
    break
  }
  expectEqual('stream', received, ['one', 'two'])
  await until(async () => (await command(origin, 'clients')) === '0')
}

async function readsText(origin: string): Promise<void> {
  const received = new Received<string | null>()
  const subscription = listenForNoticesLevel(
    (message) => received.add(message),
    { level: 'info' },
    { baseUrl: `${origin}/api` },
  )
  expectEqual('text', await received.count(1, 'text'), ['line one\nline two'])
  subscription()
  await subscription.closed
}

async function readsNothing(origin: string): Promise<void> {
  const received = new Received<unknown>()
  const subscription = listenForPulse(
    (message, parameters, error, { id }) => received.add([message, parameters, error ?? '', id]),
    { baseUrl: `${origin}/api` },
  )
  expectEqual('no payload', await received.count(1, 'no payload'), [[null, null, '', 'null']])
  subscription.close()
}

async function toldOfBadData(origin: string): Promise<void> {
  const received = new Received<string>()
  const subscription = listenForMail(
    (message, _parameters, _error, details) =>
      received.add(details.cause === undefined ? `${message} ${details.id}` : details.cause.code),
    { baseUrl: origin },
  )
  expectEqual('bad data', await received.count(3, 'bad data'), ['validation', 'parse', '3 b'])
  subscription.close()
}

async function refused(origin: string): Promise<void> {
  const baseUrl = `${origin}/api`
  const received = new Received<unknown>()
  const closed = listenForRoomsRoomIdEvents(
    (_message, _parameters, _error, { cause }) =>
      received.add([cause?.code, cause?.status, cause?.retrying]),
    { roomId: 'locked' },
    { baseUrl },
  ).closed
  expectEqual('refusal', await received.count(1, 'refusal'), [['status', 401, false]])
  await closed
  const opened = new Received<number>()
  const allowed = listenForRoomsRoomIdEvents(
    () => undefined,
    { roomId: 'locked' },
    { baseUrl, authorization: async () => 'let-me-in', onOpen: () => opened.add(1) },
  )
  await opened.count(1, 'with a token')
  allowed.close()
  let code = ''
  try {
    listenForRoomsRoomIdEvents(() => undefined, { roomId: '' }, { baseUrl })
  } catch (error) {
    if (error instanceof EventSourceError) code = error.code
  }
  expectEqual('an empty parameter', code, 'configuration')
}
