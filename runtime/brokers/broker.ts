import type { Epoch } from './event-ids'

export type { Epoch } from './event-ids'

/** One event of a hub, as a broker stores it and delivers it to every process. */
export interface BrokerEvent {
  /**
   * `<number>-<number>`, or `<number>-<number>-<mark>` if the broker has epochs. The later of two ids of one broker is
   * greater, compared number by number. The first number is the time in ms, unless the broker has a `start`.
   */
  readonly id: string
  /**
   * Id of the previous event at the same address. It may be a later id if no event of this address is between that id and
   * this event. A client that has read everything up to `prev` has missed nothing. The mark may be absent.
   */
  readonly prev: string
  /** The channel's address with its parameters filled in: the room. */
  readonly address: string
  /** The value of the `event` field; `''` for an event without a name. */
  readonly event: string
  /** The payload as it is sent, before it is split into `data` lines. */
  readonly data: string
}

/** The epochs and the clock of a broker. */
export interface BrokerClock {
  /** Oldest first. New ids belong to the last one. A limited number of earlier ones is sufficient. */
  readonly epochs: readonly Epoch[]
  /** The broker's clock minus `performance.now()` of this process, ms, measured when the broker's reply arrived. */
  readonly clockOffset: number
}

/** Interface of a hub for its broker. No member throws. All may be called at any time between `open` and `close`. */
export interface BrokerSink {
  /**
   * The newest events, in order, with none missing in between: at the start, and after a `reset` if the broker can read back. Events
   * that were delivered before may be repeated.
   * @param position the newest id, if there are no events but the broker has it: clients receive it as their first
   * `Last-Event-ID`
   */
  preload(events: readonly BrokerEvent[], position?: string): void
  /** All new events since the last call, from every process, in order, each once. */
  deliver(batch: readonly BrokerEvent[]): void
  /** Events were lost between the delivered ones and the next ones. */
  reset(): void
  /**
   * The clock, each time the broker has read it, and before the first event of an epoch that is new to the sink. A
   * broker that never calls it has one epoch, its ids have no mark, and its clock is the clock of this process.
   */
  updateClock(clock: BrokerClock): void
  /** The broker is connected (again). */
  up(): void
  /**
   * The broker has lost its connection or cannot establish one, and continues to try. Called once for each loss. Clients
   * wait for their headers until `down` or `preload` is called.
   */
  down(error: Error): void
}

/** Orders events, assigns their ids, and delivers them to the hubs of the same name in every process. */
export interface Broker {
  /**
   * Resolves to the event's id once the broker has stored the event. Events are ordered as `append` is called. After a
   * rejection the event is not acknowledged. It may still be delivered.
   */
  append(address: string, event: string, data: string): Promise<string>
  /** Starts to deliver events. Resolves after the first `preload`, without a timeout. Called once. */
  open(sink: BrokerSink): Promise<void>
  /** Delivers acknowledged events, then releases everything. No member of the sink is called after that. */
  close(): Promise<void>
  /**
   * Reads the clock again and calls `BrokerSink.updateClock` before it resolves. The hub calls it for a client whose
   * `Last-Event-ID` belongs to an unknown epoch. Absent if the broker has no epochs. Rejects if the broker is unavailable.
   */
  readClock?(): Promise<void>
  /**
   * Reads an id that is not older than the newest event of an address. The hub calls it for a client of an address without
   * events in its history: if the client has that id, it has missed nothing. Absent if the hub is informed of every event.
   * Resolves to undefined if the broker does not have such an id. Rejects if the broker is unavailable.
   */
  newestId?(address: string): Promise<string | undefined>
  /**
   * The id before the first one, if this broker assigns every id of its hub itself, starting at `open`. Absent if other
   * processes assign ids too: then an id can be newer than everything that this process has read.
   */
  readonly start?: string
  /** Number of addresses whose newest id is stored. Default 100000. */
  readonly maxAddresses?: number
}

/** The hub of a broker, and the limits of its history. */
export interface BrokerHub {
  /** Hubs of the same name share their events, if the broker connects processes. */
  readonly name: string
  readonly maxEvents: number
  readonly maxBytes: number
  /** ms; absent: no limit. */
  readonly maxAge?: number | undefined
}

/** Creates the broker of a hub: `createRoomsHub({ broker: redisBroker(client) })`. */
export type BrokerFactory = (hub: BrokerHub) => Broker
