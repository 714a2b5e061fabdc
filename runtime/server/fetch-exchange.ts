import { connectionTimer, ConnectionTimer } from './timers'
import {
  Connection,
  setStreamHeaders,
  type ConnectionOwner,
  type StreamOptions,
} from './connection'
import type { Exchange, ServerRequest } from './exchange'
import { rejectTemporarily, type ResponseHead } from './http'
import type { Frame } from './sse'
import type { BodySource } from './request-body'

/** Bytes that a stream buffers. At more, `sendEvent` waits and a hub's client reads from the history. */
const HIGH_WATER_MARK = 64 * 1024

/** Cloudflare's runtime does not allow the timer of one request to write to the response of another. */
const isWorkerd =
  (globalThis as { readonly navigator?: { readonly userAgent?: string } }).navigator?.userAgent ===
  'Cloudflare-Workers'

/** nginx logs a request with this status if its client has disconnected before the response. */
const CLIENT_CLOSED_REQUEST = 499

/** `encodeBody` is an extension of Cloudflare's runtime. */
type FetchResponseInit = ResponseInit & { readonly encodeBody: 'manual' }

/** A `Request` and its `Response` (WHATWG Fetch). */
export class FetchExchange implements Exchange<Request> {
  readonly request: ServerRequest<Request>
  readonly response: FetchResponseHead
  readonly path: string
  /** Resolves once the response has begun. */
  readonly answer: Promise<Response>
  readonly #raw: Request
  #resolve: ((response: Response) => void) | undefined

  /** @param path of the request without the prefix */
  constructor(request: Request, url: URL, path: string) {
    this.#raw = request
    this.request = new FetchRequest(request, url)
    this.path = path
    this.answer = new Promise((resolve) => {
      this.#resolve = resolve
    })
    this.response = new FetchResponseHead((body) => this.respond(body))
    // Otherwise `answer` would remain pending, and middleware around the handler would never continue.
    request.signal.addEventListener('abort', () => this.#abandon())
    if (request.signal.aborted) this.#abandon()
  }

  get isAnswered(): boolean {
    return this.#resolve === undefined
  }

  get isDisconnected(): boolean {
    return this.#raw.signal.aborted
  }

  takeResponse(): void {
    // Only the runtime creates the response.
  }

  bodySource(): BodySource {
    const { body, bodyUsed } = this.#raw
    return {
      header: (name) => this.request.header(name),
      chunks: bodyUsed ? undefined : chunksOf(body),
    }
  }

  connect(options: StreamOptions, owner: ConnectionOwner): Connection {
    return new FetchConnection(this, this.#raw.signal, options, owner)
  }

  /** Responds with the head and a body. */
  respond(body: ReadableStream<Uint8Array> | string | null): void {
    const { statusCode: status, headers } = this.response
    // Without `encodeBody`, Cloudflare's runtime compresses a body with `Content-Encoding: gzip` a second time.
    const init: FetchResponseInit = { status, headers, encodeBody: 'manual' }
    this.resolve(new Response(body, init))
  }

  /** Responds with a response of the user and the headers that the runtime has set (CORS). */
  respondWith(response: Response): void {
    const headers = new Headers(response.headers)
    for (const [name, value] of this.response.headers) {
      if (name === 'vary') headers.append(name, value)
      else headers.set(name, value)
    }
    const { status, statusText } = response
    this.resolve(new Response(response.body, { status, statusText, headers }))
  }

  /** Completes the request of a client that has disconnected. The response is not sent. */
  #abandon(): void {
    this.resolve(new Response(null, { status: CLIENT_CLOSED_REQUEST }))
  }

  private resolve(response: Response): void {
    this.#resolve?.(response)
    this.#resolve = undefined
  }
}

class FetchRequest implements ServerRequest<Request> {
  readonly raw: Request
  readonly url: string
  /** A `Request` has no remote address. */
  readonly remoteAddress = undefined

  constructor(raw: Request, { pathname, search }: URL) {
    this.raw = raw
    this.url = pathname + search
  }

  get method(): string {
    return this.raw.method
  }

  header(name: string): string | undefined {
    return this.raw.headers.get(name) ?? undefined
  }
}

class FetchResponseHead implements ResponseHead {
  statusCode = 200
  readonly headers = new Headers()
  readonly #respond: (body: string | null) => void

  constructor(respond: (body: string | null) => void) {
    this.#respond = respond
  }

  getHeader(name: string): string | undefined {
    return this.headers.get(name) ?? undefined
  }

  setHeader(name: string, value: string): void {
    this.headers.set(name, value)
  }

  removeHeader(name: string): void {
    this.headers.delete(name)
  }

  end(text?: string): void {
    this.#respond(text ?? null)
  }
}

/**
 * An event stream over a `ReadableStream`. It is not a byte stream: byte streams detach the buffers that they receive
 * (Streams Standard §3.11.3), and all clients share a frame.
 */
class FetchConnection extends Connection {
  readonly #exchange: FetchExchange
  readonly #signal: AbortSignal
  readonly #timer = isWorkerd ? new ConnectionTimer() : connectionTimer
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  /** Called when the host has read all bytes. */
  #onSent: (() => void) | undefined

  constructor(
    exchange: FetchExchange,
    signal: AbortSignal,
    options: StreamOptions,
    owner: ConnectionOwner,
  ) {
    super(options, owner)
    this.#exchange = exchange
    this.#signal = signal
    signal.addEventListener('abort', this.#onDisconnect)
  }

  get isAnswered(): boolean {
    return this.#exchange.isAnswered
  }

  get unsent(): number {
    const { desiredSize } = this.#controller ?? {}
    return desiredSize === undefined || desiredSize === null ? 0 : HIGH_WATER_MARK - desiredSize
  }

  destroy(): void {
    // The client does not receive the error: the host aborts the response.
    this.#controller?.error(new Error('the event stream was aborted'))
    if (!this.isAnswered) rejectTemporarily(this.#exchange, 503)
    this.#onDisconnect()
  }

  protected override get timer(): ConnectionTimer {
    return this.#timer
  }

  protected start(first: Frame, hasGap: boolean): void {
    const { response } = this.#exchange
    setStreamHeaders(response, this.options)
    if (hasGap) response.setHeader('EventSource-Gap', '1')
    const stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller
        },
        pull: () => this.#onPull(),
        cancel: this.#onDisconnect,
      },
      new ByteLengthQueuingStrategy({ highWaterMark: HIGH_WATER_MARK }),
    )
    this.write(first)
    this.#exchange.respond(stream)
  }

  protected send(frame: Frame): boolean {
    const controller = this.#controller
    if (controller === undefined) return false
    controller.enqueue(frame.bytes)
    this.written += frame.bytes.length
    this.isBlocked = (controller.desiredSize ?? 0) <= 0
    return !this.isBlocked
  }

  protected finish(): void {
    this.#whenSent(() => {
      this.#controller?.close()
      this.#onDisconnect()
    })
  }

  protected finishIncomplete(): void {
    // The host has read the bytes, and sends them with the current turn of the event loop.
    this.#whenSent(() => setTimeout(() => this.destroy(), 0))
  }

  protected detach(): void {
    this.#onDisconnect()
  }

  /** Called after each read while the queue is below the high-water mark. */
  #onPull(): void {
    if (this.state === 'ending') this.#callIfSent()
    else if (this.isBlocked) this.reportDrain()
  }

  /** The stream emits no event when the host has read the last bytes, and `error` would discard them. */
  #whenSent(callback: () => void): void {
    this.#onSent = callback
    this.#callIfSent()
  }

  #callIfSent(): void {
    if (this.unsent > 0) return
    const callback = this.#onSent
    this.#onSent = undefined
    callback?.()
  }

  readonly #onDisconnect = (): void => {
    if (this.state === 'closed') return
    this.#signal.removeEventListener('abort', this.#onDisconnect)
    this.reportClose()
    this.#controller = undefined
  }
}

/** Some platforms cannot iterate a `ReadableStream`. */
async function* chunksOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader()
  if (reader === undefined) return
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
