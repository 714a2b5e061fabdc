/** Counts connections or runs, in total and by key. */
export class SlotLimit {
  readonly #max: number
  readonly #maxPerKey: number
  readonly #perKey = new Map<string, number>()
  #count = 0

  constructor(max = Infinity, maxPerKey = Infinity) {
    this.#max = max
    this.#maxPerKey = maxPerKey
  }

  /** Takes a slot; returns the status of the refusal if no slot is free. */
  acquire(key: string): 'acquired' | 503 | 429 {
    if (this.#count >= this.#max) return 503
    const count = this.#perKey.get(key) ?? 0
    if (count >= this.#maxPerKey) return 429
    this.#count++
    if (this.#maxPerKey < Infinity) this.#perKey.set(key, count + 1)
    return 'acquired'
  }

  /** Releases a slot. */
  release(key: string): void {
    this.#count--
    const count = this.#perKey.get(key)
    if (count === undefined) return
    if (count > 1) this.#perKey.set(key, count - 1)
    else this.#perKey.delete(key)
  }
}
