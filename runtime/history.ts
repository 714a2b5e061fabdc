import type { Entry } from './broker'
import { compareIds, FIRST_ID } from './event-id'
import { Queue } from './queue'
import { encodeEvent } from './sse'
import { Tails } from './tails'

/** An event as it is kept: encoded, ready to be written. */
export interface Kept {
  readonly id: string
  readonly prev: string
  readonly bytes: Buffer
  /** Whether events of this address were lost between the one before and this one. */
  readonly afterGap: boolean
}

export interface HistoryLimits {
  readonly maxEvents: number
  /** Bytes on the wire. */
  readonly maxBytes: number
  /** ms; Infinity is no limit. */
  readonly maxAge: number
}

/** The events of one address. They are counted from 0 on, in order, and never counted anew. */
export class Log {
  readonly events = new Queue<Kept>()
  /** Number of the oldest event that is kept. */
  first = 0
  /** This process has seen all events of the address up to here; `''`: since it does not know when. */
  seen: string
  /** Whether clients listen. */
  pinned = false

  constructor(seen: string) {
    this.seen = seen
  }

  /** Number that the next event gets. */
  get end(): number {
    return this.first + this.events.length
  }

  at(number: number): Kept | undefined {
    return this.events.at(number - this.first)
  }

  /** Number of the first event after an id; `end` where there is none. */
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

interface Aged {
  readonly log: Log
  readonly address: string
  readonly bytes: number
  /** When it came, ms. */
  readonly time: number
}

/** Where a client that comes back has to go on. */
export interface Resume {
  /** Number of the first event to send. */
  readonly cursor: number
  /** Whether events before it are lost. */
  readonly gap: boolean
}

/**
 * The newest events of a hub, for all its addresses together: a ring, bounded by count, bytes and age. An event stays at
 * least until the next one, however large it is.
 */
export class History {
  readonly #limits: HistoryLimits
  readonly #logs = new Map<string, Log>()
  readonly #ring = new Queue<Aged>()
  readonly #tails: Tails
  #bytes = 0
  #hasHole = false
  /** The newest id that this process has seen; `''` before the first. */
  head: string

  /** @param start see `Broker.start` */
  constructor(limits: HistoryLimits, start: string | undefined) {
    this.#limits = limits
    this.head = start ?? ''
    this.#tails = new Tails(Math.max(10_000, 10 * limits.maxEvents), start ?? FIRST_ID)
    this.#hasHole = start === undefined
  }

  get isEmpty(): boolean {
    return this.#ring.length === 0
  }

  /** Begins at an id: no event is kept, and what was given up to there is gone. */
  begin(id: string): void {
    this.#hasHole = false
    this.head = id
    this.#tails.reset(id)
    for (const log of this.#logs.values()) log.seen = id
  }

  /** The log of an address that clients listen to; it stays until `release`. */
  pin(address: string): Log {
    const log = this.#logs.get(address) ?? this.#newLog(address)
    log.pinned = true
    return log
  }

  release(address: string): void {
    const log = this.#logs.get(address)
    if (log === undefined) return
    log.pinned = false
    if (log.events.length === 0) this.#logs.delete(address)
  }

  /** Appends an event. Nothing is dropped for it before `trim`. Returns its log and size. */
  append(entry: Entry, time: number): { readonly log: Log; readonly bytes: number } {
    const { id, prev, address } = entry
    if (this.#hasHole) {
      // Of what lies in the hole nothing is known, for no address.
      this.#hasHole = false
      this.#tails.reset(id)
    }
    const log = this.#logs.get(address) ?? this.#newLog(address)
    const afterGap = log.seen !== '' && compareIds(prev, log.seen) > 0
    const bytes = Buffer.from(encodeEvent(entry))
    log.events.push({ id, prev, bytes, afterGap })
    // A preload goes back behind what was seen.
    if (isLater(id, log.seen)) log.seen = id
    if (isLater(id, this.head)) this.head = id
    this.#tails.set(address, id)
    this.#ring.push({ log, address, bytes: bytes.length, time })
    this.#bytes += bytes.length
    return { log, bytes: bytes.length }
  }

  /** Drops what is too much or too old. */
  trim(now: number): void {
    const { maxEvents, maxBytes, maxAge } = this.#limits
    for (;;) {
      const oldest = this.#ring.at(0)
      if (oldest === undefined) return
      const isTooMuch =
        this.#ring.length > 1 && (this.#ring.length > maxEvents || this.#bytes > maxBytes)
      if (!isTooMuch && now - oldest.time <= maxAge) return
      this.#ring.shift()
      this.#drop(oldest)
    }
  }

  /** Forgets the events: some were lost after them. Who listens has seen everything up to `head`. */
  clear(): void {
    for (let aged = this.#ring.shift(); aged !== undefined; aged = this.#ring.shift()) {
      this.#drop(aged)
    }
    for (const log of this.#logs.values()) log.seen = this.head
    this.#hasHole = true
  }

  /** Forgets also what was seen: the broker's own memory is not what it was. */
  forget(): void {
    this.clear()
    for (const log of this.#logs.values()) log.seen = ''
    this.head = ''
    this.#tails.reset(FIRST_ID)
  }

  /**
   * Where a client goes on that has seen everything up to an id.
   * @returns null where the id is later than all that this process has seen
   */
  resume(address: string, id: string): Resume | null {
    const log = this.pin(address)
    const cursor = log.after(id)
    const next = log.at(cursor)
    if (next !== undefined) return { cursor, gap: compareIds(next.prev, id) > 0 }
    if (this.head === '' || compareIds(id, this.head) > 0) return null
    return { cursor, gap: compareIds(id, this.#tails.get(address)) < 0 }
  }

  /**
   * Where a client goes on that came at a time, and does not say what it has seen. Needs ids that tell the time.
   * @param time ms
   * @param skew ms by which that clock may differ from ours: a gap is told where an event is as near as that
   */
  since(address: string, time: number, skew: number): Resume {
    const log = this.pin(address)
    const cursor = log.after(`${time}-0`)
    const before = log.at(cursor)?.prev ?? this.#tails.get(address)
    return { cursor, gap: compareIds(before, `${time - skew}-0`) > 0 }
  }

  #newLog(address: string): Log {
    const log = new Log(this.head)
    this.#logs.set(address, log)
    return log
  }

  #drop({ log, address, bytes }: Aged): void {
    log.events.shift()
    log.first++
    this.#bytes -= bytes
    if (log.events.length === 0 && !log.pinned) this.#logs.delete(address)
  }
}

function isLater(id: string, than: string): boolean {
  return than === '' || compareIds(id, than) > 0
}
