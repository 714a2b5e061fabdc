import { request as requestHttp, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { connect as connectHttp2, type ClientHttp2Stream } from 'node:http2'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { createParser, type EventSourceMessage } from 'eventsource-parser'

export interface OpenOptions {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

/** A client that reads everything that a response contains. */
abstract class StreamClient<Response extends Readable> {
  readonly response: Response
  readonly #waiting = new Set<() => void>()
  readonly #events: EventSourceMessage[] = []
  readonly #comments: string[] = []
  #text = ''
  #size = 0
  #codingError: unknown
  #hasEnded = false

  constructor(response: Response, { 'content-encoding': coding }: IncomingHttpHeaders) {
    this.response = response
    const parser = createParser({
      onEvent: (event) => this.#events.push(event),
      onComment: (comment) => this.#comments.push(comment),
    })
    const body: Readable = coding === 'gzip' ? response.pipe(createGunzip()) : response
    response.on('data', (bytes: Uint8Array) => (this.#size += bytes.length))
    body.setEncoding('utf8').on('data', (text: string) => {
      this.#text += text
      parser.feed(text)
      this.#wake()
    })
    const end = (): void => {
      this.#hasEnded = true
      this.#wake()
    }
    if (body === response) response.on('end', end)
    else body.on('end', end).on('error', (error: unknown) => (this.#codingError = error))
    const break_ = (): void => {
      // The decoder is not done yet.
      if (body === response || !response.readableEnded) end()
    }
    response.on('close', break_).on('error', end)
  }

  abstract get status(): number | undefined
  abstract get headers(): IncomingHttpHeaders
  /** Whether the response has ended as HTTP requires, and was not broken off. */
  abstract get isComplete(): boolean
  abstract close(): void

  /** Everything that has come so far. */
  get text(): string {
    return this.#text
  }

  /** Bytes of the body so far, as they were sent. */
  get size(): number {
    return this.#size
  }

  /** Set if the content coding is wrong. */
  get codingError(): unknown {
    return this.#codingError
  }

  get events(): readonly EventSourceMessage[] {
    return this.#events
  }

  get data(): string[] {
    return this.#events.map(({ data }) => data)
  }

  get comments(): readonly string[] {
    return this.#comments
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** Last id on the wire, with data or without. */
  get lastEventId(): string {
    return [...this.#text.matchAll(/^id: (.*)$/gm)].at(-1)?.[1] ?? ''
  }

  /** Resolves once the condition holds; rejects where the stream ends before. */
  async until(condition: (client: this) => boolean): Promise<this> {
    while (!condition(this)) {
      if (this.#hasEnded) throw new Error(`the stream ended before; it was:\n${this.#text}`)
      await new Promise<void>((resolve) => this.#waiting.add(resolve))
    }
    return this
  }

  /** Resolves with everything once the stream has ended. */
  async ended(): Promise<string> {
    while (!this.#hasEnded) await new Promise<void>((resolve) => this.#waiting.add(resolve))
    return this.#text
  }

  /** Resolves once so many events have come. */
  count(events: number): Promise<this> {
    return this.until(() => this.#events.length >= events)
  }

  #wake(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const resolve of waiting) resolve()
  }
}

/** A client of HTTP/1.1. */
export class RawClient extends StreamClient<IncomingMessage> {
  readonly close: () => void

  private constructor(response: IncomingMessage, close: () => void) {
    super(response, response.headers)
    this.close = close
  }

  /** Resolves with the headers; each client has a connection of its own. */
  static async open(
    url: string,
    { method = 'GET', headers, body }: OpenOptions = {},
  ): Promise<RawClient> {
    const request = requestHttp(url, {
      method,
      agent: false,
      headers: { accept: 'text/event-stream', ...headers },
    })
    request.end(body)
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    // A reset connection is an error of the request too.
    request.on('error', () => undefined)
    return new RawClient(response, () => request.destroy())
  }

  get status(): number | undefined {
    return this.response.statusCode
  }

  get headers(): IncomingHttpHeaders {
    return this.response.headers
  }

  get isComplete(): boolean {
    return this.response.complete
  }
}

/** A client of HTTP/2 without TLS. */
export class Http2Client extends StreamClient<ClientHttp2Stream> {
  readonly headers: IncomingHttpHeaders

  private constructor(stream: ClientHttp2Stream, headers: IncomingHttpHeaders) {
    super(stream, headers)
    this.headers = headers
  }

  /** Resolves with the headers; each client has a connection of its own. */
  static async open(
    url: string,
    { method = 'GET', headers, body }: OpenOptions = {},
  ): Promise<Http2Client> {
    const { origin, pathname, search } = new URL(url)
    const session = connectHttp2(origin)
    const stream = session.request(
      { ':method': method, ':path': pathname + search, accept: 'text/event-stream', ...headers },
      { endStream: body === undefined },
    )
    if (body !== undefined) stream.end(body)
    stream.once('close', () => session.close())
    const [head] = (await once(stream, 'response')) as [IncomingHttpHeaders]
    return new Http2Client(stream, head)
  }

  get status(): number | undefined {
    return Number(this.headers[':status'])
  }

  get isComplete(): boolean {
    return this.response.readableEnded && this.response.rstCode === 0
  }

  close(): void {
    this.response.session?.destroy()
  }
}
