import { type RedisConnection, RedisError, RedisScript, startReplyTimeout } from './connection'
import type { StreamKeys } from './stream'
import { APPEND_SCRIPT, newMark } from './stream-scripts'

/** Limits of the events that Redis keeps of a hub; more is trimmed as events are appended. */
export interface Retention {
  readonly events: number
  /** Maximum number of events that are less than 10 s old. */
  readonly burst: number
  /** Bytes of content. */
  readonly bytes: number
  /** ms; 0: no limit. */
  readonly age: number
  /** Number of addresses whose newest id is kept. */
  readonly addresses: number
}

export interface AppenderOptions {
  /** Time from `append` to the rejection, ms. */
  readonly timeout: number
  /** UTF-16 units that may wait for Redis. */
  readonly maxPending: number
}

interface PendingAppend {
  readonly event: readonly [address: string, event: string, data: string]
  readonly size: number
  /** Monotonic time, ms. */
  readonly deadline: number
  resolve(id: string): void
  reject(error: Error): void
}

/** A script blocks Redis while it runs, so a batch is limited: events, and UTF-16 units of content. */
const BATCH_EVENTS = 500
const BATCH_SIZE = 1024 * 1024

/**
 * Appends the events of one hub, one batch at a time: events that are published while a batch is in progress form the next
 * one. So events are stored in the order of the calls, also if a batch must be sent again. A busy hub costs one round trip
 * for many events.
 */
export class RedisAppender {
  readonly #connection: RedisConnection
  readonly #keys: readonly string[]
  readonly #retention: readonly string[]
  readonly #options: AppenderOptions
  readonly #script = new RedisScript(APPEND_SCRIPT)
  #queue: PendingAppend[] = []
  #inFlight: readonly PendingAppend[] = []
  /** Size of both, UTF-16 units. */
  #pendingSize = 0
  #flushed: Promise<void> | undefined
  #cancelTimeout: (() => void) | undefined
  /** The newest id that Redis has acknowledged to this process; `''` before the first. */
  lastId = ''

  constructor(
    connection: RedisConnection,
    keys: StreamKeys,
    { events, burst, bytes, age, addresses }: Retention,
    options: AppenderOptions,
  ) {
    this.#connection = connection
    this.#keys = [keys.stream, keys.tails]
    this.#retention = [events, burst, bytes, age, addresses].map(String)
    this.#options = options
  }

  /** Rejects with a RedisError after `timeout` ms, and at once if too much waits for Redis. */
  append(address: string, event: string, data: string): Promise<string> {
    const { timeout, maxPending } = this.#options
    const size = address.length + event.length + data.length + 64
    if (this.#pendingSize > 0 && this.#pendingSize + size > maxPending) {
      const reason = `${this.#pendingSize} of at most ${maxPending} bytes wait for Redis (maxPending)`
      return Promise.reject(new RedisError(`the event was not published: ${reason}`, 'refused'))
    }
    return new Promise((resolve, reject) => {
      const deadline = performance.now() + timeout
      const content = [address, event, data] as const
      this.#queue.push({ event: content, size, deadline, resolve, reject })
      this.#pendingSize += size
      if (this.#cancelTimeout === undefined) this.#rejectOverdueAfter(timeout)
      this.#flushed ??= this.#flush()
    })
  }

  /** Waits until every event is acknowledged or rejected. */
  async waitForIdle(): Promise<void> {
    await this.#flushed
  }

  async #flush(): Promise<void> {
    // All events of one turn of the event loop form one batch.
    await Promise.resolve()
    while (this.#queue.length > 0) {
      if (await this.#open()) await this.#sendBatch()
    }
    this.#cancelTimeout?.()
    this.#cancelTimeout = undefined
    this.#flushed = undefined
  }

  /**
   * Opens the connection. Events remain in the queue meanwhile: one that is overdue there has certainly not been sent. A
   * failure rejects those that were in the queue before.
   */
  async #open(): Promise<boolean> {
    const newest = this.#queue.at(-1)
    try {
      await this.#script.load(this.#connection, this.#options.timeout)
      return true
    } catch (error) {
      this.#refuse(this.#queue.findIndex((pending) => pending === newest) + 1, error)
      return false
    }
  }

  async #sendBatch(): Promise<void> {
    const batch = this.#takeBatch()
    if (batch.length === 0) return
    this.#inFlight = batch
    try {
      const ids = await this.#append(batch.flatMap(({ event }) => event))
      batch.forEach(({ resolve }, index) => resolve(String(ids[index])))
      this.lastId = String(ids.at(-1))
    } catch (error) {
      for (const { reject } of batch) reject(notAcknowledged(error))
    }
    this.#inFlight = []
    for (const { size } of batch) this.#pendingSize -= size
  }

  /** Rejects the first `count` events of the queue. */
  #refuse(count: number, error: unknown): void {
    for (const { size, reject } of this.#queue.splice(0, count)) {
      this.#pendingSize -= size
      reject(notAcknowledged(error))
    }
  }

  #takeBatch(): PendingAppend[] {
    let size = 0
    const end = this.#queue.findIndex((pending, index) => {
      size += pending.size
      return index > 0 && (size > BATCH_SIZE || index >= BATCH_EVENTS)
    })
    return this.#queue.splice(0, end < 0 ? this.#queue.length : end)
  }

  /** The timeout of an event starts with its call, regardless of the number of batches before it. */
  #rejectOverdue(): void {
    this.#cancelTimeout = undefined
    const now = performance.now()
    const { timeout } = this.#options
    const error = new Error(`no answer in ${timeout} ms`)
    let next = Infinity
    for (const { deadline, reject } of this.#inFlight) {
      if (deadline > now) next = Math.min(next, deadline)
      else reject(notAcknowledged(new RedisError(error.message, 'unknown', error)))
    }
    const firstInTime = this.#queue.findIndex(({ deadline }) => deadline > now)
    const overdue = firstInTime < 0 ? this.#queue.length : firstInTime
    this.#refuse(overdue, new RedisError(error.message, 'refused', error))
    next = Math.min(next, this.#queue[0]?.deadline ?? Infinity)
    if (next < Infinity) this.#rejectOverdueAfter(next - now)
  }

  #rejectOverdueAfter(delay: number): void {
    this.#cancelTimeout = startReplyTimeout(delay, () => this.#rejectOverdue())
  }

  async #append(events: readonly string[]): Promise<unknown[]> {
    const args = [newMark(), ...this.#retention, ...events]
    const reply = await this.#script.run(this.#connection, this.#keys, args, this.#options.timeout)
    if (Array.isArray(reply)) return reply
    throw new RedisError('the reply of Redis is not a list of ids', 'unknown')
  }
}

function notAcknowledged(error: unknown): RedisError {
  const reason = error instanceof Error ? error.message : String(error)
  return error instanceof RedisError && error.outcome === 'refused'
    ? new RedisError(`the event was not published: ${reason}`, 'refused', error)
    : new RedisError(`the event may have been published: ${reason}`, 'unknown', error)
}
