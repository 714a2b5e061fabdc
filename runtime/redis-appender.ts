import { APPEND } from './redis-stream'
import type { StreamKeys } from './redis-stream'
import { RedisError } from './redis-connection'
import type { RedisConnection } from './redis-connection'

/** What Redis keeps of a hub; more is trimmed as events come. */
export interface Retention {
  readonly events: number
  /** How many it may be while they are young. */
  readonly burst: number
  /** ms; 0 is no limit. */
  readonly age: number
  /** Addresses whose newest id is remembered. */
  readonly addresses: number
}

interface Pending {
  readonly event: readonly [address: string, event: string, data: string]
  resolve(id: string): void
  reject(error: Error): void
}

/** A script blocks Redis while it runs, so a batch is bounded: events, and UTF-16 units of content. */
const BATCH_EVENTS = 500
const BATCH_SIZE = 1024 * 1024

/**
 * Appends the events of one hub, one batch at a time: what is published while a batch is under way goes
 * together in the next. So events are stored in the order of the calls even where a batch must be sent
 * again, and a busy hub costs one round trip for many events.
 */
export class RedisAppender {
  readonly #connection: RedisConnection
  readonly #head: readonly string[]
  readonly #limits: readonly string[]
  readonly #timeout: number
  #queue: Pending[] = []
  #flushing: Promise<void> | undefined
  #hash: string | undefined

  constructor(
    connection: RedisConnection,
    keys: StreamKeys,
    retention: Retention,
    timeout: number,
  ) {
    const { events, burst, age, addresses } = retention
    this.#connection = connection
    this.#head = ['2', keys.stream, keys.tails]
    this.#limits = [events, burst, age, addresses].map(String)
    this.#timeout = timeout
  }

  /** @throws RedisError */
  append(address: string, event: string, data: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ event: [address, event, data], resolve, reject })
      this.#flushing ??= this.#flush()
    })
  }

  /** Waits for what is under way. */
  async idle(): Promise<void> {
    await this.#flushing
  }

  async #flush(): Promise<void> {
    // What one turn of the program publishes goes together.
    await Promise.resolve()
    while (this.#queue.length > 0) {
      const batch = this.#take()
      try {
        const ids = await this.#send(batch.flatMap(({ event }) => event))
        batch.forEach(({ resolve }, index) => resolve(String(ids[index])))
      } catch (error) {
        for (const { reject } of batch) reject(notAcknowledged(error))
      }
    }
    this.#flushing = undefined
  }

  #take(): Pending[] {
    let size = 0
    const end = this.#queue.findIndex(({ event: [, , data] }, index) => {
      size += data.length
      return index > 0 && (size > BATCH_SIZE || index >= BATCH_EVENTS)
    })
    return this.#queue.splice(0, end < 0 ? this.#queue.length : end)
  }

  async #send(events: readonly string[]): Promise<unknown[]> {
    const rest = [...this.#head, ...this.#limits, ...events]
    const answer = await this.#run(rest)
    if (Array.isArray(answer)) return answer
    throw new RedisError('Redis answered something that is no list of ids', 'unknown')
  }

  async #run(rest: readonly string[]): Promise<unknown> {
    this.#hash ??= String(await this.#command('SCRIPT', 'LOAD', APPEND))
    try {
      return await this.#command('EVALSHA', this.#hash, ...rest)
    } catch (error) {
      // Forgotten by a restart, a failover or SCRIPT FLUSH. Running the text stores it again.
      if (!(error instanceof RedisError && error.message.startsWith('NOSCRIPT'))) throw error
      return this.#command('EVAL', APPEND, ...rest)
    }
  }

  #command(...args: string[]): Promise<unknown> {
    return this.#connection.command(args, this.#timeout)
  }
}

function notAcknowledged(error: unknown): RedisError {
  const reason = error instanceof Error ? error.message : String(error)
  return error instanceof RedisError && error.outcome === 'refused'
    ? new RedisError(`the event was not published: ${reason}`, 'refused', error)
    : new RedisError(`the event may or may not be published: ${reason}`, 'unknown', error)
}
