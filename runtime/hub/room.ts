import type { Connection } from '../server/connection'
import { compareIds } from '../brokers/event-ids'
import { Frame, GAP_COMMENT, concatBytes } from '../server/sse'
import type { AddressLog, StoredEvent } from './address-log'
import type { ClientOwner, HubClient } from './hub-client'
import type { RoomEncoder, RoomEncoderOptions } from './types'

/** Receives the events of a room. */
export interface RoomOwner {
  /** @param skipped events that `conflate` left out */
  onDelivered(events: number, bytes: number, skipped?: number): void
  /** A gap was reported to a client; `events` is the number of lost events, 0 if it is unknown. */
  onMissed(room: Room, events: number): void
  /**
   * A client reads slower than events are published. With `skipped`: the client has caught up, and `conflate` skipped that
   * many events.
   */
  onSlow(room: Room, skipped?: number): void
  /** A client that was behind has all events. */
  onCaughtUp(client: HubClient): void
  onWriteError(connection: Connection, error: unknown): void
  onEmpty(room: Room): void
  /** Calls `room.sendSnapshot` for the client, or ends its connection. */
  loadSnapshot(room: Room, client: HubClient): void
  /** Whether a client may read a batch of the history. Otherwise `flushClient` is called later. */
  takeReplay(client: HubClient): boolean
  spendReplay(bytes: number): void
  /** The encoder of a room, if the hub compresses. */
  openEncoder(sendToAll: RoomEncoderOptions['sendToAll']): RoomEncoder | undefined
}

/** A client with more unsent bytes than this reads from the history, at its own pace. */
const MAX_UNSENT = 64 * 1024

export const GAP_FRAME = new Frame(GAP_COMMENT)

/**
 * The clients of one address. Each has one of these states:
 *
 * - *live*: one write sends new events to all live clients
 * - *behind*: it reads the log at its own pace
 * - *ahead*: it has received events that this process has not read yet
 * - it waits for a snapshot
 */
export class Room implements ClientOwner {
  readonly address: string
  readonly #log: AddressLog
  readonly #owner: RoomOwner
  readonly #live = new Map<Connection, HubClient>()
  /** Behind, ahead, or waiting for a snapshot. */
  readonly #notLive = new Set<HubClient>()
  /** They have the last event of the room, and disconnect. */
  readonly #ending = new Set<HubClient>()
  /** Live clients have all events before this number. */
  #flushedTo: number
  /** Set once an encoded client has joined. */
  #encoder: RoomEncoder | undefined

  constructor(address: string, log: AddressLog, owner: RoomOwner) {
    this.address = address
    this.#log = log
    this.#owner = owner
    this.#flushedTo = log.end
  }

  get isEmpty(): boolean {
    return this.#live.size + this.#notLive.size + this.#ending.size === 0
  }

  /** Adds a client that receives new events only. Call `flush` before. */
  addLive(client: HubClient): void {
    this.#adopt(client)
    this.#live.set(client.connection, client)
  }

  /** Adds a client that receives the log from a number on, and starts to send it. */
  addBehind(client: HubClient, cursor: number): void {
    this.#adopt(client)
    this.#notLive.add(client)
    this.#seek(client, cursor)
    this.flushClient(client)
  }

  /** Adds a client that has received everything up to an id that this process has not read. */
  addAhead(client: HubClient, id: string): void {
    this.#adopt(client)
    client.aheadOfId = id
    this.#notLive.add(client)
  }

  /** Adds a client that receives a snapshot first. */
  addAwaitingSnapshot(client: HubClient): void {
    this.#adopt(client)
    this.#awaitSnapshot(client)
  }

  /** Sends a snapshot to a client that waits for one, then the log from a number on. Call `flush` before. */
  sendSnapshot(client: HubClient, frames: readonly Frame[], cursor: number): void {
    client.isAwaitingSnapshot = false
    client.snapshotFrames = frames
    this.#seek(client, cursor)
    this.flushClient(client)
  }

  removeClient(client: HubClient): void {
    this.#live.delete(client.connection)
    this.#notLive.delete(client)
    this.#ending.delete(client)
    client.owner = undefined
    if (!this.isEmpty) return
    this.#encoder?.close()
    this.#encoder = undefined
    this.#owner.onEmpty(this)
  }

  /** Sends new events to all clients that can receive them, in one write each. */
  flush(): void {
    const from = this.#flushedTo
    const { end } = this.#log
    if (from === end) return
    this.#flushedTo = end
    if (this.#live.size > 0) this.#broadcast(from, end)
    for (const client of this.#notLive) this.flushClient(client)
  }

  /**
   * Called when the hub closes: calls `onCaughtUp` for each client; for a client that is behind, once it has all events.
   */
  flushAll(): void {
    for (const client of this.#live.values()) this.#owner.onCaughtUp(client)
    for (const client of this.#notLive) {
      if (client.aheadOfId === '' && !client.isAwaitingSnapshot) this.flushClient(client)
      else this.#owner.onCaughtUp(client)
    }
  }

  /** Marks everything in the log as delivered. */
  markDelivered(): void {
    this.#flushedTo = this.#log.end
  }

  /** Reports a loss to all clients. */
  reportGapToAll(): void {
    for (const client of [...this.#live.values(), ...this.#notLive]) this.#skipToEnd(client)
  }

  /** Reports a loss to the clients that are ahead of a lost id. */
  reportLostIds(isLost: (id: string) => boolean): void {
    for (const client of this.#notLive) {
      if (client.aheadOfId !== '' && isLost(client.aheadOfId)) this.#skipToEnd(client)
    }
  }

  flushClient(client: HubClient): void {
    if (!this.#notLive.has(client) || client.isAwaitingSnapshot) return
    if (client.aheadOfId !== '' && !this.#tryResolveAhead(client)) return
    const { connection } = client
    while (connection.isOpen && !connection.isBlocked) {
      if (client.snapshotFrames.length > 0) {
        if (!this.#sendSnapshotFrame(client)) return
      } else if (client.cursor >= this.#flushedTo) {
        break
      } else if (!this.#sendBatch(client)) {
        return
      }
    }
    this.#catchUp(client)
  }

  /** Whether the client may continue at once. */
  #sendSnapshotFrame(client: HubClient): boolean {
    const [frame, ...rest] = client.snapshotFrames
    if (frame === undefined || !this.#owner.takeReplay(client)) return false
    client.snapshotFrames = rest
    this.#owner.spendReplay(frame.bytes.length)
    return this.#write(client.connection, frame)
  }

  /** Whether the client may continue at once. */
  #sendBatch(client: HubClient): boolean {
    const missed = this.#log.first - client.cursor
    if (missed > 0) {
      client.cursor = client.gapReportedAt = this.#log.first
      return this.#reportGap(client, missed)
    }
    const isReplay = client.cursor < client.replayEnd
    if (isReplay && !this.#owner.takeReplay(client)) return false
    const { cursor, gapReportedAt } = client
    const stopsAtGap = client.target.snapshot !== undefined
    const batch = this.#readBatch(cursor, this.#flushedTo, { gapReportedAt, stopsAtGap })
    if (batch.events === 0) return this.#reportGap(client, 0)
    client.cursor += batch.events
    client.skipped += batch.skipped
    this.#owner.onDelivered(batch.events - batch.skipped, batch.size, batch.skipped)
    if (batch.parts.length === 0) return true
    if (isReplay) this.#owner.spendReplay(batch.size)
    const isWritten = this.#write(client.connection, new Frame(concatBytes(batch.parts)))
    if (!batch.isEnd) return isWritten
    this.#end(client)
    return false
  }

  #catchUp(client: HubClient): void {
    const isBehind = client.snapshotFrames.length > 0 || client.cursor < this.#flushedTo
    if (isBehind || client.aheadOfId !== '' || !client.connection.isOpen) return
    if (this.#hasEnded()) {
      this.#end(client)
      return
    }
    if (this.#notLive.delete(client)) this.#live.set(client.connection, client)
    this.#reportSkipped(client)
    this.#owner.onCaughtUp(client)
  }

  /** Whether the room has ended, and the event that ended it was sent to the live clients. */
  #hasEnded(): boolean {
    const { roomEnd } = this.#log
    return roomEnd !== undefined && roomEnd.number < this.#flushedTo
  }

  /** Disconnects a client that has the last event of the room. If it reconnects, the hub responds with 204. */
  #end(client: HubClient): void {
    this.#live.delete(client.connection)
    this.#notLive.delete(client)
    this.#ending.add(client)
    client.connection.end()
    this.#reportSkipped(client)
  }

  /** Called when a client that was behind has all events. */
  #reportSkipped(client: HubClient): void {
    const { skipped } = client
    client.skipped = 0
    if (skipped > 0) this.#owner.onSlow(this, skipped)
  }

  /** Whether the log has reached the last event ID of a client that is ahead, so it can receive events. */
  #tryResolveAhead(client: HubClient): boolean {
    const cursor = this.#log.after(client.aheadOfId)
    const next = cursor < this.#flushedTo ? this.#log.at(cursor) : undefined
    if (next === undefined) {
      const { roomEnd } = this.#log
      const hasEnd = roomEnd !== undefined && compareIds(client.aheadOfId, roomEnd.id) >= 0
      if (hasEnd && this.#hasEnded()) this.#end(client)
      return false
    }
    const hasGap = compareIds(next.prev, client.aheadOfId) > 0
    client.aheadOfId = ''
    this.#seek(client, cursor)
    return !hasGap || this.#reportGap(client, 0)
  }

  #broadcast(from: number, to: number): void {
    const options = { limit: Infinity, conflates: false }
    const { parts, size, events, isEnd } = this.#readBatch(from, to, options)
    const gaps = parts.length - events
    if (gaps > 0 && this.#hasSnapshots()) {
      for (const connection of this.#live.keys()) this.#stopLive(connection, from)
      return
    }
    const bytes = concatBytes(parts)
    const shared = this.#encoder?.encode(bytes)
    const frame = shared ?? new Frame(bytes)
    let count = 0
    // Access only the necessary data of each client: memory latency is most of the cost of a broadcast.
    for (const connection of this.#live.keys()) {
      if (connection.unsent > MAX_UNSENT) {
        this.#stopLive(connection, from)
        this.#owner.onSlow(this)
      } else if (this.#write(connection, frame)) {
        count++
      }
    }
    const { encodedCount = 0, encodedBytes = 0 } = shared ?? {}
    this.#owner.onDelivered(events * count, size * (count - encodedCount) + encodedBytes)
    if (gaps > 0) for (let n = 0; n < count; n++) this.#owner.onMissed(this, 0)
    if (isEnd) for (const client of this.#live.values()) this.#end(client)
  }

  #adopt(client: HubClient): void {
    client.owner = this
    if (!client.connection.isEncoded) return
    this.#encoder ??= this.#owner.openEncoder((frame) => this.#sendToEncoded(frame))
  }

  /** Sends a heartbeat: bytes of one client alone would end its share in the compressed bytes. */
  #sendToEncoded(frame: Frame): void {
    for (const { connection } of [...this.#live.values(), ...this.#notLive]) {
      if (connection.isEncoded && !connection.isBlocked) this.#write(connection, frame)
    }
  }

  #hasSnapshots(): boolean {
    const [client] = this.#live.values()
    return client?.target.snapshot !== undefined
  }

  /** Makes a live client read from the log. */
  #stopLive(connection: Connection, from: number): void {
    const client = this.#live.get(connection)
    if (client === undefined) return
    this.#live.delete(connection)
    this.#notLive.add(client)
    client.cursor = from
    client.gapReportedAt = -1
  }

  /** Events as bytes, with gap comments between them, up to about `limit` bytes. */
  #readBatch(
    from: number,
    to: number,
    { gapReportedAt = -1, stopsAtGap = false, conflates = true, limit = MAX_UNSENT }: ReadOptions,
  ): Batch {
    const parts: Uint8Array[] = []
    let size = 0
    let skipped = 0
    let hasGap = false
    let isEnd = false
    let number = from
    for (; number < to && size < limit && !isEnd; number++) {
      const event: StoredEvent | undefined = this.#log.at(number)
      if (event === undefined) break
      if (event.isAfterGap && number !== gapReportedAt) {
        if (stopsAtGap) break
        hasGap = true
      }
      if (conflates && event.replacedBy !== undefined && event.replacedBy < to) {
        skipped++
        continue
      }
      if (hasGap) parts.push(GAP_FRAME.bytes)
      hasGap = false
      parts.push(event.bytes)
      size += event.bytes.length
      isEnd = event.isEnd === true
    }
    return { parts, size, events: number - from, skipped, isEnd }
  }

  #seek(client: HubClient, cursor: number): void {
    client.cursor = client.gapReportedAt = cursor
    client.replayEnd = this.#log.end
  }

  #skipToEnd(client: HubClient): void {
    if (client.isAwaitingSnapshot) return
    client.aheadOfId = ''
    client.snapshotFrames = []
    const { roomEnd, first } = this.#log
    const end = roomEnd !== undefined && roomEnd.number >= first ? roomEnd.number : Infinity
    client.cursor = client.gapReportedAt = Math.min(this.#flushedTo, end)
    if (!this.#reportGap(client, 0)) return
    if (client.cursor < this.#flushedTo) {
      this.#live.delete(client.connection)
      this.#notLive.add(client)
      this.flushClient(client)
    } else {
      this.#catchUp(client)
    }
  }

  /** Reports a gap, or requests a snapshot instead. Returns whether the client may continue at once. */
  #reportGap(client: HubClient, events: number): boolean {
    if (client.target.snapshot !== undefined) {
      this.#awaitSnapshot(client)
      return false
    }
    const isWritten = this.#write(client.connection, GAP_FRAME)
    this.#owner.onMissed(this, events)
    return isWritten
  }

  #awaitSnapshot(client: HubClient): void {
    this.#live.delete(client.connection)
    this.#notLive.add(client)
    client.isAwaitingSnapshot = true
    this.#owner.loadSnapshot(this, client)
  }

  /**
   * Returns false if the write threw an error: middleware can replace `response.write`, and one client must not affect
   * others.
   */
  #write(connection: Connection, frame: Frame): boolean {
    try {
      connection.write(frame)
      return true
    } catch (error) {
      this.#owner.onWriteError(connection, error)
      return false
    }
  }
}

interface ReadOptions {
  readonly gapReportedAt?: number
  /** Whether the batch ends before an event that follows a gap. */
  readonly stopsAtGap?: boolean
  /** Whether events are skipped that a later one of the same key replaces. */
  readonly conflates?: boolean
  readonly limit?: number
}

interface Batch {
  readonly parts: readonly Uint8Array[]
  readonly size: number
  /** Number of events read, including skipped ones. */
  readonly events: number
  readonly skipped: number
  /** Whether the last event ends the room. */
  readonly isEnd: boolean
}
