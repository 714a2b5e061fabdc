import type { RunEnd } from '../../../../../../runtime/runs/run-log'
import { HttpReader } from './http-reader'
import { Page } from './page'

/** Message of a server that starts to produce a run. */
export interface Production {
  readonly run: string
  readonly by: string
}

/** An event as a client has received it. */
export interface Received {
  readonly id: string
  readonly data: string
}

/** A client of one run. */
export interface Reader {
  /** In order of arrival, over all processes of the client. */
  readonly events: readonly Received[]
  /** Absolute URL of the run; undefined before a response has it. */
  readonly location: string | undefined
  readonly end: RunEnd | undefined
  /** Why the client has failed for good; undefined if it has not. */
  readonly fault: string | undefined
  /** Resolves when the client has received the end of the run, or has failed for good. */
  readonly finished: Promise<void>
  /** Loses the connection. */
  cut(): void
  /** The page is loaded again, and continues where it was. */
  reload(): void
}

/** What the producer of one run yields, what happened to it, and what its clients have read. */
export class RunModel {
  readonly count: number
  readonly readers: Reader[]
  /** Labels of the processes that have produced the run. There must be one. */
  readonly producers: string[] = []
  /** Ends that a DELETE was answered with. */
  readonly stops: string[] = []
  /** Number of kills and pauses of processes and of Redis before the run. */
  readonly failuresBefore: number
  readonly #base: string

  /**
   * Starts a run from two clients with one idempotency key.
   * @param count number of tokens
   */
  constructor(base: string, key: string, count: number, failuresBefore: number) {
    this.#base = base
    this.failuresBefore = failuresBefore
    this.count = count
    this.readers = [new Page(base, { key, count }), new HttpReader(base, { key, count })]
  }

  get isOpen(): boolean {
    return this.readers.some(({ end, fault }) => end === undefined && fault === undefined)
  }

  get location(): string | undefined {
    return this.readers.find(({ location }) => location !== undefined)?.location
  }

  get id(): string | undefined {
    return this.location?.split('/').at(-1)
  }

  /** A new tab, which reads the run from the start. */
  open(Client: typeof Page | typeof HttpReader): Reader | undefined {
    const { location } = this
    if (location === undefined) return undefined
    const reader = new Client(this.#base, { location })
    this.readers.push(reader)
    return reader
  }

  /** Stops the run; repeats the request until a server answers it. */
  async stop(): Promise<void> {
    const { location } = this
    while (location !== undefined) {
      const signal = AbortSignal.timeout(5000)
      const response = await fetch(location, { method: 'DELETE', signal }).catch(() => undefined)
      const end = response?.headers.get('eventsource-end')
      if (end) {
        this.stops.push(end)
        return
      }
    }
  }

  /**
   * Compares all clients with the log that the producer writes.
   * @param failed labels of the processes that were killed or paused since the start of the run, and of Redis
   */
  faults(failed: readonly string[]): string[] {
    const [by = ''] = this.producers
    const log = [
      ...Array.from({ length: this.count }, (_, index) => ({ n: index + 1, by })),
      { reason: by },
    ].map((event, index) => ({ id: String(index + 1), data: JSON.stringify(event) }))
    const faults: string[] = []
    const [{ end } = { end: undefined }] = this.readers
    // A process that creates a run, and is killed or loses the reply of Redis before it starts the producer, leaves a run
    // that fails without an event. A run can be stopped between its creation and the start of its producer.
    const mayHaveNone = end === 'stopped' || (end === 'failed' && failed.length > 0)
    if (this.producers.length !== 1 && !(this.producers.length === 0 && mayHaveNone)) {
      const processes = `${this.producers.length} processes: ${this.producers.join(', ')}`
      faults.push(`${end}, produced by ${processes}`)
    }
    if (end === 'failed' && by !== '' && !failed.includes(by))
      faults.push('failed, but its producer was not hurt')
    if (end === 'stopped' && !this.stops.includes('stopped'))
      faults.push('ended as stopped, but no reader stopped it')
    for (const answer of this.stops)
      if (answer !== end) faults.push(`${end}, and DELETE answered ${answer}`)
    const length = Math.max(...this.readers.map(({ events }) => events.length))
    for (const reader of this.readers) {
      const name = reader.constructor.name
      if (reader.fault !== undefined) faults.push(`${name}: ${reader.fault}`)
      if (reader.end !== end) faults.push(`${name}: ended as ${reader.end}, another as ${end}`)
      reader.events.forEach((event, index) => {
        const { id, data } = log[index] ?? { id: 'none', data: 'none' }
        if (event.id === id && event.data === data) return
        faults.push(`${name}: event ${event.id} ${event.data} instead of ${id} ${data}`)
      })
      // All clients have read to the end, so all have the whole log; a run that is done has every event of its producer.
      const whole = end === 'done' ? log.length : length
      if (reader.events.length !== whole) {
        faults.push(`${name}: ${reader.events.length} of ${whole} events, ${end}`)
      }
    }
    return faults
  }
}
