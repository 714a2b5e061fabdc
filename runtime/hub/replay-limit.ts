import type { HubClient } from './hub-client'

/** Share of a second's bytes that may be read at once. */
const BURST = 0.1

/**
 * Limits the bytes per second that all clients of a hub together read from its history. A request of 80 bytes with an old
 * `Last-Event-ID` costs the server the whole history. Waiting clients take turns, in order of their arrival.
 */
export class ReplayLimit {
  readonly #bytesPerSecond: number
  readonly #resume: (client: HubClient) => void
  readonly #waiting = new Set<HubClient>()
  #available: number
  #refilledAt = performance.now()
  #timer: ReturnType<typeof setTimeout> | undefined
  #current: HubClient | undefined

  /** @param resume called once for each client that `take` refused, when its turn comes */
  constructor(bytesPerSecond: number, resume: (client: HubClient) => void) {
    this.#bytesPerSecond = bytesPerSecond
    this.#available = bytesPerSecond * BURST
    this.#resume = resume
  }

  /** Whether a client may read one batch now. */
  take(client: HubClient): boolean {
    if (this.#bytesPerSecond === Infinity) return true
    this.#refill()
    const hasTurn = this.#waiting.size === 0 || this.#current === client
    this.#current = undefined
    if (hasTurn && this.#available > 0) return true
    this.#waiting.add(client)
    this.#schedule()
    return false
  }

  /** Counts the bytes that a client has read. A batch is read whole, so the balance may become negative. */
  spend(bytes: number): void {
    this.#available -= bytes
  }

  delete(client: HubClient): void {
    this.#waiting.delete(client)
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#waiting.clear()
  }

  #refill(): void {
    const time = performance.now()
    const refill = ((time - this.#refilledAt) / 1000) * this.#bytesPerSecond
    this.#available = Math.min(this.#available + refill, this.#bytesPerSecond * BURST)
    this.#refilledAt = time
  }

  #schedule(): void {
    if (this.#timer !== undefined) return
    const delay = Math.ceil((Math.max(0, 1 - this.#available) / this.#bytesPerSecond) * 1000)
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#serve()
    }, delay)
  }

  #serve(): void {
    this.#refill()
    while (this.#available > 0) {
      const [client] = this.#waiting
      if (client === undefined) return
      this.#waiting.delete(client)
      this.#current = client
      this.#resume(client)
      this.#current = undefined
    }
    if (this.#waiting.size > 0) this.#schedule()
  }
}
