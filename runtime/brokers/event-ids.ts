import { RecentAddresses } from './recent-addresses'

/** An id that is older than every id of a broker. */
export const MIN_ID = '0-0'

const EVENT_ID = /^\d{1,16}-\d{1,16}(?:-[0-9a-z]{1,16})?$/

/** Whether a text has the form `<number>-<number>` or `<number>-<number>-<mark>`. Clients send it, so it can be any text. */
export function isEventId(text: string): boolean {
  return EVENT_ID.test(text)
}

/** Order of two ids of one broker: negative if `a` is older than `b`. Marks are not compared. */
export function compareIds(a: string, b: string): number {
  if (a === b) return 0
  return timeOfId(a) - timeOfId(b) || countOfId(a) - countOfId(b)
}

/** The first number of an id: the time in ms, for a broker whose ids contain it. */
export function timeOfId(id: string): number {
  return Number.parseInt(id, 10)
}

/** The third part of an id, see `Epoch`; `''` if the id has none. */
export function markOf(id: string): string {
  const dash = id.indexOf('-', id.indexOf('-') + 1)
  return dash === -1 ? '' : id.slice(dash + 1)
}

function countOfId(id: string): number {
  return Number.parseInt(id.slice(id.indexOf('-') + 1), 10)
}

/**
 * A range of ids that a broker assigned without a loss in between. A server that restarts or takes over may have lost its
 * newest events, and its clock may be behind: the numbers of an id alone do not show this. The mark does.
 */
export interface Epoch {
  /** The third part of each id of this epoch: random, `[0-9a-z]`, at most 16 characters. */
  readonly mark: string
  /** The newest id when the epoch began. Later ids of earlier epochs are lost. */
  readonly start: string
}

/**
 * Whether the broker still has the events that a client with this last event ID has received.
 *
 * - `known`: the id is of the current sequence of epochs.
 * - `lost`: the id is of an epoch that ended before it.
 * - `unknown`: its epoch is not in the list. It is forgotten, of another broker, or newer than the list.
 *
 * @param epochs oldest first
 */
export function classifyId(epochs: readonly Epoch[], id: string): 'known' | 'lost' | 'unknown' {
  const mark = markOf(id)
  const index = epochs.findIndex((epoch) => epoch.mark === mark)
  if (index === -1) return 'unknown'
  const next = epochs[index + 1]
  return next !== undefined && compareIds(id, next.start) > 0 ? 'lost' : 'known'
}

/**
 * The newest id of each address, for a limited number of addresses. For a forgotten or unknown address it returns an id
 * that is not older than the address's newest one.
 */
export class LastEventIds {
  readonly #newest: RecentAddresses<string>
  #floor: string

  /** @param limit number of addresses to keep */
  constructor(limit: number, floor = MIN_ID) {
    this.#newest = new RecentAddresses(limit)
    this.#floor = floor
  }

  /** No event of this address is newer than the result. */
  get(address: string): string {
    return this.#newest.get(address) ?? this.#floor
  }

  /** Ids must be set in order. */
  set(address: string, id: string): void {
    // The address without events for the longest time is forgotten first.
    const forgotten = this.#newest.set(address, id)
    if (forgotten !== undefined && compareIds(forgotten, this.#floor) > 0) this.#floor = forgotten
  }

  /** Whether the address is stored: then `get` returns its newest id. */
  has(address: string): boolean {
    return this.#newest.has(address)
  }

  /** No address that is not stored has a newer id. */
  get floor(): string {
    return this.#floor
  }

  /** Removes all. From now on, the newest id of an unknown address is not newer than `floor`. */
  reset(floor: string): void {
    this.#newest.clear()
    this.#floor = floor
  }
}
