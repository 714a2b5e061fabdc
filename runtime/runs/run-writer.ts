import { Pause } from '../core/pause'
import { sizeOf, type RunEnd, type RunEvent, type RunLog } from './run-log'

/** Maximum size of one append, in events and UTF-16 units: a log is blocked while it stores them. */
const BATCH_EVENTS = 500
const BATCH_SIZE = 512 * 1024
/** Maximum size that waits for the log before the producer must wait, UTF-16 units. */
const MAX_UNACKNOWLEDGED = 256 * 1024
/** ms */
const MAX_DELAY = 2000

/** Reason why nothing more can be written: the run was sealed elsewhere, or its log is deleted. */
export class RunRefusedError extends Error {
  override readonly name = 'RunRefusedError'
}

/**
 * The only writer of a run. Sends one batch at a time and retries it until the log replies. The log recognizes a
 * repetition, so each event is stored once and in order. Renews the lease in between.
 */
export class RunWriter {
  readonly #log: RunLog
  readonly #run: string
  readonly #writer: string
  /** Called once, when the log has refused the writer. */
  readonly #onRefused: () => void
  #queue: RunEvent[] = []
  #end: RunEnd | undefined
  /** Events that the log has acknowledged. */
  #acknowledged = 0
  #unacknowledged = 0
  #state: 'open' | 'sealed' | 'refused' | 'timed out' = 'open'
  #flushing: Promise<void> | undefined
  #waiting: (() => void)[] = []
  #lease: ReturnType<typeof setInterval> | undefined
  readonly #pause = new Pause()

  constructor(log: RunLog, run: { id: string; writer: string }, onRefused: () => void) {
    this.#log = log
    this.#run = run.id
    this.#writer = run.writer
    this.#onRefused = onRefused
    if (log.lease !== undefined) {
      this.#lease = setInterval(() => void this.#renew(), log.lease / 3)
    }
  }

  /** Adds an event. Resolves at once unless too much waits for the log; then once there is space. */
  async append(event: RunEvent): Promise<void> {
    if (this.#state !== 'open') return
    this.#enqueue(event)
    this.#flushing ??= this.#flush()
    while (this.#unacknowledged > MAX_UNACKNOWLEDGED && this.#state === 'open') {
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  /**
   * Stores waiting events and seals the run.
   * @param last the last events; the log has them only with the end, so no client gets a final event of a run that fails
   * @param timeout time after which no further attempt follows, ms
   * @returns whether the log has acknowledged it
   */
  async seal(end: RunEnd, last: readonly RunEvent[], timeout: number): Promise<boolean> {
    if (this.#state !== 'open') return false
    for (const event of last) this.#enqueue(event)
    this.#end = end
    this.#flushing ??= this.#flush()
    const timer = setTimeout(() => this.#stop('timed out'), timeout)
    await this.#flushing
    clearTimeout(timer)
    return this.#is('sealed')
  }

  /** Writes nothing more: the run was sealed elsewhere. */
  release(): void {
    this.#stop('refused')
  }

  #enqueue(event: RunEvent): void {
    this.#queue.push(event)
    this.#unacknowledged += sizeOf(event)
  }

  async #flush(): Promise<void> {
    // Events of one turn of the event loop form one batch.
    await Promise.resolve()
    let delay = Math.max(this.#log.retryDelay, 1)
    while (this.#is('open') && (this.#queue.length > 0 || this.#end !== undefined)) {
      const count = this.#nextBatch()
      const events = this.#queue.slice(0, count)
      const end = count === this.#queue.length ? this.#end : undefined
      try {
        const batch = {
          run: this.#run,
          writer: this.#writer,
          after: this.#acknowledged,
          events,
          end,
        }
        const result = await this.#log.append(batch)
        if (result === 'refused') this.#refuse()
        else this.#acknowledge(count, end)
        delay = Math.max(this.#log.retryDelay, 1)
      } catch {
        await this.#pause.wait(delay)
        delay = Math.min(2 * delay, MAX_DELAY)
      }
    }
    this.#flushing = undefined
  }

  #nextBatch(): number {
    let size = 0
    const end = this.#queue.findIndex((event, index) => {
      size += sizeOf(event)
      return index > 0 && (size > BATCH_SIZE || index >= BATCH_EVENTS)
    })
    return end < 0 ? this.#queue.length : end
  }

  #acknowledge(count: number, end: RunEnd | undefined): void {
    for (const event of this.#queue.splice(0, count)) this.#unacknowledged -= sizeOf(event)
    this.#acknowledged += count
    if (end !== undefined) this.#stop('sealed')
    else if (this.#unacknowledged <= MAX_UNACKNOWLEDGED) this.#wake()
  }

  async #renew(): Promise<void> {
    try {
      if ((await this.#log.renew(this.#run, this.#writer)) === 'refused') this.#refuse()
    } catch {
      // The log is not reachable; the next renewal may succeed, and other processes cannot read the lease meanwhile.
    }
  }

  #refuse(): void {
    if (this.#state !== 'open') return
    this.#stop('refused')
    this.#onRefused()
  }

  #stop(state: 'sealed' | 'refused' | 'timed out'): void {
    if (this.#state !== 'open') return
    this.#state = state
    clearInterval(this.#lease)
    this.#queue = []
    this.#unacknowledged = 0
    this.#wake()
    this.#pause.cancel()
  }

  #is(state: 'open' | 'sealed'): boolean {
    return this.#state === state
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
