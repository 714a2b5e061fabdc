import type { BrokerEvent } from '../brokers/broker'
import { encodeEvent, encodeField } from '../server/sse'

/** The end of a room: the event after which its clients are disconnected for good. */
export interface RoomEnd {
  readonly id: string
  /** Its number in the log; -1 if the log no longer contains it. */
  readonly number: number
}

/** Names of events that only change the state of a room. Names on the wire contain no NUL. */
const END_NAME = '\0end'
const REOPEN_NAME = '\0reopen'

export type RoomChange = 'end' | 'reopen'

/** Name of the event to append for a change of a room. */
export function eventNameOf(change: RoomChange): string {
  return change === 'end' ? END_NAME : REOPEN_NAME
}

export interface RoomChangeOptions {
  /** Whether a room ends after this event. */
  readonly isTerminal?: ((event: BrokerEvent) => boolean) | undefined
  /** Data that ends the stream of a client; undefined: the document has none. */
  readonly sentinel?: string | undefined
}

/** The effect of an event on its room. */
export function changeOf(event: BrokerEvent, options: RoomChangeOptions): RoomChange | undefined {
  if (event.event === REOPEN_NAME) return 'reopen'
  return event.event === END_NAME || options.isTerminal?.(event) === true ? 'end' : undefined
}

/** Text of the event that ends a room. */
export function encodeEnd(event: BrokerEvent, { sentinel }: RoomChangeOptions): string {
  const last =
    sentinel === undefined ? '' : encodeEvent({ event: '', data: sentinel, id: event.id })
  if (event.event !== END_NAME) return encodeEvent(event) + last
  return last === '' ? encodePosition(event) : last
}

/** Text of an event that clients do not receive: it only sets their last event ID (WHATWG HTML §9.2.6). */
export function encodePosition({ id }: BrokerEvent): string {
  return `${encodeField('id', id)}\n`
}
