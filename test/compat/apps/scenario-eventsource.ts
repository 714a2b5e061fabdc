import {
  listenForNoticesLevel,
  listenForRoomsRoomIdEvents,
  streamRoomsRoomIdEvents,
  type ClientOptions,
} from './__gen__/index'
import { expectEqual, Received, command, until } from './expectations'

/** The guarantees of the client on the standard EventSource. */
export async function scenario(
  origin: string,
  publisher = origin,
  standard: Pick<ClientOptions, 'EventSource'> = {},
): Promise<string> {
  const baseUrl = `${origin}/api`
  const roomId = 'a/b ü%'
  const opened = new Received<number>()
  const received = new Received<string>()
  const subscription = listenForRoomsRoomIdEvents(
    (_message, parameters, _error, details) => {
      if (details.type === 'said') received.add(`${parameters?.roomId} ${details.payload.text}`)
    },
    { roomId },
    { ...standard, baseUrl, onOpen: () => opened.add(1) },
  )
  await opened.count(1, 'open')
  await command(publisher, 'say', { room: roomId, text: 'one' })
  await received.count(1, 'the first message')
  await command(origin, 'drop')
  await command(publisher, 'say', { room: roomId, text: 'missed' })
  await opened.count(2, 'open again')
  await command(publisher, 'say', { room: roomId, text: 'three' })
  await received.count(3, 'what was missed')
  expectEqual('messages', received.all, [`${roomId} one`, `${roomId} missed`, `${roomId} three`])
  subscription.close()
  await subscription.closed

  const notice = new Received<string | null>()
  const notices = listenForNoticesLevel(
    (message) => notice.add(message),
    { level: 'info' },
    { ...standard, baseUrl },
  )
  expectEqual('text', await notice.count(1, 'text'), ['line one\nline two'])
  notices.close()

  // The server detects the disconnection of the previous client later.
  await until(async () => (await command(origin, 'clients')) === '0')
  const stream = streamRoomsRoomIdEvents({ roomId: 'two' }, { ...standard, baseUrl })
  const first = stream.next()
  await until(async () => (await command(origin, 'clients')) !== '0')
  await command(publisher, 'say', { room: 'two', text: 'one' })
  const { value } = await first
  expectEqual('stream', value?.type === 'said' && value.payload.text, 'one')
  await stream.return()
  return 'scenario passed'
}
