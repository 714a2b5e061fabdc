import { createBackoff, readRetryAfter } from './backoff'
import type { ReconnectOptions } from './client-types'
import { EventSourceError, type ErrorCode } from './errors'
import { createEventReader } from './event-reader'
import type { Source } from './feed'
import { discard, prepareRequest, sendRequest, type RequestPlan } from './fetch-request'
import { createIdleTimer, type IdleTimer } from './idle-timer'
import type { Hooks } from './hooks'
import type { Inbox, Notice } from './inbox'

/** What is asked for and how, all of it decided. */
export interface FetchSession extends RequestPlan {
  readonly name: string
  readonly lastEventId: string
  readonly reconnect: false | ReconnectOptions
  /** ms; 0 is off, undefined follows the server's heartbeat. */
  readonly idleTimeout?: number
  readonly maxBuffered: number
  /** Bytes. */
  readonly maxEventBytes: number
  onOpen?(): void
}

/** How an attempt ended. */
interface Outcome {
  readonly code: ErrorCode
  readonly message: string
  readonly status?: number | undefined
  readonly cause?: unknown
  /** Whether another attempt is of no use. */
  readonly final?: boolean
  readonly retryAfter?: number | undefined
}

/** A byte that should have come within three heartbeats is not coming. */
const HEARTBEATS = 3

/** Keeps one event stream up over `fetch`: attempts, one after another, until it is stopped or something final happens. */
export function createFetchSource(session: FetchSession, inbox: Inbox, hooks: Hooks): Source {
  const { name, idleTimeout, maxBuffered, maxEventBytes } = session
  const backoff = createBackoff(session.reconnect)
  let readyState: 0 | 1 | 2 = 0
  let stopped = false
  /** Id of the last event that has arrived; the server goes on behind it. */
  let cursor = session.lastEventId
  let timeout = idleTimeout ?? 0
  /** When the stream of this attempt opened; 0 where it has not. */
  let opened = 0
  /** Ends what is going on now: a request, a body, a delay. */
  let interrupt = (): void => undefined

  function tell(kind: Notice['kind'], error?: EventSourceError): void {
    inbox.push({ kind, id: cursor, error })
    inbox.announce()
  }

  async function run(): Promise<void> {
    while (!stopped) {
      opened = 0
      const outcome = await attempt()
      if (stopped) return
      readyState = 0
      if (outcome === null) return tell('end')
      const { code, message, status, cause, final, retryAfter } = outcome
      const retrying = backoff.ended(opened && Date.now() - opened) && !final
      const attempts = backoff.failures
      if (code !== 'closed' || (attempts > 0 && retrying)) {
        const facts = { status, cause, attempt: attempts, retrying }
        tell('error', new EventSourceError(code, `${name}: ${message}`, facts))
      } else if (!retrying) tell('end')
      // That a server ends a stream which has worked is its way of life, and no news.
      if (!retrying) return
      await pause(backoff.delay(retryAfter))
      await inbox.room(maxBuffered)
    }
  }

  /** One request and what comes of it; null where the server has no more to say. Never throws. */
  async function attempt(): Promise<Outcome | null> {
    const controller = new AbortController()
    const { signal } = controller
    const abort = (): void => controller.abort()
    const idle = createIdleTimer(timeout, abort)
    interrupt = abort
    try {
      const request = await untilAborted(prepareRequest(session, cursor), signal)
      const response = await untilAborted(sendRequest(session, request, signal), signal, discard)
      const { status, headers } = response
      if (status === 204) return null
      const refusal = refuse(status, headers)
      if (refusal !== undefined) {
        discard(response)
        return refusal
      }
      opened = Date.now()
      if (idleTimeout === undefined) {
        timeout = (Number(headers.get('EventSource-Heartbeat')) || 0) * HEARTBEATS
      }
      idle.restart(timeout)
      readyState = 1
      void hooks.call(() => session.onOpen?.())
      if (request.gap || headers.has('EventSource-Gap')) tell('gap')
      const fits = await read(response, signal, idle)
      if (!fits) {
        const message = `an event is larger than maxEventBytes, ${maxEventBytes}`
        return { code: 'too-large', message, final: true }
      }
      if (!signal.aborted) return { code: 'closed', message: 'the server ended the stream' }
    } catch (cause) {
      if (cause instanceof EventSourceError) {
        const { code, message, status } = cause
        return { code, message, status, cause: cause.cause, final: true }
      }
      if (!signal.aborted) return { code: 'network', message: describe(cause), cause }
    } finally {
      idle.restart(0)
      abort()
    }
    return { code: 'timeout', message: `no byte for ${timeout} ms` }
  }

  /** Reads the body to its end, pausing while the inbox is full; false where an event is too large. */
  async function read({ body }: Response, signal: AbortSignal, idle: IdleTimer): Promise<boolean> {
    if (body === null || signal.aborted) return true
    const stream = body.getReader()
    // A body that does not know of the signal ends by this.
    signal.addEventListener('abort', () => void stream.cancel().catch(() => undefined))
    const decoder = new TextDecoder()
    const reader = createEventReader(handlers, maxEventBytes)
    try {
      for (;;) {
        const { done, value } = await stream.read()
        if (done || signal.aborted) return true
        idle.touch()
        const fits = reader.feed(decoder.decode(value, { stream: true }), value.byteLength)
        inbox.announce()
        if (!fits) return false
        const room = inbox.room(maxBuffered)
        if (room !== undefined) {
          idle.restart(0)
          await room
          if (!signal.aborted) idle.restart(timeout)
        }
      }
    } finally {
      reader.end()
    }
  }

  const handlers: Parameters<typeof createEventReader>[0] = {
    onEvent(event) {
      if (event.id === undefined) event.id = cursor
      else cursor = event.id
      inbox.push(event)
    },
    onId(id) {
      cursor = id
      inbox.push({ kind: 'id', id })
    },
    onRetry(ms) {
      backoff.retry = ms
    },
    onComment(comment) {
      if (comment === 'gap') inbox.push({ kind: 'gap', id: cursor })
    },
  }

  function pause(delay: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delay)
      interrupt = () => {
        clearTimeout(timer)
        resolve()
      }
      // Whoever heard of the error may have closed.
      if (stopped) interrupt()
    })
  }

  return {
    get readyState() {
      return readyState
    },
    start: () => void run(),
    stop() {
      stopped = true
      readyState = 2
      interrupt()
    },
  }
}

/** What is wrong with an answer; undefined where it is an event stream. */
function refuse(status: number, headers: Headers): Outcome | undefined {
  if (status !== 200) {
    const final = ![408, 425, 429].includes(status) && !(status >= 500 && status <= 599)
    const retryAfter = readRetryAfter(headers.get('Retry-After'))
    return { code: 'status', message: `status ${status}`, status, final, retryAfter }
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
    if (signal.aborted) reject()
    signal.addEventListener('abort', () => reject())
    promise.then((value) => (signal.aborted ? late(value) : resolve(value)), reject)
  })
}

/** fetch says "fetch failed", and its cause why. An error may be of another realm, so that it is no `Error` here. */
function describe(cause: unknown): string {
  const { message, cause: reason } = (cause ?? {}) as { message?: unknown; cause?: unknown }
  const own = String(message ?? cause)
  return reason === undefined ? own : `${own}: ${describe(reason)}`
}
