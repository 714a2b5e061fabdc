import type { Authenticate } from './client-types'
import { EventSourceError, type ErrorCode } from './errors'
import type { Source } from './feed'
import type { Inbox, Notice } from './inbox'

/** What an EventSource dispatches: `data` is there where it came from the server. */
export interface StandardEvent {
  readonly data?: unknown
  readonly lastEventId?: string
  /** Of the `eventsource` package: the HTTP status of what failed. */
  readonly code?: number | undefined
  readonly message?: string | undefined
}

/** As much of EventSource as is used; the browsers' and the `eventsource` package's fit. */
export interface StandardEventSource {
  readonly readyState: number
  addEventListener(type: string, listener: (event: StandardEvent) => void): void
  close(): void
}

export interface StandardEventSourceConstructor {
  new (url: string, init?: { withCredentials?: boolean }): StandardEventSource
}

export interface StandardPlan {
  readonly name: string
  readonly url: URL
  readonly authenticate: Authenticate | undefined
  readonly auth: object | undefined
  readonly withCredentials: boolean
  /** Names of events on the wire. */
  readonly events: ReadonlySet<string>
  readonly EventSource: StandardEventSourceConstructor | undefined
  onOpen(): void
}

const CLOSED = 2

/** Brings the events of a standard EventSource, which looks after the connection itself. */
export class StandardSource implements Source {
  #source: StandardEventSource | undefined
  #stopped = false
  #failures = 0
  #lastEventId = ''
  #hide = (text: string): string => text
  readonly #plan: StandardPlan
  readonly #inbox: Inbox

  constructor(plan: StandardPlan, inbox: Inbox) {
    this.#plan = plan
    this.#inbox = inbox
  }

  get readyState(): 0 | 1 | 2 {
    if (this.#stopped) return CLOSED
    return this.#source?.readyState === 1 ? 1 : 0
  }

  start(): void {
    this.#connect().catch((cause: unknown) => {
      const known = cause instanceof EventSourceError ? cause : undefined
      this.#report('configuration', known?.message ?? String(cause), { cause, retrying: false })
    })
  }

  stop(): void {
    this.#stopped = true
    this.#source?.close()
  }

  async #connect(): Promise<void> {
    const { authenticate, auth, withCredentials, events } = this.#plan
    const url = new URL(this.#plan.url)
    const headers = new Headers()
    const put = await authenticate?.(auth)
    put?.({ url, headers })
    this.#hide = put?.hide ?? this.#hide
    // Not `for … of`: with TypeScript 5, `dom` without `dom.iterable` has no iterator here.
    headers.forEach((_value, name) => {
      throw new EventSourceError(
        'configuration',
        `auth: EventSource cannot send the header ${name}`,
      )
    })
    const EventSource = this.#plan.EventSource ?? (await standard())
    if (this.#stopped) return
    const source = new EventSource(url.href, { withCredentials })
    this.#source = source
    // A message may be called `open` or `error`: only what the server sent has data.
    source.addEventListener('open', (event) => {
      if (event.data !== undefined || this.#stopped) return
      this.#failures = 0
      this.#plan.onOpen()
    })
    source.addEventListener('error', (event) => {
      if (event.data === undefined && !this.#stopped) this.#failed(event, source.readyState)
    })
    for (const name of events) {
      source.addEventListener(name, ({ data, lastEventId = '' }) => {
        if (typeof data !== 'string') return
        this.#lastEventId = lastEventId
        this.#inbox.push({ event: name, data, id: lastEventId })
        this.#inbox.announce()
      })
    }
  }

  /** EventSource does not say what is wrong; the `eventsource` package does. */
  #failed({ code: status, message }: StandardEvent, readyState: number): void {
    const retrying = readyState !== CLOSED
    if (status === 204) return this.#tell('end')
    const code = status === undefined ? 'network' : status === 200 ? 'content-type' : 'status'
    this.#failures++
    const text = message ?? (retrying ? 'the connection is lost' : 'EventSource has given up')
    this.#report(code, this.#hide(text), { status, retrying })
  }

  #report(
    code: ErrorCode,
    message: string,
    facts: { status?: number | undefined; cause?: unknown; retrying: boolean },
  ): void {
    const error = new EventSourceError(code, `${this.#plan.name}: ${message}`, {
      ...facts,
      attempt: this.#failures,
    })
    this.#tell('error', error)
  }

  #tell(kind: Notice['kind'], error?: EventSourceError): void {
    this.#inbox.push({ kind, id: this.#lastEventId, error })
    this.#inbox.announce()
  }
}

async function standard(): Promise<StandardEventSourceConstructor> {
  const { EventSource } = globalThis as { EventSource?: StandardEventSourceConstructor }
  return EventSource ?? (await import('eventsource')).EventSource
}
