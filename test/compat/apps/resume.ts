import { expectEqual, Heard, tell } from './expectations'

/** What is asked of a client that others wrote. */
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
  const opened = new Heard<number>()
  const heard = new Heard<string>()
  const ids = new Heard<string>()
  const url = `${streamOrigin}/api/rooms/${encodeURIComponent(room)}/events`
  const connection = connect(url, {
    onOpen: () => opened.add(1),
    onSaid: (data, id) => {
      heard.add((JSON.parse(data) as { text: string }).text)
      ids.add(id)
    },
  })
  await opened.count(1, 'open')
  const sent = [await tell(origin, 'say', { room, text: 'one\ntwo' })]
  await heard.count(1, 'the first message')
  await tell(origin, 'drop')
  sent.push(await tell(origin, 'say', { room, text: 'missed' }))
  await opened.count(2, 'open again')
  sent.push(await tell(origin, 'say', { room, text: 'three' }))
  await heard.count(3, 'what was missed')
  connection.close()
  expectEqual('messages', heard.all, ['one\ntwo', 'missed', 'three'])
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
