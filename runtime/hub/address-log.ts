import { compareIds } from '../brokers/event-ids'
import type { RoomEnd } from './room-changes'

/** A first-in, first-out queue with access by index; all operations take constant time. */
export class Queue<T> {
  #items: (T | undefined)[] = []
  #start = 0

  get length(): number {
    return this.#items.length - this.#start
  }

  at(index: number): T | undefined {
    return index < 0 ? undefined : this.#items[this.#start + index]
  }

  push(item: T): void {
    this.#items.push(item)
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined
    const item = this.#items[this.#start]
    this.#items[this.#start++] = undefined
    if (this.#start > 32 && this.#start * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#start)
      this.#start = 0
    }
    return item
  }
}

/** A stored event: encoded, ready to be written. */
export interface StoredEvent {
  readonly id: string
  readonly prev: string
  readonly bytes: Uint8Array
  /** Whether events of this address were lost between the previous event and this one. */
  readonly isAfterGap: boolean
  /** Whether clients are disconnected after this event. */
  readonly isEnd?: boolean
  /** Result of `conflate` for the message. */
  readonly key?: string | undefined
  /** Number of the next event with the same key. */
  replacedBy?: number
}

/** The events of one address. They are numbered from 0 in order of arrival; a number is never reused. */
export class AddressLog {
  readonly events = new Queue<StoredEvent>()
  /** Number of the oldest stored event. */
  first = 0
  /** This process has read all events of the address up to this id; `''` if that id is unknown. */
  seenUpTo: string
  /** Whether the address has clients. */
  isRetained = false
  /** Set while the room is ended. */
  roomEnd: RoomEnd | undefined
  /** The newest event of each key. */
  readonly #newest = new Map<string, StoredEvent>()

  constructor(seenUpTo: string) {
    this.seenUpTo = seenUpTo
  }

  push(event: StoredEvent): void {
    const { key } = event
    if (key !== undefined) {
      const previous = this.#newest.get(key)
      if (previous !== undefined) previous.replacedBy = this.end
      this.#newest.set(key, event)
    }
    // Clients disconnect after this event: no later event can replace an earlier one for them.
    if (event.isEnd === true) this.#newest.clear()
    this.events.push(event)
  }

  /** Removes the oldest event. */
  shift(): StoredEvent | undefined {
    const event = this.events.shift()
    if (event === undefined) return undefined
    this.first++
    const { key } = event
    if (key !== undefined && this.#newest.get(key) === event) this.#newest.delete(key)
    return event
  }

  /** Number of the next event. */
  get end(): number {
    return this.first + this.events.length
  }

  at(number: number): StoredEvent | undefined {
    return this.events.at(number - this.first)
  }

  /** Number of the first event after an id; `end` if no event follows. */
  after(id: string): number {
    let low = this.first
    let high = this.end
    while (low < high) {
      const middle = (low + high) >>> 1
      const event = this.at(middle)
      if (event !== undefined && compareIds(event.id, id) <= 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
