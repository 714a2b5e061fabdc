import type { RunEnd, RunLog, RunPage } from './run-log'

/** Size of one read, UTF-16 units. */
const PAGE_SIZE = 64 * 1024
/** ms */
const MAX_DELAY = 2000

/** How reading ended: the run's own end with all events read, or `lost` if the log no longer has the run. */
export type ReadEnd = RunEnd | 'lost'

/**
 * Reads one run for all its clients in this process: clients at the same position share a read. Seals the run as failed if
 * its producer is dead.
 *
 * A producer is considered dead after its stamp remains unchanged for a whole lease of this process's monotonic clock. The
 * log must have replied at least every half lease in that time: a pause of the log or of this process does not indicate a
 * dead producer.
 */
export class RunReader {
  readonly #log: RunLog
  readonly #run: string
  readonly #reads = new Map<number, Promise<RunPage | undefined>>()
  readonly #unwatch: () => void
  #version = 0
  #waiting = new Set<() => void>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #observed: { readonly stamp: string; readonly since: number; latest: number } | undefined
  /** Number of clients that read. */
  clients = 0

  constructor(log: RunLog, run: string) {
    this.#log = log
    this.#run = run
    this.#unwatch = log.watch(run, () => this.#change())
  }

  /**
   * Yields the stored events after a position, in pages. Ends when the run is sealed and all its events are read, when the
   * run is lost, or when the signal aborts.
   */
  async *pages(
    after: number,
    signal: AbortSignal,
  ): AsyncGenerator<RunPage['events'], ReadEnd | 'aborted'> {
    let position = after
    let delay = Math.max(this.#log.retryDelay, 1)
    while (!signal.aborted) {
      const version = this.#version
      let page: RunPage | undefined
      try {
        page = await this.#read(position)
        delay = Math.max(this.#log.retryDelay, 1)
      } catch {
        this.#observed = undefined
        await this.#changed(this.#version, signal, delay)
        delay = Math.min(2 * delay, MAX_DELAY)
        continue
      }
      if (page === undefined) return 'lost'
      position += page.events.length
      if (page.events.length > 0) yield page.events
      if (page.end !== undefined && position >= page.count) return page.end
      if (page.events.length === 0) await this.#changed(version, signal)
    }
    return 'aborted'
  }

  close(): void {
    this.#unwatch()
    this.#change()
    clearTimeout(this.#timer)
  }

  #read(after: number): Promise<RunPage | undefined> {
    const shared = this.#reads.get(after)
    if (shared !== undefined) return shared
    const read = this.#log.read(this.#run, after, PAGE_SIZE)
    this.#reads.set(after, read)
    const removeRead = (): void => {
      if (this.#reads.get(after) === read) this.#reads.delete(after)
    }
    read.then(removeRead, removeRead)
    return read.then((page) => {
      if (page !== undefined && page.end === undefined) this.#observe(page.stamp)
      return page
    })
  }

  #observe(stamp: string): void {
    const { lease } = this.#log
    if (lease === undefined) return
    const now = performance.now()
    const observed = this.#observed
    if (observed?.stamp !== stamp || now - observed.latest > lease / 2) {
      this.#observed = { stamp, since: now, latest: now }
      return
    }
    observed.latest = now
    if (now - observed.since < lease) return
    this.#observed = undefined
    this.#log.fail(this.#run, stamp).then(
      () => this.#change(),
      () => undefined,
    )
  }

  #change(): void {
    this.#version++
    // A read that began before the change may have missed it.
    this.#reads.clear()
    clearTimeout(this.#timer)
    this.#timer = undefined
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const resolve of waiting) resolve()
  }

  /** Waits for a change after `version`, at most `delay` ms. Default: until the next check of the lease. */
  async #changed(version: number, signal: AbortSignal, delay = this.#interval): Promise<void> {
    if (this.#version !== version || signal.aborted) return
    await new Promise<void>((resolve) => {
      const settle = (): void => {
        this.#waiting.delete(settle)
        signal.removeEventListener('abort', settle)
        resolve()
      }
      this.#waiting.add(settle)
      signal.addEventListener('abort', settle)
      if (delay < Infinity) this.#timer ??= setTimeout(() => this.#change(), delay)
    })
  }

  get #interval(): number {
    const { lease } = this.#log
    return lease === undefined ? Infinity : lease / 4
  }
}
