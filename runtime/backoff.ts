import type { ReconnectOptions } from './client-types'

/** How long to wait before an attempt, and when to give up. */
export interface Backoff {
  /** Failures in a row. */
  readonly failures: number
  /** What the server asked for with `retry:`, ms. */
  retry: number | undefined
  /**
   * Counts the end of an attempt.
   * @param worked how long the stream was open, ms; not above 0 where it never opened
   * @returns whether there is a next attempt
   */
  ended(worked: number): boolean
  /**
   * The next delay, ms, 0.1 s to 1 h. What the server asked for is the least that it gets: jitter shortens our own
   * delays and lengthens the server's.
   * @param retryAfter of the answer, ms; it wins
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
  let failures = 0
  return {
    get failures() {
      return failures
    },
    retry: undefined,
    ended(worked) {
      failures = worked > 0 && worked >= resetAfter ? 0 : failures + 1
      return options !== false && failures < maxAttempts
    },
    delay(retryAfter) {
      const { retry } = this
      const base = retry ?? initialDelay
      const grown = Math.min(base * factor ** Math.max(0, failures - 1), Math.max(base, maxDelay))
      const random = jitter * Math.random()
      const delay = retryAfter ?? grown * (retry === undefined ? 1 - random : 1 + random)
      return Math.min(3_600_000, Math.max(100, delay))
    },
  }
}

/**
 * `Retry-After` in ms from now: seconds or a date (RFC 9110 §10.2.3); undefined where it is neither.
 */
export function readRetryAfter(value: string | null): number | undefined {
  const text = value ?? ''
  const delay = /^\s*\d+\s*$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now()
  return Number.isNaN(delay) ? undefined : delay
}
