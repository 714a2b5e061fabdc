import { Backoff, readRetryAfter } from './backoff'
import type { ReconnectOptions } from './client-types'
import { EventSourceError, type ErrorCode } from './errors'
import { createEventReader } from './event-reader'
import type { Source } from './feed'
import { discard, prepareRequest, sendRequest, type RequestPlan } from './fetch-request'
import { IdleTimer } from './idle-timer'
import { Notice, type Inbox } from './inbox'

/** Settings of a source, all of them decided. */
export interface FetchPolicy {
  readonly name: string
  readonly lastEventId: string
  readonly reconnect: false | ReconnectOptions
  /** ms; 0 is off, undefined follows the server's heartbeat. */
  readonly idleTimeout: number | undefined
  readonly maxBuffered: number
  /** Bytes. */
  readonly maxEventBytes: number
  onOpen(): void
}

/** How an attempt ended. */
interface Outcome {
  /** null: the server has no more to say. */
  readonly code: ErrorCode | null
  readonly message: string
  readonly status?: number | undefined
  readonly cause?: unknown
  /** Whether another attempt is of no use. */
  readonly final?: boolean
  readonly retryAfter?: number | undefined
  /** How long the stream was open, ms. */
  readonly worked?: number
}

/** A byte that should have come within three heartbeats is not coming. */
const HEARTBEATS = 3
const RETRIED = new Set([408, 425, 429])

/** Keeps one event stream up over `fetch`: attempts, one after another, until it is stopped or something final happens. */
export class FetchSource implements Source {
  readyState: 0 | 1 | 2 = 0
  /** Id of the last event that has arrived; the server goes on behind it. */
  #lastEventId: string
  #stopped = false
  #idleTimeout: number
  /** Ends what is going on now: a request, a body, a delay. */
  #interrupt: () => void = () => undefined
  readonly #plan: RequestPlan
  readonly #policy: FetchPolicy
  readonly #inbox: Inbox
  readonly #backoff: Backoff

  constructor(plan: RequestPlan, policy: FetchPolicy, inbox: Inbox) {
    this.#plan = plan
    this.#policy = policy
    this.#inbox = inbox
    this.#backoff = new Backoff(policy.reconnect)
    this.#lastEventId = policy.lastEventId
    this.#idleTimeout = policy.idleTimeout ?? 0
  }

  start(): void {
    void this.#run()
  }

  stop(): void {
    this.#stopped = true
    this.readyState = 2
    this.#interrupt()
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const outcome = await this.#attempt()
      if (this.#stopped) return
      this.readyState = 0
      const { code, final = false } = outcome
      if (code === null) return this.#tell(new Notice('end', this.#lastEventId))
      const backoff = this.#backoff
      backoff.ended(outcome.worked ?? 0)
      const retrying = !final && !backoff.exhausted
      // That a server ends a stream which has worked is its way of life, and no news.
      const routine = code === 'closed' && (backoff.failures === 0 || !retrying)
      if (!routine) this.#report(outcome, code, retrying)
      else if (!retrying) this.#tell(new Notice('end', this.#lastEventId))
      if (!retrying) return
      await this.#wait(backoff.delay(outcome.retryAfter))
      await this.#inbox.room(this.#policy.maxBuffered)
    }
  }

  /** One request and what comes of it. Never throws. */
  async #attempt(): Promise<Outcome> {
    const controller = new AbortController()
    const { signal } = controller
    let timedOut = false
    const idle = new IdleTimer(this.#idleTimeout, () => {
      timedOut = true
      controller.abort()
    })
    this.#interrupt = () => {
      idle.stop()
      controller.abort()
    }
    let opened = 0
    const worked = (): number => (opened === 0 ? 0 : Date.now() - opened)
    const fallen = (cause: unknown): Outcome =>
      timedOut
        ? { code: 'timeout', message: `no byte for ${this.#idleTimeout} ms`, worked: worked() }
        : { code: 'network', message: describe(cause), cause, worked: worked() }
    try {
      const request = await untilAborted(prepareRequest(this.#plan, this.#lastEventId), signal)
      idle.touch()
      const response = await untilAborted(sendRequest(this.#plan, request, signal), signal, discard)
      const refusal = refuse(response)
      if (refusal !== undefined) {
        discard(response)
        return refusal
      }
      opened = Date.now()
      this.#open(response, idle)
      const problem = await this.#read(response, signal, idle)
      if (timedOut) return fallen(undefined)
      return problem ?? { code: 'closed', message: 'the server ended the stream', worked: worked() }
    } catch (cause) {
      if (!(cause instanceof EventSourceError)) return fallen(cause)
      return {
        code: cause.code,
        message: cause.message,
        status: cause.status,
        cause: cause.cause,
        final: true,
      }
    } finally {
      idle.stop()
      controller.abort()
    }
  }

  #open({ headers }: Response, idle: IdleTimer): void {
    if (this.#policy.idleTimeout === undefined) {
      const heartbeat = Number(headers.get('EventSource-Heartbeat'))
      this.#idleTimeout = heartbeat > 0 ? heartbeat * HEARTBEATS : 0
      idle.timeout = this.#idleTimeout
    }
    idle.touch()
    this.readyState = 1
    this.#policy.onOpen()
    if (headers.has('EventSource-Gap')) this.#tell(new Notice('gap', this.#lastEventId))
  }

  /** Reads the body to its end, pausing while the inbox is full. */
  async #read(
    { body }: Response,
    signal: AbortSignal,
    idle: IdleTimer,
  ): Promise<Outcome | undefined> {
    if (body === null || signal.aborted) return undefined
    const stream = body.getReader()
    // A body that does not know of the signal ends by this.
    signal.addEventListener('abort', () => void stream.cancel().catch(() => undefined))
    const { maxBuffered, maxEventBytes } = this.#policy
    const decoder = new TextDecoder()
    const reader = createEventReader(this.#handlers(), maxEventBytes)
    try {
      for (;;) {
        const { done, value } = await stream.read()
        if (done || signal.aborted) return undefined
        idle.touch()
        const fits = reader.feed(decoder.decode(value, { stream: true }), value.byteLength)
        this.#inbox.announce()
        if (!fits) {
          const message = `an event is larger than ${maxEventBytes} bytes (maxEventBytes)`
          return { code: 'too-large', message, final: true }
        }
        const room = this.#inbox.room(maxBuffered)
        if (room !== undefined) {
          idle.pause()
          await room
          idle.resume()
        }
      }
    } finally {
      reader.end()
    }
  }

  #handlers(): Parameters<typeof createEventReader>[0] {
    const inbox = this.#inbox
    return {
      onEvent: (event) => {
        if (event.id === undefined) event.id = this.#lastEventId
        else this.#lastEventId = event.id
        inbox.push(event)
      },
      onId: (id) => {
        this.#lastEventId = id
        inbox.push(new Notice('id', id))
      },
      onRetry: (ms) => {
        this.#backoff.retry = ms
      },
      onComment: (comment) => {
        if (comment === 'gap') inbox.push(new Notice('gap', this.#lastEventId))
      },
    }
  }

  #report(outcome: Outcome, code: ErrorCode, retrying: boolean): void {
    const { message, status, cause } = outcome
    const { failures } = this.#backoff
    const facts = { status, cause, attempt: failures, retrying }
    const error = new EventSourceError(code, `${this.#policy.name}: ${message}`, facts)
    this.#tell(new Notice('error', this.#lastEventId, error))
  }

  #tell(notice: Notice): void {
    this.#inbox.push(notice)
    this.#inbox.announce()
  }

  #wait(delay: number): Promise<void> {
    if (this.#stopped) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delay)
      this.#interrupt = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

/** What is wrong with an answer; undefined where it is an event stream. */
function refuse({ status, headers }: Response): Outcome | undefined {
  if (status === 204) return { code: null, message: '' }
  if (status !== 200) {
    const retried = RETRIED.has(status) || (status >= 500 && status <= 599)
    const retryAfter = readRetryAfter(headers.get('Retry-After'))
    return { code: 'status', message: `status ${status}`, status, final: !retried, retryAfter }
  }
  const type = headers.get('Content-Type') ?? ''
  if (/^\s*text\/event-stream\s*(?:;|$)/i.test(type)) return undefined
  const message = `content type "${type}" is not text/event-stream`
  return { code: 'content-type', message, status, final: true }
}

/** Leaves a promise behind as soon as the signal says so: a `fetch` of the user's may not know of it. */
function untilAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal,
  late: (value: T) => void = () => undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(new Error('aborted'))
    if (signal.aborted) leave()
    signal.addEventListener('abort', leave)
    promise.then((value) => (signal.aborted ? late(value) : resolve(value)), reject)
  })
}

/** fetch says "fetch failed", and its cause why. An error may be of another realm, so that it is no `Error` here. */
function describe(cause: unknown): string {
  const { message, cause: reason } = (cause ?? {}) as { message?: unknown; cause?: unknown }
  const own = message === undefined ? String(cause) : String(message)
  return reason === undefined ? own : `${own}: ${describe(reason)}`
}
