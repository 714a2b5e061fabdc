import type { BrokerEvent } from '../brokers/broker'
import { LastEventIds, MIN_ID, compareIds } from '../brokers/event-ids'
import { RecentAddresses } from '../brokers/recent-addresses'
import { encodeEvent, encodeUtf8 } from '../server/sse'
import { AddressLog, Queue } from './address-log'
import { changeOf, encodeEnd, encodePosition, type RoomChangeOptions } from './room-changes'

export interface HistorySettings extends RoomChangeOptions {
  readonly maxEvents: number
  /** Infinity: no limit but `maxEvents`. */
  readonly maxEventsPerRoom: number
  /** Bytes on the wire. */
  readonly maxBytes: number
  /** ms; Infinity: no limit. */
  readonly maxAge: number
  /** The key of an event for conflation; absent if the hub does not conflate. Does not throw. */
  readonly keyOf?: ((event: BrokerEvent) => string | undefined) | undefined
}

/** One event in the order in which events are dropped. */
interface RetentionEntry {
  readonly log: AddressLog
  readonly address: string
  /** The event's number in its log. */
  readonly number: number
  /** When it was published, a moment of `performance.now()`. */
  readonly time: number
}

/** Position at which a client that reconnects continues. */
export interface ResumePosition {
  /** Number of the first event to send. */
  readonly cursor: number
  /** Whether events before it are lost. */
  readonly hasGap: boolean
}

/**
 * The newest events of a hub, of all addresses together: a queue that is limited by number, bytes and age. The newest event
 * remains until the next one, regardless of its size.
 */
export class History {
  readonly #options: HistorySettings
  readonly #logs = new Map<string, AddressLog>()
  /** In order of arrival. Entries of events that `maxEventsPerRoom` has dropped remain for a while, see `#compact`. */
  #entries = new Queue<RetentionEntry>()
  /** Logs with more events than `maxEventsPerRoom`, and their addresses. */
  readonly #overfull = new Map<AddressLog, string>()
  readonly #lastEventIds: LastEventIds
  /** Ended rooms, with the ids of their last events. */
  readonly #endedRooms: RecentAddresses<string>
  #count = 0
  #bytes = 0
  #hasUnknownRange = false
  /** The newest id that this process has read; `''` before the first. */
  head: string

  /**
   * @param start see `Broker.start`
   * @param maxAddresses number of addresses whose newest id, and number of ended rooms whose end is stored
   */
  constructor(options: HistorySettings, start: string | undefined, maxAddresses: number) {
    this.#options = options
    this.head = start ?? ''
    this.#lastEventIds = new LastEventIds(maxAddresses, start ?? MIN_ID)
    this.#endedRooms = new RecentAddresses(maxAddresses)
    this.#hasUnknownRange = start === undefined
  }

  get isEmpty(): boolean {
    return this.#count === 0
  }

  /** Continues at an id without events: earlier ones are no longer available. */
  resetTo(id: string): void {
    this.#hasUnknownRange = false
    this.head = id
    this.#lastEventIds.reset(id)
    for (const log of this.#logs.values()) log.seenUpTo = id
  }

  /** The log of an address that has clients. It exists until `release`. */
  retain(address: string): AddressLog {
    const log = this.#logs.get(address) ?? this.#createLog(address)
    log.isRetained = true
    return log
  }

  release(address: string): void {
    const log = this.#logs.get(address)
    if (log === undefined) return
    log.isRetained = false
    if (log.events.length === 0) this.#logs.delete(address)
  }

  /**
   * Appends an event. Only `trim` drops other events.
   * @param time when the event was published, a moment of `performance.now()`
   * @returns its size in bytes
   */
  append(event: BrokerEvent, time: number): number {
    const { id, prev, address } = event
    if (this.#hasUnknownRange) {
      // The events before this one are unknown, at every address.
      this.#hasUnknownRange = false
      this.#lastEventIds.reset(id)
    }
    const log = this.#logs.get(address) ?? this.#createLog(address)
    const isAfterGap = log.seenUpTo !== '' && compareIds(prev, log.seenUpTo) > 0
    const number = log.end
    const { text, ...change } = this.#encode(event, log)
    const bytes = encodeUtf8(text)
    log.push({ id, prev, bytes, isAfterGap, ...change })
    // A preload can contain events that were read before.
    if (isLaterId(id, log.seenUpTo)) log.seenUpTo = id
    if (isLaterId(id, this.head)) this.head = id
    this.#lastEventIds.set(address, id)
    this.#entries.push({ log, address, number, time })
    if (log.events.length > this.#options.maxEventsPerRoom) this.#overfull.set(log, address)
    this.#count++
    this.#bytes += bytes.length
    return bytes.length
  }

  /** Whether an address has ended: clients that have its last event receive nothing more. */
  isEnded(address: string): boolean {
    return this.#endedRooms.has(address)
  }

  /** Drops events that exceed a limit. @param now a moment of `performance.now()` */
  trim(now: number): void {
    const { maxEvents, maxEventsPerRoom, maxBytes, maxAge } = this.#options
    for (const [log, address] of this.#overfull) {
      while (log.events.length > maxEventsPerRoom) this.#drop(log, address)
    }
    this.#overfull.clear()
    this.#compact()
    for (;;) {
      const oldest = this.#entries.at(0)
      if (oldest === undefined) return
      const isDropped = oldest.number < oldest.log.first
      const exceedsLimits = this.#count > 1 && (this.#count > maxEvents || this.#bytes > maxBytes)
      if (!isDropped && !exceedsLimits && now - oldest.time <= maxAge) return
      this.#entries.shift()
      if (!isDropped) this.#drop(oldest.log, oldest.address)
    }
  }

  /** Drops all events: some events after them were lost. Connected clients have everything up to `head`. */
  clear(): void {
    for (const [address, log] of this.#logs) {
      while (log.events.length > 0) this.#drop(log, address)
    }
    this.#entries = new Queue()
    for (const log of this.#logs.values()) log.seenUpTo = this.head
    this.#hasUnknownRange = true
  }

  /** Drops all events and positions: the broker has lost some of its events. */
  reset(): void {
    this.clear()
    for (const log of this.#logs.values()) {
      log.seenUpTo = ''
      log.roomEnd = undefined
    }
    this.#endedRooms.clear()
    this.head = ''
    this.#lastEventIds.reset(MIN_ID)
  }

  /**
   * Resume position of a client that has received everything up to an id.
   * @returns null if the id is later than everything that this process has read
   */
  resumeFromId(address: string, id: string): ResumePosition | null {
    const log = this.retain(address)
    const cursor = log.after(id)
    const next = log.at(cursor)
    if (next !== undefined) return { cursor, hasGap: compareIds(next.prev, id) > 0 }
    if (this.head === '' || compareIds(id, this.head) > 0) return null
    return { cursor, hasGap: compareIds(id, this.#lastEventIds.get(address)) < 0 }
  }

  /**
   * Whether a client that has received everything up to an id may have missed events that this process has never read:
   * those of its address before the loaded history.
   */
  mayHaveMissed(address: string, id: string): boolean {
    const log = this.#logs.get(address)
    return (
      log?.at(log.after(id)) === undefined &&
      !this.#lastEventIds.has(address) &&
      compareIds(id, this.#lastEventIds.floor) < 0
    )
  }

  /** An id that changes when this process no longer has the newest id of every address. */
  get floor(): string {
    return this.#lastEventIds.floor
  }

  /** Stores the newest id of an address, read while `floor` had this value. It is not newer than `head`. */
  setNewestId(address: string, id: string, floor: string): void {
    const ids = this.#lastEventIds
    if (floor === ids.floor && !ids.has(address)) ids.set(address, id)
  }

  /**
   * Resume position of a client without last event ID that connected at `time`. Requires ids that contain the time.
   * @param time ms of the broker's clock
   * @param tolerance maximum error of `time`, ms: a gap is reported if the previous event is later than that
   */
  resumeFromTime(address: string, time: number, tolerance: number): ResumePosition {
    const log = this.retain(address)
    const cursor = log.after(`${time}-0`)
    const before = log.at(cursor)?.prev ?? this.#lastEventIds.get(address)
    return { cursor, hasGap: compareIds(before, `${time - tolerance}-0`) > 0 }
  }

  /** Text of an event on the wire. The next event of its log has this one's number. */
  #encode(event: BrokerEvent, log: AddressLog): EncodedEvent {
    const { id, address } = event
    const change = changeOf(event, this.#options)
    if (change === 'reopen') {
      log.roomEnd = undefined
      this.#endedRooms.delete(address)
      return { text: encodePosition(event) }
    }
    // Two processes can publish at the same time: the first terminal event ends the room.
    if (log.roomEnd !== undefined && compareIds(id, log.roomEnd.id) > 0) {
      return { text: encodePosition(event) }
    }
    if (change === undefined) return { text: encodeEvent(event), key: this.#options.keyOf?.(event) }
    log.roomEnd = { id, number: log.end }
    this.#endedRooms.set(address, id)
    return { text: encodeEnd(event, this.#options), isEnd: true }
  }

  #createLog(address: string): AddressLog {
    const log = new AddressLog(this.head)
    const id = this.#endedRooms.get(address)
    if (id !== undefined) log.roomEnd = { id, number: -1 }
    this.#logs.set(address, log)
    return log
  }

  /** Drops the oldest event of a log. */
  #drop(log: AddressLog, address: string): void {
    const event = log.shift()
    this.#count--
    this.#bytes -= event?.bytes.length ?? 0
    if (log.events.length === 0 && !log.isRetained) this.#logs.delete(address)
  }

  /** Removes the entries of dropped events once they outnumber the others: constant time per event on average. */
  #compact(): void {
    if (this.#entries.length <= 2 * this.#count + 32) return
    const entries = new Queue<RetentionEntry>()
    for (let entry = this.#entries.shift(); entry !== undefined; entry = this.#entries.shift()) {
      if (entry.number >= entry.log.first) entries.push(entry)
    }
    this.#entries = entries
  }
}

interface EncodedEvent {
  readonly text: string
  readonly key?: string | undefined
  readonly isEnd?: boolean
}

function isLaterId(id: string, than: string): boolean {
  return than === '' || compareIds(id, than) > 0
}
