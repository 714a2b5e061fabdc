import type { Connection, ConnectionOwner, StreamOptions } from './connection'
import type { Exchange, ServerRequest } from './exchange'
import { pathOf, type HttpRequest, type HttpResponse } from './http'
import type { BodySource } from './request-body'
import { NodeConnection } from './node-connection'

/** A request and response of `node:http`, `node:http2` or Express. */
export class NodeExchange<Raw extends HttpRequest> implements Exchange<Raw> {
  readonly request: ServerRequest<Raw>
  readonly response: HttpResponse
  readonly path: string

  /** @param path of the request without the prefix of a mount; default: that of its URL */
  constructor(request: Raw, response: HttpResponse, path = pathOf(request)) {
    this.request = new NodeRequest(request)
    this.response = response
    this.path = path
  }

  get isAnswered(): boolean {
    return this.response.headersSent || this.response.writableEnded
  }

  get isDisconnected(): boolean {
    const { destroyed, stream } = this.response
    return destroyed === true || stream?.destroyed === true || stream?.aborted === true
  }

  takeResponse(): void {
    // The runtime already controls the response.
  }

  /**
   * A stream whose response waits behind another of its connection (HTTP/1.1 pipelining, RFC 9112 §9.3.2) never begins, but
   * would use memory like any other: one packet can contain a thousand pipelined requests. Such a connection is closed.
   */
  async waitForTurn(): Promise<boolean> {
    if (!this.#isQueued) return true
    // The previous response may be complete, and Node about to start this one.
    await new Promise((resolve) => setTimeout(resolve, 0))
    if (!this.#isQueued) return true
    this.request.raw.socket.destroy?.()
    return false
  }

  bodySource(): BodySource {
    const { raw } = this.request
    return {
      header: (name) => this.request.header(name),
      chunks: unreadChunks(raw),
      parsed: raw.body,
      isClosedAfterRefusal: raw.httpVersionMajor === 1,
    }
  }

  connect(options: StreamOptions, owner: ConnectionOwner): Connection {
    return new NodeConnection(this.response, this, options, owner)
  }

  get #isQueued(): boolean {
    const { response } = this
    return response.socket === null && response.stream === undefined && !this.isDisconnected
  }
}

class NodeRequest<Raw extends HttpRequest> implements ServerRequest<Raw> {
  readonly raw: Raw

  constructor(raw: Raw) {
    this.raw = raw
  }

  get method(): string {
    return this.raw.method ?? 'GET'
  }

  get url(): string {
    // Express and Connect remove the prefix of a mount from `url`.
    return this.raw.originalUrl ?? this.raw.url ?? '/'
  }

  get remoteAddress(): string | undefined {
    return this.raw.socket.remoteAddress
  }

  header(name: string): string | undefined {
    const value = this.raw.headers[name]
    return Array.isArray(value) ? value.join(', ') : value
  }
}

/**
 * The body of a request that is unread. Middleware that does not parse the body leaves the request unread, even if it sets
 * `body`.
 */
export function unreadChunks(
  raw: Pick<HttpRequest, 'readableDidRead' | 'iterator'>,
): AsyncIterable<Uint8Array> | undefined {
  if (raw.readableDidRead === true) return undefined
  // The default would end the socket if the body is too large, before the response is sent.
  return raw.iterator?.({ destroyOnReturn: false })
}
