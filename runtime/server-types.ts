import type { BrokerFactory } from './broker'
import type { ChannelDescriptor, SecurityScheme } from './channel'
import type { CorsOptions } from './cors'
import type { PresentedCredentials } from './request-credentials'

/**
 * What a channel's server knows beyond what client and server share.
 * `E` maps event names to what may be sent, `C` is what may be sent without naming the event, `A` what a request may
 * present for the schemes (`never`: whatever it is).
 */
export interface ServerChannel<E, C, P, A = PresentedCredentials> extends ChannelDescriptor<E, P> {
  /** The path: a group `([^\/]+?)` for each parameter in order of the address, with the flag `i`. */
  readonly route: RegExp
  /** Ways to authenticate: any one of them, each a list of scheme ids that are all needed. Absent where none is needed. */
  readonly security?: readonly (readonly string[])[]
  readonly schemes?: Readonly<Record<string, SecurityScheme>>
  /** Default of the option `validate`. */
  readonly validate: boolean
  /** Never there: it carries the type. */
  readonly content?: (content: C) => void
  /** Never there either. */
  readonly credentials?: (credentials: A) => void
}

/** What `authorize` answers: true lets the client in, false is 401. */
export type Admission = boolean | 401 | 403

/**
 * Options of both kinds of server. `R` is the host's request, `A` what it presents for the channel's security schemes.
 * Times are in ms.
 */
export interface CommonServerOptions<P, R, A = PresentedCredentials> {
  /**
   * Lets a client in, before anything else is answered. What it throws is a failure of the server (500).
   * @param credentials what the request presents for each security scheme of the document, not yet verified
   */
  authorize?(req: R, parameters: P, credentials: A): Admission | Promise<Admission>
  /** Cross-origin requests; default: no CORS header at all. `true` is any origin, without credentials. */
  cors?: boolean | CorsOptions
  /** Clients of this channel at a time; more get 503. Infinity: no limit. Default 10000. */
  maxConnections?: number
  /** Clients of one key at a time; more get 429. Default: no limit. */
  maxConnectionsPerKey?: number
  /** What `maxConnectionsPerKey` counts by. Default: the address of the socket's other end. */
  connectionKey?(req: R): string
  /** Between two heartbeats; 0 is off. Default 15000. */
  heartbeat?: number
  /** After which a stream is ended, so that clients spread over servers anew; up to a quarter less. Default 0: never. */
  maxDuration?: number
  /** After which a client shall connect again when its stream has ended; up to half more. Default 1000. */
  retry?: number
  /** For clients that do not read, at the end of a stream. Default 5000. */
  closeTimeout?: number
  /**
   * Name of a query parameter that stands for the header `Last-Event-ID`: a native EventSource that is made anew cannot
   * send it. Default: none.
   */
  lastEventIdParameter?: string
  /** Whether messages are checked against their schema before they are sent. Default: the template's `validation`. */
  validate?: boolean
  /** Hears of what could not be sent, clients that were dropped, and failures behind. Default: `console.error`. */
  onError?(error: unknown): void
}

/** Options of `registerSend…`. */
export interface CommonSendOptions<P, R, A = PresentedCredentials> extends CommonServerOptions<
  P,
  R,
  A
> {
  /**
   * Bytes that may wait for a client that does not read; at more it is disconnected. The largest event that waits comes
   * on top, so that one event alone never trips the limit. Default 1 MiB.
   */
  maxBufferedBytes?: number
  /** When it aborts, streams are ended and new clients get 503: graceful shutdown. */
  signal?: AbortSignal
}

/** Options of `create…Hub`. */
export interface CommonHubOptions<P, R, A = PresentedCredentials> extends CommonServerOptions<
  P,
  R,
  A
> {
  /** What orders the events and brings them to all processes. Default: `memoryBroker()`, one process. */
  broker?: BrokerFactory
  /** Under which the broker knows the hub. Default: the channel's name. */
  name?: string
  /** What clients that come back can catch up on. */
  history?: {
    /** Events. Default 1000. */
    maxEvents?: number
    /** Bytes on the wire. Default 8 MiB. */
    maxBytes?: number
    /** ms. Default: no limit. */
    maxAge?: number
  }
}

export interface SendOptions {
  /** Id of the event: what the client sends as `Last-Event-ID` when it comes back. One line without NUL. */
  id?: string
  /** ms that the client shall wait before it connects again. */
  retry?: number
}

/** Sends to one client. */
export interface SendEvent<E, C> {
  /**
   * Opens the stream with the first call. Waits while the client is slow; resolves to false once it has gone.
   * Rejects where the message breaks its schema or the call is wrong; not awaiting it is safe: `onError` hears it too.
   */
  (message: C, options?: SendOptions): Promise<boolean>
  <K extends keyof E>(message: E[K], options: SendOptions & { event: K }): Promise<boolean>
  /** Aborts when the client has gone or the stream has ended. */
  readonly signal: AbortSignal
  /** What the client has received last, by its own account; `''` where it does not say. */
  readonly lastEventId: string
  /** Ends the stream. The client will come back, unless it is answered 204 then. */
  close(): void
}

/** What a hub has done since it was made. */
export interface HubMetrics {
  /** Clients now. */
  readonly clients: number
  /** Events that were published here and acknowledged. */
  readonly published: number
  /** Events times clients. */
  readonly delivered: number
  /** Events that a client missed because the history no longer held them when it was ready. */
  readonly dropped: number
  /** Bytes written to clients, before transfer coding. */
  readonly bytes: number
}

/** What happens to a hub's clients. `gap`: one was told that it missed events; `slow`: one reads slower than events come. */
export type HubEvent = 'connect' | 'disconnect' | 'gap' | 'slow'

export interface HubNotice {
  /** The channel's address, parameters filled in. */
  readonly address: string
  /** Clients of the hub, this one included (`disconnect`: without it). */
  readonly clients: number
}

export type Unsubscribe = () => void

/** Broadcasts on one channel. Each address of a channel with parameters is a room of its own. */
export interface HubBase<E, C, P> {
  /**
   * Sends to every client of the address, and to those that come back for it.
   *
   * Resolves to the event's id once the broker has it. A rejected publish is not acknowledged: it may still be
   * delivered. Not awaiting it is safe: `onError` hears it too.
   */
  publish(message: C, options?: { parameters?: P }): Promise<string>
  publish<K extends keyof E>(message: E[K], options: { event: K; parameters?: P }): Promise<string>
  /**
   * Resolves once the hub has its history from the broker, at once with the memory broker. Clients need not wait for it:
   * their streams open then. While the broker cannot be reached it goes on waiting. Rejects where the hub is closed
   * before, or the broker refuses it (a second hub of the same name); not awaiting it is safe.
   */
  readonly ready: Promise<void>
  /** Clients that are connected. */
  readonly size: number
  readonly metrics: HubMetrics
  /** Hears what happens to clients, until the returned function is called. */
  on(event: HubEvent, listener: (notice: HubNotice) => void): Unsubscribe
  /**
   * Graceful shutdown: delivers what was published, tells clients when to come back (spread, so that a restart is no
   * stampede), ends their streams and releases everything. Resolves once the last client has gone.
   */
  close(): Promise<void>
}
