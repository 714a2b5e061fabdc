/** An object that is checked periodically. */
export interface Tickable {
  /** Requested time between two checks, ms. */
  readonly interval: number
  /**
   * @param time `monotonicNow()`
   * @param elapsed time since the previous check, ms: longer than the interval if the process was busy
   */
  onTick(time: number, elapsed: number): void
}

export const MIN_RESOLUTION_MS = 5
const MAX_RESOLUTION_MS = 1000

/** Checks all connections of the process with one timer: 10 000 separate timers would cost eight times as much. */
export class ConnectionTimer {
  readonly #tickables = new Set<Tickable>()
  #timer: ReturnType<typeof setInterval> | undefined
  /** When the last check was, or the timer was started. */
  #tickedAt = 0
  /** Time between checks, ms: a sixteenth of the shortest requested interval. */
  #resolutionMs = MAX_RESOLUTION_MS
  /** Whether the tickable with the shortest interval may have been deleted. */
  #isStale = false

  add(tickable: Tickable): void {
    this.#tickables.add(tickable)
    const resolutionMs = resolutionOf(tickable)
    if (this.#timer !== undefined && resolutionMs >= this.#resolutionMs) return
    this.#resolutionMs = Math.min(resolutionMs, this.#resolutionMs)
    this.#start()
  }

  delete(tickable: Tickable): void {
    if (!this.#tickables.delete(tickable)) return
    if (this.#tickables.size === 0) {
      clearInterval(this.#timer)
      this.#timer = undefined
      this.#resolutionMs = MAX_RESOLUTION_MS
    } else if (
      resolutionOf(tickable) === this.#resolutionMs &&
      this.#resolutionMs < MAX_RESOLUTION_MS
    ) {
      this.#isStale = true
    }
  }

  #start(): void {
    if (this.#timer === undefined) this.#tickedAt = monotonicNow()
    clearInterval(this.#timer)
    this.#timer = setInterval(() => this.#tick(), this.#resolutionMs)
    // Open connections keep the process alive; their timer must not.
    unref(this.#timer)
  }

  #tick(): void {
    const time = monotonicNow()
    const elapsed = time - this.#tickedAt
    this.#tickedAt = time
    for (const tickable of this.#tickables) tickable.onTick(time, elapsed)
    if (this.#isStale) this.#slowDown()
  }

  /** One scan for all that were deleted since the last tick: a hub may lose thousands of clients at once. */
  #slowDown(): void {
    this.#isStale = false
    let resolutionMs = MAX_RESOLUTION_MS
    for (const tickable of this.#tickables) {
      resolutionMs = Math.min(resolutionMs, resolutionOf(tickable))
    }
    if (resolutionMs === this.#resolutionMs || this.#timer === undefined) return
    this.#resolutionMs = resolutionMs
    this.#start()
  }
}

function resolutionOf({ interval }: Tickable): number {
  return Math.min(MAX_RESOLUTION_MS, Math.max(MIN_RESOLUTION_MS, Math.floor(interval / 16)))
}

/** Monotonic time, whole ms. */
export function monotonicNow(): number {
  return Math.floor(performance.now())
}

/** The timer of the process: module state on purpose, so that all channels share it. */
export const connectionTimer = new ConnectionTimer()

/** A timer that does not keep the process alive. Timers are numbers on some platforms. */
export function unref(timer: unknown): void {
  if (typeof timer === 'object') (timer as { unref?(): unknown } | null)?.unref?.()
}

interface ImmediateTimers {
  setImmediate?(callback: () => void): unknown
  clearImmediate?(handle: unknown): void
}

/**
 * Calls a function after the events of this turn of the event loop. It avoids the delay of `setTimeout` if the platform
 * supports this (Node, Bun, Deno).
 * @returns a function that cancels the call
 */
export function nextTurn(callback: () => void): () => void {
  const { setImmediate, clearImmediate } = globalThis as ImmediateTimers
  if (setImmediate !== undefined) {
    const handle = setImmediate(callback)
    return () => clearImmediate?.(handle)
  }
  const handle = setTimeout(callback, 0)
  return () => clearTimeout(handle)
}

/**
 * Reconnection time sent on shutdown, ms: `retry` plus random jitter. It spreads simultaneous reconnects at about one per
 * ms, a rate that a process can handle with TLS, over at most five times `retry`. A small number of clients reconnects
 * almost as soon as without jitter.
 * @param clientCount number of clients that are disconnected
 */
export function shutdownRetryMs(baseRetryMs: number, clientCount: number): number {
  return baseRetryMs + Math.random() * Math.min(clientCount, 4 * baseRetryMs)
}
