import type { Connection } from '../server/connection'
import type { BrokerState } from './broker-state'
import type { History, ResumePosition } from './history'
import type { HubClient } from './hub-client'
import { ReplayLimit } from './replay-limit'
import { GAP_FRAME, Room, type RoomOwner } from './room'
import { Snapshots, type Snapshot } from './snapshots'
import type { HubCompression, HubEvent, RoomEncoder, RoomEncoderOptions } from './types'

export interface RoomsOptions {
  /** Bytes per second. */
  readonly maxReplayRate: number
  readonly compression: HubCompression | undefined
  /** Interval, ms; 0: none. */
  readonly heartbeat: number
  onError(error: unknown): void
  notify(event: HubEvent, address: string, skipped?: number): void
  /** A client that was behind has all events. */
  onCaughtUp(client: HubClient): void
}

/**
 * Maximum number of calls for one snapshot before a gap is reported: the history may not reach back to the start of a slow
 * call.
 */
const MAX_SNAPSHOT_CALLS = 2

/** The rooms of a hub that have clients, and what is measured. */
export class Rooms implements RoomOwner {
  /** A part of `HubMetrics`. */
  readonly metrics = { delivered: 0, dropped: 0, conflated: 0, bytes: 0, snapshots: 0, lag: 0 }
  readonly #history: History
  readonly #broker: BrokerState
  readonly #options: RoomsOptions
  readonly #rooms = new Map<string, Room>()
  readonly #changed = new Set<Room>()
  readonly #snapshots: Snapshots
  readonly #replayLimit: ReplayLimit

  constructor(history: History, broker: BrokerState, options: RoomsOptions) {
    this.#history = history
    this.#broker = broker
    this.#options = options
    this.#snapshots = new Snapshots((error) => options.onError(error))
    this.#replayLimit = new ReplayLimit(options.maxReplayRate, (client) =>
      client.owner?.flushClient(client),
    )
  }

  /** The room of an address; it exists until its last client is removed. */
  open(address: string): Room {
    const existing = this.#rooms.get(address)
    if (existing !== undefined) return existing
    const room = new Room(address, this.#history.retain(address), this)
    this.#rooms.set(address, room)
    return room
  }

  /** Releases a room that `open` has created without a client. */
  releaseIfEmpty(room: Room): void {
    if (room.isEmpty) this.onEmpty(room)
  }

  /** Records that the log of an address has new events. */
  markChanged(address: string): void {
    const room = this.#rooms.get(address)
    if (room !== undefined) this.#changed.add(room)
  }

  /** Excludes the new events of an address from delivery to its clients. */
  markDelivered(address: string): void {
    this.#rooms.get(address)?.markDelivered()
  }

  /** Whether there are events that `flush` has not sent. */
  get hasChanges(): boolean {
    return this.#changed.size > 0
  }

  /** Sends new events to the clients. Events that listeners publish meanwhile are changes for the next call. */
  flush(): void {
    const changed = [...this.#changed]
    this.#changed.clear()
    for (const room of changed) room.flush()
  }

  /** See `Room.flushAll`. */
  flushAll(): void {
    for (const room of this.#rooms.values()) room.flushAll()
  }

  reportGapToAll(): void {
    for (const room of this.#rooms.values()) room.reportGapToAll()
  }

  /** The epochs of the broker have changed: events between a client and the log may be lost. */
  reportLostIds(): void {
    const isLost = (id: string): boolean => this.#broker.classify(id) === 'lost'
    for (const room of this.#rooms.values()) room.reportLostIds(isLost)
  }

  /** Called when a client has disconnected. */
  removeClient(client: HubClient): void {
    this.#replayLimit.delete(client)
  }

  close(): void {
    this.#replayLimit.close()
  }

  onDelivered(events: number, bytes: number, skipped = 0): void {
    this.metrics.delivered += events
    this.metrics.bytes += bytes
    this.metrics.conflated += skipped
  }

  onMissed({ address }: Room, events: number): void {
    this.metrics.dropped += events
    this.#options.notify('gap', address)
  }

  onSlow({ address }: Room, skipped = 0): void {
    this.#options.notify('slow', address, skipped)
  }

  onCaughtUp(client: HubClient): void {
    this.#options.onCaughtUp(client)
  }

  onWriteError(connection: Connection, error: unknown): void {
    this.#options.onError(error)
    connection.destroy()
  }

  onEmpty(room: Room): void {
    this.#rooms.delete(room.address)
    this.#changed.delete(room)
    this.#history.release(room.address)
  }

  openEncoder(sendToAll: RoomEncoderOptions['sendToAll']): RoomEncoder | undefined {
    const { compression, heartbeat } = this.#options
    return compression?.openRoom({ heartbeat, sendToAll })
  }

  takeReplay(client: HubClient): boolean {
    return this.#replayLimit.take(client)
  }

  spendReplay(bytes: number): void {
    this.#replayLimit.spend(bytes)
  }

  loadSnapshot(room: Room, client: HubClient, call = 1): void {
    const { snapshot: source } = client.target
    if (source === undefined) return
    void this.#snapshots.load(room.address, source, this.#history.head).then((snapshot) => {
      if (snapshot === undefined) client.connection.end()
      else if (client.owner === room) this.#sendSnapshot(room, client, snapshot, call)
    })
  }

  #sendSnapshot(room: Room, client: HubClient, snapshot: Snapshot, call: number): void {
    room.flush()
    const { cursor, hasGap } = this.#resumeAfter(room, snapshot)
    if (!hasGap) {
      this.metrics.snapshots++
      room.sendSnapshot(client, snapshot.frames, cursor)
    } else if (call < MAX_SNAPSHOT_CALLS) {
      this.loadSnapshot(room, client, call + 1)
    } else {
      this.#reportLateSnapshot(room, snapshot)
      this.onMissed(room, 0)
      room.sendSnapshot(client, [...snapshot.frames, GAP_FRAME], cursor)
    }
  }

  #reportLateSnapshot({ address }: Room, snapshot: Snapshot): void {
    if (snapshot.isReportedAsLate) return
    snapshot.isReportedAsLate = true
    this.#options.onError(
      new Error(
        `the snapshot of ${address} takes longer than the history reaches back: clients miss events. Make it faster, or raise the limits of the option history`,
      ),
    )
  }

  #resumeAfter({ address }: Room, { position }: Snapshot): ResumePosition {
    const log = this.#history.retain(address)
    // Nothing was published before the call.
    if (position === '') return { cursor: log.first, hasGap: log.first > 0 }
    const resume =
      this.#broker.classify(position) === 'known'
        ? this.#history.resumeFromId(address, position)
        : null
    return resume ?? { cursor: log.end, hasGap: true }
  }
}
