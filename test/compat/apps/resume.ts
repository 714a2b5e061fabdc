import { expectEqual, Received, command } from './expectations'

/** The requirements for a third-party client. */
export interface Connection {
  close(): void
}

export interface Ears {
  onOpen(): void
  /** Data of an event called `said`, and its id. */
  onSaid(data: string, id: string): void
}

/** Connects to a hub, loses the connection, and must receive each event once. */
export async function resume(
  origin: string,
  streamOrigin: string,
  connect: (url: string, ears: Ears) => Connection,
): Promise<string> {
  const room = `room ${Math.random()}`
  const opened = new Received<number>()
  const received = new Received<string>()
  const ids = new Received<string>()
  const url = `${streamOrigin}/api/rooms/${encodeURIComponent(room)}/events`
  const connection = connect(url, {
    onOpen: () => opened.add(1),
    onSaid: (data, id) => {
      received.add((JSON.parse(data) as { text: string }).text)
      ids.add(id)
    },
  })
  await opened.count(1, 'open')
  const sent = [await command(origin, 'say', { room, text: 'one\ntwo' })]
  await received.count(1, 'the first message')
  await command(origin, 'drop')
  sent.push(await command(origin, 'say', { room, text: 'missed' }))
  await opened.count(2, 'open again')
  sent.push(await command(origin, 'say', { room, text: 'three' }))
  await received.count(3, 'what was missed')
  connection.close()
  expectEqual('messages', received.all, ['one\ntwo', 'missed', 'three'])
  expectEqual('ids', ids.all, sent)
  return 'scenario passed'
}

export interface StandardEventSource extends Connection {
  addEventListener(
    type: string,
    listener: (event: { readonly data?: unknown; readonly lastEventId?: string }) => void,
  ): void
}

/** Anything that keeps to the standard. */
export function connectStandard(
  EventSource: new (url: string) => StandardEventSource,
): (url: string, ears: Ears) => Connection {
  return (url, { onOpen, onSaid }) => {
    const source = new EventSource(url)
    source.addEventListener('open', onOpen)
    source.addEventListener('said', ({ data, lastEventId }) =>
      onSaid(String(data), String(lastEventId)),
    )
    return source
  }
}
