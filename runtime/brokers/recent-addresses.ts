/** Values of the addresses that were set last, for a limited number of addresses. */
export class RecentAddresses<Value> {
  readonly #limit: number
  readonly #values = new Map<string, Value>()
  /**
   * The oldest entry is next, because all entries before it were deleted. A new iterator for each deletion would pass
   * over the places of deleted entries in V8: 16 µs at 100 000 addresses. An iterator that does not advance retains every
   * table that the map has had since then, with its entries. So it is used for a limited number of changes.
   */
  #oldestFirst: Iterator<[address: string, value: Value]> | undefined
  /** Calls of `set` since the iterator was created. */
  #changes = 0

  /** @param limit number of addresses to keep, at least 1 */
  constructor(limit: number) {
    this.#limit = limit
  }

  get(address: string): Value | undefined {
    return this.#values.get(address)
  }

  has(address: string): boolean {
    return this.#values.has(address)
  }

  /** @returns the value of the forgotten address, if there is one: the address that was not set for the longest time */
  set(address: string, value: Value): Value | undefined {
    // A map preserves the order of insertion.
    this.#values.delete(address)
    this.#values.set(address, value)
    if (++this.#changes > this.#limit) this.#oldestFirst = undefined
    if (this.#values.size <= this.#limit) return undefined
    if (this.#oldestFirst === undefined) {
      this.#oldestFirst = this.#values.entries()
      this.#changes = 0
    }
    const oldest = this.#oldestFirst.next()
    if (oldest.done === true) return undefined
    this.#values.delete(oldest.value[0])
    return oldest.value[1]
  }

  delete(address: string): void {
    this.#values.delete(address)
  }

  clear(): void {
    this.#values.clear()
  }
}
