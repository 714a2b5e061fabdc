import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Connection, ConnectionOwner, StreamOptions } from './connection'
import type { Exchange, ServerRequest } from './exchange'
import type { HttpRequest, HttpResponse } from './http'
import { NodeConnection } from './node-connection'
import type { BodySource } from './request-body'
import { NodeExchange, unreadChunks } from './node-exchange'

/** A request and reply of Fastify. Fastify controls the reply until the runtime responds. */
export class FastifyExchange implements Exchange<FastifyRequest> {
  readonly request: ServerRequest<FastifyRequest>
  readonly response: HttpResponse
  readonly path: string
  readonly #reply: FastifyReply
  readonly #node: NodeExchange<FastifyRequest['raw']>

  /** @param path of the request without the prefix of the instance */
  constructor(request: FastifyRequest, reply: FastifyReply, path: string) {
    this.#node = new NodeExchange(request.raw, reply.raw, path)
    this.request = new FastifyServerRequest(request, this.#node.request)
    this.response = reply.raw
    this.path = path
    this.#reply = reply
  }

  /** `reply.send` begins the response later, after the hooks. */
  get isAnswered(): boolean {
    return this.#reply.sent || this.#node.isAnswered
  }

  get isDisconnected(): boolean {
    return this.#node.isDisconnected
  }

  /** Fastify writes the headers of a reply in `reply.send`, which is not called: headers that hooks have set are copied. */
  takeResponse(): void {
    if (this.#reply.sent) return
    for (const [name, value] of Object.entries(this.#reply.getHeaders())) {
      if (value !== undefined) this.#reply.raw.setHeader(name, value)
    }
    this.#reply.hijack()
  }

  waitForTurn(): Promise<boolean> {
    return this.#node.waitForTurn()
  }

  /** The body is an unread stream, see `unreadBodyParser`, unless a hook has replaced it. */
  bodySource(): BodySource {
    const { body, raw } = this.request.raw
    return {
      header: (name) => this.request.header(name),
      chunks: isReadable(body) ? unreadChunks(body) : undefined,
      parsed: isReadable(body) ? undefined : body,
      isClosedAfterRefusal: raw.httpVersionMajor === 1,
    }
  }

  connect(options: StreamOptions, owner: ConnectionOwner): Connection {
    return new NodeConnection(this.response, this, options, owner)
  }
}

/**
 * A content type parser that leaves the body unread: `authorize` is called before a body is read, and `maxBodyBytes`
 * applies.
 */
export function unreadBodyParser(
  _request: FastifyRequest,
  payload: unknown,
  done: (error: null, body: unknown) => void,
): void {
  done(null, payload)
}

function isReadable(body: unknown): body is Pick<HttpRequest, 'readableDidRead' | 'iterator'> {
  return typeof body === 'object' && body !== null && 'readableDidRead' in body
}

class FastifyServerRequest implements ServerRequest<FastifyRequest> {
  readonly raw: FastifyRequest
  readonly #node: ServerRequest

  constructor(raw: FastifyRequest, node: ServerRequest) {
    this.raw = raw
    this.#node = node
  }

  get method(): string {
    return this.raw.method
  }

  get url(): string {
    return this.raw.originalUrl
  }

  /** Respects `trustProxy`. */
  get remoteAddress(): string | undefined {
    return this.raw.ip
  }

  header(name: string): string | undefined {
    return this.#node.header(name)
  }
}
