import type { EventSourceError } from './errors'
import type { WireEvent } from './event-reader'

/** What the source has to say besides events, in its place among them. */
export class Notice {
  readonly kind: 'id' | 'gap' | 'error' | 'end'
  readonly id: string
  readonly error: EventSourceError | undefined

  constructor(kind: Notice['kind'], id: string, error?: EventSourceError) {
    this.kind = kind
    this.id = id
    this.error = error
  }
}

export type Entry = WireEvent | Notice

/** What has arrived and is not delivered yet, in order. */
export class Inbox {
  #entries: (Entry | undefined)[] = []
  #head = 0
  #limit = 0
  #closed = false
  #makeRoom: (() => void) | undefined
  readonly #onArrival: () => void

  /** @param onArrival called by `announce` */
  constructor(onArrival: () => void) {
    this.#onArrival = onArrival
  }

  get length(): number {
    return this.#entries.length - this.#head
  }

  push(entry: Entry): void {
    if (!this.#closed) this.#entries.push(entry)
  }

  /** Tells the consumer that there is something to take. */
  announce(): void {
    if (this.length > 0) this.#onArrival()
  }

  take(): Entry | undefined {
    if (this.#head === this.#entries.length) return undefined
    const entry = this.#entries[this.#head]
    this.#entries[this.#head++] = undefined
    if (this.#head === this.#entries.length) {
      this.#entries.length = 0
      this.#head = 0
    } else if (this.#head === 1024) {
      this.#entries.splice(0, 1024)
      this.#head = 0
    }
    if (this.#makeRoom !== undefined && this.length < this.#limit) this.#release()
    return entry
  }

  /** Resolves once fewer than `limit` entries wait; undefined where that is so already. One caller at a time. */
  room(limit: number): Promise<void> | undefined {
    if (this.length < limit) return undefined
    this.#limit = limit
    return new Promise((resolve) => {
      this.#makeRoom = resolve
    })
  }

  /** Throws away what waits and what still comes. */
  close(): void {
    this.#closed = true
    this.#entries.length = 0
    this.#head = 0
    this.#release()
  }

  #release(): void {
    this.#makeRoom?.()
    this.#makeRoom = undefined
  }
}
