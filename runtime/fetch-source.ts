import { createBackoff, readRetryAfter } from './backoff'
import type { ReconnectOptions } from './client-types'
import { describe, EventSourceError } from './errors'
import { createEventReader } from './event-reader'
import type { Source } from './feed'
import { request, SENDABLE, type RequestPlan } from './fetch-request'
import { createIdleTimer } from './idle-timer'
import type { Hooks } from './hooks'
import type { Inbox, Notice } from './inbox'

/** What is asked for and how. */
export interface FetchSession extends RequestPlan {
  readonly name: string
  readonly lastEventId?: string
  readonly reconnect?: false | ReconnectOptions
  /** ms; 0 is off, undefined follows the server's heartbeat. */
  readonly idleTimeout?: number
  readonly maxBuffered?: number
  /** Bytes. */
  readonly maxEventBytes?: number
  onOpen?(): void
}

/** Keeps one event stream up over `fetch`: attempts, one after another, until it is stopped or something final happens. */
export function createFetchSource(session: FetchSession, inbox: Inbox, hooks: Hooks): Source {
  const { name, idleTimeout, maxBuffered = 1000, maxEventBytes = 0x1000000 } = session
  const backoff = createBackoff(session.reconnect)
  const most = maxBuffered || 1
  let readyState: 0 | 1 | 2 = 0
  /** Id of the last event that has arrived; the server goes on behind it. */
  let cursor = session.lastEventId ?? ''
  let timeout = idleTimeout ?? 0
  /** When the stream of this attempt opened; Infinity where it has not. */
  let opened = Infinity
  let retryAfter: number | undefined
  /** Ends what is going on now: a request, a body, a delay. */
  let interrupt = (): void => undefined

  const isStopped = (): boolean => readyState === 2

  function tell(kind: Notice['kind'], error?: EventSourceError): void {
    inbox.push({ kind, id: cursor, error })
    inbox.announce()
  }

  async function run(): Promise<void> {
    for (;;) {
      const { code, message, status, cause, retrying: useful } = await attempt()
      if (isStopped()) return
      readyState = 0
      const retrying = backoff.ended(Date.now() - opened) && useful
      const attempts = backoff.failures
      // That a server ends a stream which has worked is its way of life, and no news.
      if (code !== 'closed' || (retrying && attempts > 0)) {
        const facts = { status, cause, attempt: attempts, retrying }
        tell('error', new EventSourceError(code, `${name}: ${message}`, facts))
      } else if (!retrying) tell('end')
      // Whoever heard of it may have closed.
      if (!retrying || isStopped()) return
      await pause(backoff.delay(retryAfter))
      await inbox.room(most)
      if (isStopped()) return
    }
  }

  /** One request and all that comes of it, to its end: `retrying` tells whether another one is of use. Never throws. */
  async function attempt(): Promise<EventSourceError> {
    const controller = new AbortController()
    const { signal } = controller
    const abort = (): void => controller.abort()
    // A server that beats quickly may still take its time to answer.
    const idle = createIdleTimer(idleTimeout ?? (timeout && Math.max(timeout, 1e4)), abort)
    const reader = createEventReader(handlers, maxEventBytes)
    interrupt = abort
    opened = Infinity
    retryAfter = undefined
    try {
      // An id that no header can carry is as good as lost.
      const gap = !SENDABLE.test(cursor)
      const { status, headers, body } = await request(session, gap ? '' : cursor, signal)
      const stream = body?.getReader()
      // A body that does not know of the signal ends by this.
      signal.addEventListener('abort', () => void stream?.cancel().catch(() => undefined))
      signal.throwIfAborted()
      retryAfter = readRetryAfter(headers.get('Retry-After'))
      // The server has no more to say, which is no error.
      if (status === 204) throw new EventSourceError('closed', '')
      if (status !== 200) {
        const retrying = /^(408|425|429|5..)$/.test(String(status))
        throw new EventSourceError('status', `status ${status}`, { status, retrying })
      }
      const type = headers.get('Content-Type') ?? ''
      if (!/^\s*text\/event-stream\s*(;|$)/i.test(type)) {
        const problem = `content type "${type}" is not text/event-stream`
        throw new EventSourceError('content-type', problem, { status })
      }
      opened = Date.now()
      // A byte that should have come within three heartbeats is not coming.
      timeout = idleTimeout ?? Number(headers.get('EventSource-Heartbeat')) * 3
      idle.restart(timeout)
      readyState = 1
      void hooks.call(() => session.onOpen?.())
      if (gap || headers.has('EventSource-Gap')) tell('gap')
      const decoder = new TextDecoder()
      while (stream) {
        const { done, value } = await stream.read()
        signal.throwIfAborted()
        if (done) break
        idle.touch()
        reader.feed(decoder.decode(value, { stream: true }), value.byteLength)
        inbox.announce()
        const room = inbox.room(most)
        if (room) {
          idle.restart(0)
          await room
          idle.restart(timeout)
        }
      }
      return new EventSourceError('closed', 'the server ended the stream', { retrying: true })
    } catch (cause) {
      if (signal.aborted) {
        return new EventSourceError('timeout', `no byte for ${timeout} ms`, { retrying: true })
      }
      if (cause instanceof EventSourceError) return cause
      return new EventSourceError('network', describe(cause), { cause, retrying: true })
    } finally {
      reader.end()
      idle.restart(0)
      abort()
    }
  }

  const handlers: Parameters<typeof createEventReader>[0] = {
    onEvent(event) {
      cursor = event.id ??= cursor
      inbox.push(event)
    },
    onBareId(id) {
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
    })
  }

  return {
    get readyState() {
      return readyState
    },
    start: () => void run(),
    stop() {
      readyState = 2
      interrupt()
    },
  }
}
