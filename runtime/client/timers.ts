import type { ReconnectOptions } from './types'

/** Delays between attempts, and the limit of attempts. */
export interface Backoff {
  /** Number of consecutive failures. */
  failures: number
  /** Reconnection time that the server set with `retry`, ms. */
  retry: number | undefined
  /**
   * Records the end of an attempt.
   * @param openMs how long the stream was open, ms; undefined if it never opened, Infinity for a success
   * @returns whether another attempt is allowed
   */
  recordDisconnect(openMs: number | undefined): boolean
  /**
   * The next delay, ms, 0.1 s to 1 h. Jitter shortens the client's own delays and lengthens those of the server.
   * @param retryAfter minimum delay that the response requires, ms
   */
  delay(retryAfter?: number): number
}

export function createBackoff(options: ReconnectOptions | false = {}): Backoff {
  const {
    initialDelay = 1000,
    maxDelay = 30_000,
    factor = 2,
    jitter = 0.5,
    maxAttempts = Infinity,
    resetAfter = 10_000,
  } = options || {}
  return {
    failures: 0,
    retry: undefined,
    recordDisconnect(openMs = -1) {
      this.failures = openMs >= resetAfter ? 0 : this.failures + 1
      return options !== false && this.failures < maxAttempts
    },
    delay(retryAfter = 0) {
      const { retry, failures } = this
      const base = retry ?? initialDelay
      const grownDelay = Math.min(
        base * factor ** Math.max(0, failures - 1),
        Math.max(base, maxDelay),
      )
      const random = jitter * Math.random()
      const delay = grownDelay * (retry === undefined ? 1 - random : 1 + random)
      return Math.min(3_600_000, Math.max(100, delay, retryAfter))
    },
  }
}

/** Detects inactivity. */
export interface IdleTimer {
  /** Records activity. It sets no timer: the running one compares the time when it fires. */
  touch(): void
  /** Restarts with another timeout, ms; 0 disables the timer. */
  restart(timeout: number): void
}

/** @param timeout ms; 0 disables the timer */
export function createIdleTimer(timeout: number, onIdle: () => void): IdleTimer {
  let timer: ReturnType<typeof setTimeout> | undefined
  let idleMs: number
  let lastActivity = 0

  const touch = (): void => {
    // Monotonic: `Date.now()` may be set back, which would keep a dead connection.
    if (idleMs > 0) lastActivity = performance.now()
  }

  function schedule(): void {
    const remaining = lastActivity + idleMs - performance.now()
    if (remaining <= 0) onIdle()
    // `setTimeout` supports 31 bits.
    else timer = setTimeout(schedule, Math.min(remaining, 0x7fffffff))
  }

  function restart(next: number): void {
    clearTimeout(timer)
    idleMs = next
    touch()
    if (idleMs > 0) schedule()
  }

  restart(timeout)
  return { touch, restart }
}
