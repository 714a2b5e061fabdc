import type { Connection, ConnectionOwner, StreamOptions } from './connection'
import type { ResponseHead } from './http'
import type { BodySource } from './request-body'

/** A request, with the same members on every host. */
export interface ServerRequest<Raw = unknown> {
  readonly method: string
  /** Path and query as the client sent them, with the prefix of a mount. */
  readonly url: string
  /** Value of a header; several lines of one name are joined as in RFC 9110 §5.3. `name` is in lower case. */
  header(name: string): string | undefined
  /** Remote address of the socket; undefined if the host has none (`host=fetch`, Unix sockets). */
  readonly remoteAddress: string | undefined
  /** The host's own request: `Request` of Express or Fetch, `FastifyRequest`, `IncomingMessage`, `Http2ServerRequest`. */
  readonly raw: Raw
}

/** One request and its response. Each host implements it; the rest of the server does not depend on a host. */
export interface Exchange<Raw = unknown> {
  readonly request: ServerRequest<Raw>
  readonly response: ResponseHead
  /** Path of the request without the prefix of a mount, percent-encoded. */
  readonly path: string
  /** Whether a response has begun. */
  readonly isAnswered: boolean
  /** Whether the client disconnected before the response began. */
  readonly isDisconnected: boolean
  /** Called before the runtime sends anything: a host that would respond itself hands over the response. */
  takeResponse(): void
  /** Resolves to false if the response can never begin; the host has then closed the connection. */
  waitForTurn?(): Promise<boolean>
  /** The body of the request. */
  bodySource(): BodySource
  /** Prepares an event stream as the response; `open` starts it. */
  connect(options: StreamOptions, owner: ConnectionOwner): Connection
}

/** Forwards the request, or an error, to the host's next handler. */
export type Next = (error?: unknown) => void

/** Routing information for a host. */
export interface RouteInfo<Raw = unknown> {
  /** The channel's address, e.g. `rooms/{roomId}/events`. */
  readonly address: string
  /**
   * Whether the endpoint serves a request; `path` is percent-encoded, without prefix and query, and `method` is that of
   * `routedMethod`.
   */
  matches(path: string, url: string, method: string): boolean
  /** Supported methods, without `OPTIONS`. */
  readonly methods: readonly string[]
  /** Path before the address, for hosts without mounts. */
  readonly prefix: string
  /** Responds to a preflight; undefined if the option `cors` is off. */
  readonly preflight: ((exchange: Exchange<Raw>) => void) | undefined
  reportError(error: unknown): void
}

/** Serves the requests of one channel on any host. */
export interface Endpoint extends RouteInfo {
  /** Serves one request that has a path and method of the endpoint. Never rejects. */
  handle(exchange: Exchange, next: Next): Promise<void>
  /** Ends all streams because the host shuts down. */
  close(): Promise<void>
}

/** An object that a host can serve: a hub, or the runs of a request stream. */
export type Served = { readonly endpoint: Endpoint } | { readonly endpoints: readonly Endpoint[] }

export function endpointsOf(served: Served): readonly Endpoint[] {
  return 'endpoints' in served ? served.endpoints : [served.endpoint]
}
