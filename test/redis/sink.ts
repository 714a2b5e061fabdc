import type { BrokerSink, Entry } from '../../runtime/broker'

type Call =
  | { call: 'preload' | 'entries'; entries: readonly Entry[] }
  | { call: 'reset' | 'up' }
  | { call: 'down'; error: Error }

/** What a hub is to a broker: it keeps all it was told, and can wait for it. */
export class RecordingSink implements BrokerSink {
  readonly calls: Call[] = []
  readonly #waiting = new Set<() => void>()

  preload(entries: readonly Entry[]): void {
    this.#add({ call: 'preload', entries: [...entries] })
  }

  entries(entries: readonly Entry[]): void {
    this.#add({ call: 'entries', entries: [...entries] })
  }

  reset(): void {
    this.#add({ call: 'reset' })
  }

  up(): void {
    this.#add({ call: 'up' })
  }

  down(error: Error): void {
    this.#add({ call: 'down', error })
  }

  /** The events that came live, in order. */
  get live(): Entry[] {
    return this.calls.flatMap((each) => (each.call === 'entries' ? each.entries : []))
  }

  get preloaded(): Entry[] {
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
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const resolve of waiting) resolve()
  }
}
