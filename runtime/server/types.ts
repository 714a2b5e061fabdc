import type { ChannelDescriptor, SecurityScheme, StreamMethod } from '../core/channel'
import type { BodyDescriptor } from '../core/model'
import type { ParametersModel, QueryModel } from '../core/parameters'
import type { CorsOptions } from './cors'
import type { PresentedCredentials } from './request-credentials'

declare const contentType: unique symbol
declare const credentialsType: unique symbol

/**
 * Description of a channel for its server. `Events` maps event names to the types that can be sent; `Content` is the type
 * that can be sent without `{ event }`. `Auth` has the credentials that a request can present for the security schemes
 * (`never`: any).
 */
export interface ServerChannel<
  Events,
  Content,
  Params,
  Auth = PresentedCredentials,
> extends ChannelDescriptor<Events> {
  readonly parameters: ParametersModel<Params> | null
  /**
   * Whether the `event` field contains the name of the message; a channel with one message has no `event` field unless the
   * document requires it.
   */
  readonly sendsEventName: boolean
  readonly schemes?: Readonly<Record<string, SecurityScheme>>
  /** Whether the document requires credentials: the option `authorize` must be set. */
  readonly requiresAuthorize?: boolean
  /** Body of the request, if the method is not GET. */
  readonly body?: BodyDescriptor<unknown>
  /** Query parameters of the request. */
  readonly query?: Pick<QueryModel<unknown>, 'parse'> | null
  /** Addresses of other channels that match paths of this one and have priority. */
  readonly moreSpecific?: readonly string[]
  /** Methods of other channels that match paths of this one: requests with them are left to those channels. */
  readonly otherMethods?: readonly StreamMethod[]
  /** Query parameters that distinguish this channel from others on its address. */
  readonly queryConstants?: Readonly<Record<string, string>>
  /** Default of the option `validate`. */
  readonly validate: boolean
  /** For types only: no value exists at run time. */
  readonly [contentType]?: (content: Content) => void
  readonly [credentialsType]?: (credentials: Auth) => void
}

/** A message of a channel with several events, with the name of its event. */
export type NamedMessage<Events> = {
  [K in keyof Events]: { readonly event: K; readonly message: Events[K] }
}[keyof Events]

/**
 * Result of `authorize`: `true` or an object that identifies the client admits it; `false` or 401 requests credentials, 403
 * refuses those that were presented.
 */
export type AuthorizeResult<User = true> = User | false | 401 | 403

/** Type of `sendEvent.identity`: the object that `authorize` returned; undefined if it returned `true`. */
export type Identity<User> = User extends true ? undefined : User

/** Options of a channel whose document has `security`: `authorize` is required. */
export type RequireAuthorize<Options extends { authorize?: unknown }> = Options &
  Required<Pick<Options, 'authorize'>>

/**
 * Common options of callbacks, hubs and runs. `Req` is the request as the functions receive it, `Auth` the credentials for the
 * channel's security schemes, `User` the object that `authorize` returned. Times are in ms.
 */
export interface CommonServerOptions<Params, Req, Auth = PresentedCredentials, User = true> {
  /**
   * Returns whether a client may connect. It is called after the parameters are validated and before the request body is
   * read. An error that it throws is a server error (500). `false`: any client may connect, although the document has
   * `security`.
   * @param credentials credentials of the request for each security scheme of the document, not verified
   */
  authorize?:
    | false
    | ((
        req: Req,
        parameters: Params,
        credentials: Auth,
      ) => AuthorizeResult<User> | Promise<AuthorizeResult<User>>)
  /** Cross-origin requests; default: no CORS headers. `true` allows any origin, without credentials. */
  cors?: boolean | CorsOptions
  /** Maximum number of simultaneous clients of this channel; more receive 503. Infinity: no limit. Default 10000. */
  maxConnections?: number
  /** Maximum number of simultaneous clients of one key; more receive 429. Default: no limit. */
  maxConnectionsPerKey?: number
  /**
   * Key for `maxConnectionsPerKey`. Default: the remote address of the socket. Required with `maxConnectionsPerKey` if the
   * host has no remote address (`host=fetch`, Unix sockets).
   */
  connectionKey?(req: Req): string
  /** Interval of heartbeats; 0 disables them. Default 15000. */
  heartbeat?: number
  /**
   * Time after which a stream ends, minus up to a quarter, so that clients redistribute over the servers. Default 0: never.
   */
  maxDuration?: number
  /** Reconnection time after the end of a stream, plus a random share of up to half of it. Default 1000. */
  retry?: number
  /** Time at the end of a stream for clients that do not read, and for sockets that they keep open. Default 5000. */
  closeTimeout?: number
  /** Time after which a client that reads none of its waiting bytes is disconnected; 0: never. Default 300000. */
  stallTimeout?: number
  /**
   * Whether events are written to the socket of a plain `node:http` response, which halves the cost of a broadcast. Set it
   * to false if other code, such as a tracing agent, must intercept each `res.write`. Default true.
   */
  directWrites?: boolean
  /** Path before the address, e.g. `/api`, for hosts without mounts (`host=fetch` and `host=node`). Default: none. */
  prefix?: string
  /**
   * Name of a query parameter that replaces the header `Last-Event-ID`: a new native EventSource cannot send the header.
   * Default: none.
   */
  lastEventIdParameter?: string
  /** Whether messages are validated against their schema before they are sent. Default: the template's `validation`. */
  validate?: boolean
  /** Receives errors of sending, disconnections of slow clients, and internal failures. Default: `console.error`. */
  onError?(error: unknown): void
}

/** Options of `registerSend…`. */
export interface CommonSendOptions<
  Params,
  Req,
  Auth = PresentedCredentials,
  User = true,
> extends CommonServerOptions<Params, Req, Auth, User> {
  /**
   * Maximum number of bytes that wait for a client that does not read; at more it is disconnected. The size of the largest
   * waiting event is added, so one event alone never exceeds the limit. Default 1 MiB.
   */
  maxBufferedBytes?: number
  /** Maximum size of a request body, bytes; a larger one receives 413. Default 1 MiB. */
  maxBodyBytes?: number
  /** When it aborts, streams end and new clients receive 503: graceful shutdown. */
  signal?: AbortSignal
}

export interface SendOptions {
  /** Id of the event: the client sends it as `Last-Event-ID` when it reconnects. It must be one line without NUL. */
  id?: string
  /** Reconnection time of the client, ms. */
  retry?: number
}

/** Sends to one client. */
export interface SendEvent<Events, Content, User = true, Query = unknown> {
  /**
   * The first call opens the stream. Waits while the client is slow; resolves to false once the client has disconnected.
   * Rejects if the message does not match its schema or the call is invalid. The promise need not be awaited: `onError`
   * receives the error too.
   */
  (message: Content, options?: SendOptions): Promise<boolean>
  <K extends keyof Events>(
    message: Events[K],
    options: SendOptions & { event: K },
  ): Promise<boolean>
  /** Aborts when the client disconnects or the stream ends. */
  readonly signal: AbortSignal
  /** The last event ID that the client sent, not verified; `''` if it sent none. */
  readonly lastEventId: string
  /** The object that `authorize` returned; undefined if it returned `true` or is not set. */
  readonly identity: Identity<User>
  /** The query parameters that the document describes, validated; undefined if it describes none. */
  readonly query: Query
  /** Ends the stream. The client reconnects, unless it then receives 204. */
  close(): void
}
