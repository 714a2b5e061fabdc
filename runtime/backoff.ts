import type { ReconnectOptions } from './client-types'

const SHORTEST = 100
const LONGEST = 3_600_000

/** How long to wait before an attempt, and when to give up. */
export class Backoff {
  /** Failures in a row. */
  failures = 0
  /** What the server asked for with `retry:`, ms. */
  retry: number | undefined
  readonly #options: Required<ReconnectOptions>
  readonly #enabled: boolean

  constructor(options: ReconnectOptions | false = {}) {
    this.#enabled = options !== false
    this.#options = {
      initialDelay: 1000,
      maxDelay: 30_000,
      factor: 2,
      jitter: 0.5,
      maxAttempts: Infinity,
      resetAfter: 10_000,
      ...options,
    }
  }

  /** Whether there is a next attempt. */
  get exhausted(): boolean {
    return !this.#enabled || this.failures >= this.#options.maxAttempts
  }

  /**
   * Counts the end of an attempt.
   * @param worked how long the stream was open, ms; 0 where it never opened
   */
  ended(worked: number): void {
    this.failures = worked > 0 && worked >= this.#options.resetAfter ? 0 : this.failures + 1
  }

  /**
   * The next delay, ms. What the server asked for is the least that it gets: jitter shortens our own delays and
   * lengthens the server's.
   * @param retryAfter of the answer, ms; it wins
   */
  delay(retryAfter: number | undefined): number {
    if (retryAfter !== undefined) return clamp(retryAfter)
    const { initialDelay, maxDelay, factor, jitter } = this.#options
    const base = this.retry ?? initialDelay
    const grown = Math.min(
      base * factor ** Math.max(0, this.failures - 1),
      Math.max(base, maxDelay),
    )
    const random = jitter * Math.random()
    return clamp(grown * (this.retry === undefined ? 1 - random : 1 + random))
  }
}

function clamp(delay: number): number {
  return Math.min(LONGEST, Math.max(SHORTEST, delay))
}

/**
 * `Retry-After` in ms from now: seconds or a date (RFC 9110 §10.2.3); undefined where it is neither.
 */
export function readRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined
  const delay = /^\s*\d+\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isNaN(delay) ? undefined : delay
}
