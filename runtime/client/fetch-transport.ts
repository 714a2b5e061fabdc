import { type IdleTimer, createBackoff, createIdleTimer } from './timers'
import { EventSourceError, type Failure, type Outcome, errorText, failed } from './errors'
import type { ControlMessage } from './event-queue'
import { createEventReader } from './event-reader'
import { isSendableId, request } from './fetch-request'
import { cancel, isEventStream, parseRetryAfter, readExcerpt } from './response'
import type { Transport, TransportContext } from './session'
import type {
  ConnectionSharing,
  DetectEnd,
  ReconnectOptions,
  RequestOptions,
  RequestTarget,
} from './types'
import { createUtf8Decoder } from './utf8-decoder'

/** Options of the transport; a generated client passes its own options. */
export interface FetchTransportOptions extends RequestOptions {
  readonly reconnect?: false | ReconnectOptions
  /** ms; 0 disables it, undefined follows the server's heartbeat. */
  readonly idleTimeout?: number
  readonly share?: ConnectionSharing
}

/** Statuses after which another attempt may succeed (RFC 9110 §15.5.9 and §15.6, RFC 8470, RFC 6585). */
export const RETRYABLE_STATUS = /^(408|425|429|5..)$/

/** Minimum time to wait for the headers, ms: a short heartbeat interval does not limit response latency. */
const MIN_HEADERS_TIMEOUT = 10_000

/** Reason of an abort by the idle timer. */
const IDLE = 'idle'

/** Keeps one event stream open over `fetch`, with repeated attempts, until it is stopped or an outcome is final. */
export function createFetchTransport(
  target: RequestTarget,
  options: FetchTransportOptions,
  context: TransportContext,
  detectEnd?: DetectEnd,
): Transport {
  const { queue, setState } = context
  const { reconnect, maxEventBytes = 0x1000000 } = options
  const backoff = createBackoff(reconnect)
  /** Id of the last event that has arrived; the server continues after it. */
  let lastReceivedId = target.lastEventId ?? ''
  /** ms; set by the last response. */
  let idleTimeout = options.idleTimeout ?? 0
  /** When the stream of the current attempt opened; undefined before. */
  let openedAt: number | undefined
  let hasEvents = false
  /** Whether the event that ends the stream has arrived. */
  let isComplete = false
  /** Aborts the current attempt or delay. */
  let controller: AbortController

  const isClosed = (): boolean => context.state === 'closed'

  async function reconnectLoop(): Promise<void> {
    while (!isClosed()) {
      controller = new AbortController()
      let outcome = await connectOnce(controller)
      if (isComplete) return
      const isOpen = openedAt !== undefined
      outcome = target.request?.assess(outcome, { isOpen, hasEvents }) ?? outcome
      // A callback may close the subscription.
      if (isClosed() || !settle(outcome) || isClosed()) return
      controller = new AbortController()
      const { retryAfter } = outcome as Partial<Failure>
      await sleep(backoff.delay(retryAfter), controller.signal)
      await queue.waitForCapacity()
    }
  }

  /** Reports an outcome. @returns whether another attempt follows */
  function settle(outcome: Outcome): boolean {
    const isEnded = outcome.kind === 'ended'
    const mayRetry = backoff.recordDisconnect(
      isEnded && hasEvents ? Infinity : openedAt && performance.now() - openedAt,
    )
    if (outcome.kind === 'done' || (isEnded && reconnect === false)) {
      enqueueControl('end')
      return false
    }
    const { failures: attempt } = backoff
    const { code, message, ...facts } = isEnded
      ? failed('closed', 'The server ended the stream before an event', true)
      : outcome
    const retrying = mayRetry && facts.retrying
    if (retrying) setState('reconnecting')
    // The end of an established stream is expected.
    if (!isEnded || attempt > 0) {
      enqueueControl('error', new EventSourceError(code, message, { ...facts, attempt, retrying }))
    }
    return retrying
  }

  function enqueueControl(kind: ControlMessage['kind'], error?: EventSourceError): void {
    queue.push({ kind, id: lastReceivedId, error })
    queue.notify()
  }

  /** One request and its stream, until the end. Never rejects. */
  async function connectOnce(attempt: AbortController): Promise<Outcome> {
    const { signal } = attempt
    const headersTimeout =
      options.idleTimeout ?? (idleTimeout && Math.max(idleTimeout, MIN_HEADERS_TIMEOUT))
    const idle = createIdleTimer(headersTimeout, () => attempt.abort(IDLE))
    openedAt = undefined
    hasEvents = false
    try {
      // An id that a header cannot contain is lost.
      const hasGap = !isSendableId(lastReceivedId)
      const send = target.request?.resumption.send ?? options.share?.share(request) ?? request
      const response = await send(target, options, hasGap ? '' : lastReceivedId, signal)
      const outcome = outcomeOf(response)
      if (outcome) {
        return outcome.kind === 'failed'
          ? { ...outcome, body: await readExcerpt(response) }
          : outcome
      }
      const { headers } = response
      openedAt = performance.now()
      // After three missed heartbeats the connection is considered dead.
      idleTimeout = options.idleTimeout ?? Number(headers.get('EventSource-Heartbeat')) * 3
      setState('open')
      if (hasGap || headers.has('EventSource-Gap')) enqueueControl('gap')
      await read(response, idle, signal)
      return { kind: 'ended' }
    } catch (cause) {
      if (signal.reason === IDLE) {
        return failed('timeout', 'The server sent no data in time', true)
      }
      return cause instanceof EventSourceError
        ? failed(cause.code, cause.message, cause.retrying, cause.status)
        : { ...failed('network', errorText(cause), true), cause }
    } finally {
      idle.restart(0)
      attempt.abort()
    }
  }

  async function read({ body }: Response, idle: IdleTimer, signal: AbortSignal): Promise<void> {
    const stream = body?.getReader()
    // Ends a body that ignores the signal.
    signal.addEventListener('abort', () => cancel(stream))
    // `onOpen` may have closed the subscription.
    if (signal.aborted) cancel(stream)
    const decode = createUtf8Decoder()
    const feed = createEventReader(handlers, maxEventBytes)
    idle.restart(idleTimeout)
    while (stream) {
      const { done, value } = await stream.read()
      // An abort ends the stream.
      if (done) return signal.throwIfAborted()
      idle.touch()
      feed(decode(value))
      queue.notify()
      const capacityFreed = queue.waitForCapacity()
      if (capacityFreed) {
        idle.restart(0)
        await capacityFreed
        idle.restart(idleTimeout)
      }
    }
  }

  const handlers: Parameters<typeof createEventReader>[0] = {
    onEvent(name, data, id = lastReceivedId) {
      if (isComplete) return
      hasEvents = true
      lastReceivedId = id
      const event = { event: name, data, id, next: undefined }
      const end = detectEnd?.(event)
      if (end !== 'sentinel') queue.push(event)
      if (end === undefined) return
      isComplete = true
      enqueueControl('end')
      controller.abort()
    },
    onId(id) {
      lastReceivedId = id
      enqueueControl('id')
    },
    onRetry(ms) {
      backoff.retry = ms
    },
    onComment(comment) {
      if (comment === 'gap' || comment === 'snapshot') enqueueControl(comment)
    },
  }

  return {
    start: () => void reconnectLoop(),
    stop: () => controller?.abort(),
  }
}

/** Outcome of a response that is not an event stream; undefined for an event stream. */
function outcomeOf({ status, headers }: Response): Outcome | undefined {
  if (status === 204) return { kind: 'done' }
  if (status !== 200) {
    const message = `The server answered with status ${status}`
    return {
      ...failed('status', message, RETRYABLE_STATUS.test(String(status)), status),
      retryAfter: parseRetryAfter(headers.get('Retry-After')),
    }
  }
  const type = headers.get('Content-Type') ?? ''
  return isEventStream(type)
    ? undefined
    : failed('content-type', `Content type "${type}" is not an event stream`, false, status)
}

/** Resolves after a time, ms, or as soon as the signal aborts. */
function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
