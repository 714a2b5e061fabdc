import type { Authenticate, DetectEnd } from './types'
import { EventSourceError, type ErrorCode } from './errors'
import type { Transport, TransportContext } from './session'
import type { ControlMessage } from './event-queue'

/** An event that an EventSource dispatches. Only events of the server have `data`. */
export interface StandardEvent {
  readonly data?: unknown
  readonly lastEventId?: string
  /** HTTP status of a failure; only the `eventsource` package sets it. */
  readonly code?: number | undefined
  readonly message?: string | undefined
}

/** The part of EventSource that the client uses; browsers and the `eventsource` package implement it. */
export interface StandardEventSource {
  readonly readyState: number
  addEventListener(type: string, listener: (event: StandardEvent) => void): void
  close(): void
}

export interface StandardEventSourceConstructor {
  new (url: string, init?: { withCredentials?: boolean }): StandardEventSource
}

export interface EventSourceTransportOptions {
  readonly url: URL
  readonly authenticate: Authenticate | undefined
  readonly auth: object | undefined
  readonly withCredentials: boolean
  /** Event names that the server may send. */
  readonly events: ReadonlySet<string>
  readonly EventSource: StandardEventSourceConstructor | undefined
  readonly detectEnd: DetectEnd | undefined
}

const CLOSED = 2

/** Receives the events of a standard EventSource, which maintains the connection itself. */
export class EventSourceTransport implements Transport {
  #source: StandardEventSource | undefined
  #failures = 0
  #lastEventId = ''
  #redact = (text: string): string => text
  readonly #options: EventSourceTransportOptions
  readonly #context: TransportContext

  constructor(options: EventSourceTransportOptions, context: TransportContext) {
    this.#options = options
    this.#context = context
  }

  start(): void {
    this.#connect().catch((cause: unknown) => {
      const known = cause instanceof EventSourceError ? cause : undefined
      this.#report('configuration', known?.message ?? String(cause), {
        cause: known?.cause ?? cause,
        retrying: false,
      })
    })
  }

  stop(): void {
    this.#source?.close()
  }

  #isClosed(): boolean {
    return this.#context.state === 'closed'
  }

  async #connect(): Promise<void> {
    const { authenticate, auth, withCredentials, events } = this.#options
    const url = new URL(this.#options.url)
    const headers = new Headers()
    const credentials = await authenticate?.(auth)
    credentials?.apply({ url, headers })
    this.#redact = credentials?.redact ?? this.#redact
    // Not `for … of`: with TypeScript 5, `dom` without `dom.iterable` does not declare an iterator.
    headers.forEach((_value, name) => {
      throw new EventSourceError(
        'configuration',
        `Option auth: EventSource cannot send the header ${name}`,
      )
    })
    const EventSource = this.#options.EventSource ?? (await loadEventSource())
    if (this.#isClosed()) return
    const source = new EventSource(url.href, { withCredentials })
    this.#source = source
    // A message may be named `open` or `error`: only events of the server have data.
    source.addEventListener('open', (event) => {
      if (event.data !== undefined || this.#isClosed()) return
      this.#failures = 0
      this.#context.setState('open')
    })
    source.addEventListener('error', (event) => {
      if (event.data === undefined && !this.#isClosed()) this.#onFailure(event, source.readyState)
    })
    for (const name of events) {
      source.addEventListener(name, ({ data, lastEventId = '' }) => {
        if (typeof data !== 'string') return
        this.#lastEventId = lastEventId
        const wireEvent = { event: name, data, id: lastEventId }
        const end = this.#options.detectEnd?.(wireEvent)
        if (end !== 'sentinel') this.#context.queue.push(wireEvent)
        if (end !== undefined) {
          source.close()
          this.#enqueueControl('end')
        }
        this.#context.queue.notify()
      })
    }
  }

  /** EventSource does not provide the reason of a failure; the `eventsource` package does. */
  #onFailure({ code: status, message }: StandardEvent, readyState: number): void {
    const retrying = readyState !== CLOSED
    if (status === 204) return this.#enqueueControl('end')
    const code = status === undefined ? 'network' : status === 200 ? 'content-type' : 'status'
    this.#failures++
    if (retrying) this.#context.setState('reconnecting')
    const text =
      message ?? (retrying ? 'The connection is lost.' : 'EventSource does not reconnect.')
    this.#report(code, this.#redact(text), { status, retrying })
  }

  #report(
    code: ErrorCode,
    message: string,
    init: { status?: number | undefined; cause?: unknown; retrying: boolean },
  ): void {
    const attempt = this.#failures
    this.#enqueueControl('error', new EventSourceError(code, message, { ...init, attempt }))
  }

  #enqueueControl(kind: ControlMessage['kind'], error?: EventSourceError): void {
    this.#context.queue.push({ kind, id: this.#lastEventId, error })
    this.#context.queue.notify()
  }
}

/** The package is optional. Bundlers do not follow a name that is not a literal, so no page contains the package. */
async function loadEventSource(): Promise<StandardEventSourceConstructor> {
  const { EventSource } = globalThis as { EventSource?: StandardEventSourceConstructor }
  if (EventSource !== undefined) return EventSource
  const name: string = 'eventsource'
  try {
    const loaded = (await import(/* webpackIgnore: true */ /* @vite-ignore */ name)) as {
      EventSource: StandardEventSourceConstructor
    }
    return loaded.EventSource
  } catch (cause) {
    throw new EventSourceError(
      'configuration',
      'This platform has no EventSource. Install the package "eventsource", or set the option EventSource.',
      { cause },
    )
  }
}
