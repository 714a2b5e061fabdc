/** One event of a hub, as a broker keeps it and hands it to every process. */
export interface Entry {
  /**
   * `<number>-<number>`; of two ids of one broker the later is greater, compared number by number. The first number is
   * the time in ms, unless the broker has a `start`.
   */
  readonly id: string
  /**
   * Id of the last event before this one at the same address, or a later id of which the broker knows that no event
   * of this address lies between it and this one. Who has read everything up to `prev` has missed nothing.
   */
  readonly prev: string
  /** The channel's address with its parameters filled in: the room. */
  readonly address: string
  /** The wire's `event:`; `''` for an event without a name. */
  readonly event: string
  /** The payload as it goes on the wire, before it is split into `data:` lines. */
  readonly data: string
}

/** What a hub is to its broker. No member throws, and all may be called at any time between `open` and `close`. */
export interface BrokerSink {
  /**
   * The newest entries that there are, in order and without a hole; at the start, and after a `reset` where the broker
   * can look back. Entries that were handed over before may come again.
   * @param position the newest id that was given, where there are no entries but the broker knows it: clients are told it
   * as the place to come back to
   */
  preload(entries: readonly Entry[], position?: string): void
  /** New entries, in order, each once; all that came since the last call, from whichever process. */
  entries(batch: readonly Entry[]): void
  /** Entries were lost between what was handed over and what comes next: what the hub has is no longer all there is. */
  reset(): void
  /** The broker is connected (again). */
  up(): void
  /**
   * The broker has lost its connection, or does not get one, and goes on trying; called once for each loss. Until it is
   * called, or `preload` is, clients are kept waiting for their headers.
   */
  down(error: Error): void
}

/** Gives events their order and their ids, and brings them to the hubs of the same name in every process. */
export interface Broker {
  /**
   * Resolves to the entry's id once the broker has the event. Events are ordered as `append` was called.
   * A rejection says that the event is not acknowledged: it may still be delivered.
   */
  append(address: string, event: string, data: string): Promise<string>
  /** Starts to hand entries over. Resolves after the first `preload`, however long that takes. Called once. */
  open(sink: BrokerSink): Promise<void>
  /** Waits for what is being appended, and releases everything. The sink hears nothing afterwards. */
  close(): Promise<void>
  /**
   * The id before the first one, where this broker gives every id of its hub itself, starting at `open`. Absent where
   * other processes give ids too: then every well-formed id is one that this process may not have heard of yet.
   */
  readonly start?: string
}

/** The hub that a broker is for, and how much history it keeps. */
export interface BrokerHub {
  /** Hubs of the same name share their events where the broker joins processes. */
  readonly name: string
  /** Events. */
  readonly maxEvents: number
  /** Bytes. */
  readonly maxBytes: number
  /** ms; absent is no limit. */
  readonly maxAge?: number | undefined
}

/** Makes the broker of a hub: `createRoomsHub({ broker: redisBroker(client) })`. */
export type BrokerFactory = (hub: BrokerHub) => Broker
