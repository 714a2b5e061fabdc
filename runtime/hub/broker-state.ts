import type { BrokerClock } from '../brokers/broker'
import { type Epoch, classifyId, isEventId, timeOfId } from '../brokers/event-ids'

/** Maximum time that ids without a mark may be ahead of the clock of this process, ms. */
const CLOCK_SKEW = 60_000

/** The epochs and the clock of a hub's broker, as the broker last reported them. */
export class BrokerState {
  readonly #start: string | undefined
  #epochs: readonly Epoch[] | undefined
  #clockOffset: number | undefined

  /** @param start see `Broker.start` */
  constructor(start: string | undefined) {
    this.#start = start
  }

  update({ epochs, clockOffset }: BrokerClock): void {
    this.#epochs = epochs
    this.#clockOffset = clockOffset
  }

  /**
   * Whether the broker can have created this id and still has its events up to it. `unknown`: only the broker can decide
   * this, see `Broker.readClock`.
   */
  classify(id: string): 'known' | 'lost' | 'unknown' {
    if (!isEventId(id)) return 'lost'
    return this.#epochs === undefined ? 'known' : classifyId(this.#epochs, id)
  }

  /** Whether an id that is newer than everything that this process has read can come from another process. */
  canBeAhead(id: string): boolean {
    if (this.#start !== undefined) return false
    // Without epochs only the time can show that an id is invalid: the client would wait forever.
    return this.#epochs !== undefined || timeOfId(id) <= Date.now() + CLOCK_SKEW
  }

  /** The broker's time at a moment of `performance.now()`, ms. */
  toBrokerTime(moment: number): number {
    return moment + (this.#clockOffset ?? Date.now() - performance.now())
  }

  /** When an event was published, as a moment of `performance.now()`; `now` if its id does not contain a time. */
  publishedAt(id: string, now: number): number {
    if (this.#start !== undefined) return now
    return now - Math.max(0, this.toBrokerTime(now) - timeOfId(id))
  }
}
