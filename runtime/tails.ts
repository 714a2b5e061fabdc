import { FIRST_ID } from './event-id'

/**
 * The newest id of each address, as far as it is remembered: memory is bounded, and for an address that was forgotten
 * (or never heard of) the answer is an id that is not older than its newest one.
 */
export class Tails {
  readonly #limit: number
  readonly #newest = new Map<string, string>()
  #floor: string

  /** @param limit addresses to remember */
  constructor(limit: number, floor = FIRST_ID) {
    this.#limit = limit
    this.#floor = floor
  }

  /** No event of this address is newer than the answer. */
  get(address: string): string {
    return this.#newest.get(address) ?? this.#floor
  }

  /** Ids come in order. */
  set(address: string, id: string): void {
    const newest = this.#newest
    // A map keeps the order of insertion: the address that was quiet for longest is forgotten first.
    newest.delete(address)
    newest.set(address, id)
    if (newest.size <= this.#limit) return
    for (const [oldest, tail] of newest) {
      newest.delete(oldest)
      this.#floor = tail
      return
    }
  }

  /** Forgets all; what is not known from here on is not newer than `floor`. */
  reset(floor: string): void {
    this.#newest.clear()
    this.#floor = floor
  }
}
