import type { BrokerFactory } from '../brokers/broker'
import type { StreamEncoder } from '../server/connection'
import type { Endpoint, ServerRequest } from '../server/exchange'
import type { PresentedCredentials } from '../server/request-credentials'
import type { Frame } from '../server/sse'
import type { CommonServerOptions, NamedMessage } from '../server/types'

export type { NamedMessage } from '../server/types'

/** Options of `create…Hub`. `Auth`: credentials that a request can present, by security scheme. */
export interface HubOptions<Params, Auth = PresentedCredentials> extends CommonServerOptions<
  Params,
  ServerRequest,
  Auth,
  object | true
> {
  /** Orders the events and delivers them to all processes. Default: `memoryBroker()`, one process. */
  broker?: BrokerFactory
  /** Name of the hub in the broker. Default: the channel's name. */
  name?: string
  /** The events that a client can receive when it reconnects. */
  history?: HistoryOptions
  /**
   * Compresses each event once for all clients of a room: `gzipCompression()`. Do not use it for streams that contain both
   * secrets and text of an attacker: the size of the compressed events reveals the secrets (BREACH). Default: none.
   */
  compression?: HubCompression
}

/** A content coding of a hub's streams. */
export interface HubCompression {
  /** The encoder of a client's stream; undefined if the client does not accept the coding. */
  encoderFor(request: ServerRequest): StreamEncoder | undefined
  /** Called when a room gets its first client with an encoder. */
  openRoom(options: RoomEncoderOptions): RoomEncoder
}

export interface RoomEncoderOptions {
  /** Interval of heartbeats to all encoded clients of the room, ms; 0: none. */
  readonly heartbeat: number
  /** Sends a frame to the encoded clients of the room. */
  sendToAll(frame: Frame): void
}

/** Encodes what all clients of a room receive. */
export interface RoomEncoder {
  /** New bytes of the room. Their encoder recognizes the frame. It must be written before the next call. */
  encode(bytes: Uint8Array): SharedFrame
  /** Called when the room has no clients. */
  close(): void
}

/** A frame for plain and encoded clients. */
export interface SharedFrame extends Frame {
  /** Number of encoded clients to which it was written. */
  readonly encodedCount: number
  /** Sum of the bytes written to them. */
  readonly encodedBytes: number
}

/** Options of `create…Hub` that depend on the channel's messages. */
export interface HubContentOptions<Events, Content, Params> {
  /**
   * Returns the current state of one room as messages. A client without a position in the history receives them and then
   * everything published since the call began; so does a client whose position the history no longer reaches. It misses
   * nothing if the application commits a change before it publishes it, and if events can be applied twice. An error that
   * it throws or rejects with is passed to `onError`, and the streams that wait for it end.
   */
  snapshot?(
    context: SnapshotContext<Params>,
  ): SnapshotMessages<Events, Content> | Promise<SnapshotMessages<Events, Content>>
  /**
   * Requests of one room with equal keys share a call of `snapshot`, which receives the first one as `request`. Without
   * this function all clients of a room share calls, and `request` is undefined.
   */
  snapshotKey?(request: ServerRequest): string
  /**
   * Returns a key for messages of which only the newest matters, such as the symbol of a price. A client that is behind
   * receives, for each key, only the newest of its unsent events. Messages without a key (undefined) are always sent. It is
   * called once for each event in each process, with the decoded message.
   */
  conflate?(message: Events[keyof Events]): string | undefined
}

export interface SnapshotContext<Params> {
  readonly parameters: Params
  /** The request of the client, or of one with the same `snapshotKey`; undefined without `snapshotKey`. */
  readonly request: ServerRequest | undefined
}

/** Messages of a snapshot: as `publish` accepts them without `event`, or with the name of the event. */
export type SnapshotMessages<Events, Content> = readonly (Content | NamedMessage<Events>)[]

/** Limits of a hub's history. Each applies to the hub in this process, unless stated otherwise. */
export interface HistoryOptions {
  /** Events of all rooms together. Default 1000. */
  maxEvents?: number
  /** Events of one room, so that a busy room does not displace the events of a quiet one. Default: `maxEvents`. */
  maxEventsPerRoom?: number
  /** Bytes on the wire, of all rooms together. Default 8 MiB. */
  maxBytes?: number
  /** ms since the event was published. Default: no limit. */
  maxAge?: number
  /**
   * Bytes per second that all clients together read from the history: a small request can request the whole history.
   * Clients above the limit wait in turn. Infinity: no limit. Default 64 MiB.
   */
  maxReplayRate?: number
}

/** Counters of a hub since its creation. */
export interface HubMetrics {
  /** Current number of clients. */
  readonly clients: number
  /** Events that were published here and acknowledged. */
  readonly published: number
  /** Events multiplied by clients. */
  readonly delivered: number
  /** Events that a client missed because the history no longer contained them. */
  readonly dropped: number
  /** Events not sent to clients because a newer one of the same key was sent, see `conflate`. */
  readonly conflated: number
  /** Snapshots that were sent, counted per client. */
  readonly snapshots: number
  /**
   * Time from the publication of the newest event until this process read it, ms, by the broker's clock: the lag of the
   * broker. 0 with `memoryBroker()`, and before the first event.
   */
  readonly lag: number
  /** Bytes of events written to clients, compressed, before transfer coding. */
  readonly bytes: number
}

/**
 * Events of a hub's clients. `gap`: a gap was reported to a client; `slow`: a client reads slower than events are
 * published.
 */
export type HubEvent = 'connect' | 'disconnect' | 'gap' | 'slow'

export interface HubNotice {
  /** The channel's address, parameters filled in. */
  readonly address: string
  /** Clients of the hub, including this one (`disconnect`: without it). */
  readonly clients: number
  /** `slow`: 0 when a client falls behind; when it has caught up, the number of events that `conflate` skipped, if any. */
  readonly skipped?: number
}

export type Unsubscribe = () => void

/** Parameters are required if the address has parameters. */
export type RoomOptions<Params> = null extends Params
  ? { parameters?: Params }
  : { parameters: Params }

/** The parameters of an address; required if it has some. */
export type RoomParameters<Params> = null extends Params
  ? [parameters?: Params]
  : [parameters: Params]

/** Broadcasts on one channel. Each address of a channel with parameters is a separate room. */
export interface Hub<Events, Content, Params> {
  /** The endpoint that hosts route to. */
  readonly endpoint: Endpoint
  /**
   * Sends to every client of the address, and to clients that reconnect and resume. A terminal message ends the room: its
   * clients are disconnected, and later requests receive 204. Rejects if the room has ended, see `reopen`.
   *
   * Resolves to the event's id once the broker has stored it. A rejected publish is not acknowledged: it may still be
   * delivered. The promise need not be awaited: `onError` receives the error too.
   */
  publish(
    message: Content,
    ...options: null extends Params
      ? [options?: RoomOptions<Params>]
      : [options: RoomOptions<Params>]
  ): Promise<string>
  publish<Name extends keyof Events>(
    message: Events[Name],
    options: { event: Name } & RoomOptions<Params>,
  ): Promise<string>
  /**
   * Resolves once the hub has loaded its history from the broker, at once with the memory broker. Clients need not wait for
   * it: their streams open then. While the broker is unavailable it remains pending. Rejects if the hub is closed before,
   * or the broker refuses it (a second hub of the same name). The promise need not be awaited.
   */
  readonly ready: Promise<void>
  /**
   * The position of the hub: the newest event ID that this process has read. A client that passes it as `lastEventId`
   * receives everything published later, in any room. Read it before the state that the client receives in another way.
   * Resolves once the hub has loaded its history. Rejects as `ready` does, and with a `ParameterError`.
   */
  lastEventId(parameters?: Params): Promise<string>
  /** Number of connected clients. */
  readonly size: number
  readonly metrics: HubMetrics
  /**
   * Ends a room, as a terminal message of the document does: each client receives what was published before, and is
   * disconnected. Requests of clients that reconnect receive 204, after which an EventSource closes. `publish` rejects
   * until `reopen`. Does nothing if the room has ended. Rejects as `publish` does.
   */
  end(...parameters: RoomParameters<Params>): Promise<void>
  /** Opens a room that has ended: clients can connect, and `publish` sends again. Does nothing if the room is open. */
  reopen(...parameters: RoomParameters<Params>): Promise<void>
  /** Adds a listener for events of clients. Returns a function that removes it. */
  on(event: HubEvent, listener: (notice: HubNotice) => void): Unsubscribe
  /**
   * Graceful shutdown: delivers published events, sends clients a reconnection time (spread over clients, to prevent a
   * burst at restart), ends their streams and releases everything. Resolves once the last client has disconnected.
   */
  close(): Promise<void>
}
