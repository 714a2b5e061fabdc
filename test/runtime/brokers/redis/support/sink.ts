import type { BrokerSink, BrokerEvent } from '../../../../../runtime/brokers/broker'

type Call =
  | { call: 'preload' | 'entries'; entries: readonly BrokerEvent[] }
  | { call: 'reset' | 'up' }
  | { call: 'down'; error: Error }

/** A hub for tests: stores all that a broker delivers, and can wait for it. */
export class RecordingSink implements BrokerSink {
  readonly calls: Call[] = []
  /** Number of positions that the broker has reported. */
  positions = 0
  readonly #waiting = new Set<() => void>()

  preload(entries: readonly BrokerEvent[]): void {
    this.#add({ call: 'preload', entries: [...entries] })
  }

  deliver(entries: readonly BrokerEvent[]): void {
    this.#add({ call: 'entries', entries: [...entries] })
  }

  reset(): void {
    this.#add({ call: 'reset' })
  }

  /** Not a call: tests compare those that carry events or the state of the connection. */
  updateClock(): void {
    this.positions++
    this.#wake()
  }

  up(): void {
    this.#add({ call: 'up' })
  }

  down(error: Error): void {
    this.#add({ call: 'down', error })
  }

  /** The events that came live, in order. */
  get live(): BrokerEvent[] {
    return this.calls.flatMap((each) => (each.call === 'entries' ? each.entries : []))
  }

  get preloaded(): BrokerEvent[] {
    return this.calls.flatMap((each) => (each.call === 'preload' ? each.entries : []))
  }

  count(call: Call['call']): number {
    return this.calls.filter((each) => each.call === call).length
  }

  /** Resolves once the condition holds; it is looked at again at each call. */
  async until(condition: (sink: this) => boolean): Promise<void> {
    while (!condition(this)) await new Promise<void>((resolve) => this.#waiting.add(resolve))
  }

  #add(call: Call): void {
    this.calls.push(call)
    this.#wake()
  }

  #wake(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const resolve of waiting) resolve()
  }
}
