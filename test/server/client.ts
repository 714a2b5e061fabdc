import { request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { createParser, type EventSourceMessage } from 'eventsource-parser'

export interface OpenOptions {
  readonly method?: string
  readonly headers?: Record<string, string>
}

/** A client that sees what the wire carries, and waits for it. */
export class RawClient {
  readonly response: IncomingMessage
  readonly #request: ClientRequest
  readonly #waiting = new Set<() => void>()
  readonly #events: EventSourceMessage[] = []
  readonly #comments: string[] = []
  #text = ''
  #hasEnded = false

  private constructor(request: ClientRequest, response: IncomingMessage) {
    this.#request = request
    this.response = response
    const parser = createParser({
      onEvent: (event) => this.#events.push(event),
      onComment: (comment) => this.#comments.push(comment),
    })
    const isGzip = response.headers['content-encoding'] === 'gzip'
    const body: Readable = isGzip ? response.pipe(createGunzip()) : response
    body.setEncoding('utf8').on('data', (text: string) => {
      this.#text += text
      parser.feed(text)
      this.#wake()
    })
    const end = (): void => {
      this.#hasEnded = true
      this.#wake()
    }
    response.on('end', end).on('close', end).on('error', end)
  }

  /** Resolves with the headers; each client has a connection of its own. */
  static async open(
    url: string,
    { method = 'GET', headers }: OpenOptions = {},
  ): Promise<RawClient> {
    const request = requestHttp(url, {
      method,
      agent: false,
      headers: { accept: 'text/event-stream', ...headers },
    })
    request.end()
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    return new RawClient(request, response)
  }

  get status(): number | undefined {
    return this.response.statusCode
  }

  get headers(): IncomingMessage['headers'] {
    return this.response.headers
  }

  /** Everything that has come so far. */
  get text(): string {
    return this.#text
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

  close(): void {
    this.#request.destroy()
  }

  #wake(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const resolve of waiting) resolve()
  }
}
