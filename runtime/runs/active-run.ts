import { type RunEnd, type RunEvent, RunLimitError, type RunLog, sizeOf } from './run-log'
import { RunRefusedError, RunWriter } from './run-writer'

/** An event that the producer of a run yields, ready to be stored. */
export interface ProducedEvent extends RunEvent {
  /** The event ends the run. */
  readonly isTerminal: boolean
}

export interface ActiveRunOptions {
  /** Maximum size of all events, UTF-16 units; approximately bytes. */
  readonly maxRunBytes: number
  /** ms */
  readonly maxRunTime: number
  /** Maximum time for the log to acknowledge the end of a run, ms. */
  readonly sealTimeout: number
  /** Stored after the events of a run that ends normally. */
  readonly sentinel: RunEvent | undefined
  /** Receives the errors of the producer, and `RunLimitError`. */
  onError(error: unknown): void
}

/** A run whose producer works in this process. */
export class ActiveRun {
  readonly id: string
  /** Settles when the run is sealed, or no further attempt to seal it follows. Never rejects. */
  readonly finished: Promise<void>
  readonly #options: ActiveRunOptions
  readonly #writer: RunWriter
  readonly #controller = new AbortController()
  #size = 0

  /** @param produce starts the producer; its signal aborts when nothing more can be stored */
  constructor(
    log: RunLog,
    run: { readonly id: string; readonly writer: string },
    produce: (signal: AbortSignal) => AsyncIterable<ProducedEvent>,
    options: ActiveRunOptions,
  ) {
    this.id = run.id
    this.#options = options
    this.#writer = new RunWriter(log, run, () => {
      this.#controller.abort(new RunRefusedError(`run ${run.id} has ended`))
    })
    const { maxRunTime } = options
    const timer = setTimeout(() => {
      this.#controller.abort(new RunLimitError(run.id, 'maxRunTime', maxRunTime))
    }, maxRunTime)
    this.finished = this.#produce(produce).finally(() => clearTimeout(timer))
  }

  /** Called when the log has already sealed the run: ends the producer. */
  stopped(): void {
    this.#writer.release()
    this.#controller.abort(new RunRefusedError(`run ${this.id} was stopped`))
  }

  /** Ends the producer and seals the run as failed. */
  fail(reason: Error): void {
    this.#controller.abort(reason)
  }

  async #produce(produce: (signal: AbortSignal) => AsyncIterable<ProducedEvent>): Promise<void> {
    const { signal } = this.#controller
    const { onError, sealTimeout, sentinel } = this.#options
    let iterator: AsyncIterator<ProducedEvent> | undefined
    let end: RunEnd = 'failed'
    let last: RunEvent[] = []
    let error: unknown
    try {
      iterator = produce(signal)[Symbol.asyncIterator]()
      const terminal = await this.#copy(iterator, signal)
      if (!signal.aborted) {
        end = 'done'
        last = [terminal, sentinel].filter((event) => event !== undefined)
      }
    } catch (caught) {
      error = caught ?? new Error('the producer failed without an error')
    }
    // If the log refused the writer, the run is sealed already. An error that the producer throws after that is a result of
    // the abort.
    const reason: unknown = signal.aborted ? signal.reason : error
    const isSealed = await this.#writer.seal(end, last, sealTimeout)
    if (reason !== undefined && !(reason instanceof RunRefusedError)) onError(reason)
    else if (!isSealed && !signal.aborted) {
      onError(new Error(`run ${this.id}: the log did not acknowledge the end of the run`))
    }
    this.#controller.abort(new RunRefusedError(`run ${this.id} has ended`))
    // Not awaited: an iterator that waits for an operation that ignores the signal would keep the run open.
    Promise.resolve(iterator?.return?.()).catch(() => undefined)
  }

  /**
   * Stores the events of the iterator until it ends, a terminal event, or the signal.
   * @returns the terminal event, which is not stored yet
   */
  async #copy(
    iterator: AsyncIterator<ProducedEvent>,
    signal: AbortSignal,
  ): Promise<RunEvent | undefined> {
    const { maxRunBytes } = this.#options
    for (;;) {
      const result = await untilAborted(iterator.next(), signal)
      if (result === undefined || result.done === true) return undefined
      const { isTerminal, event, data } = result.value
      this.#size += sizeOf({ event, data })
      if (this.#size > maxRunBytes) {
        this.#controller.abort(new RunLimitError(this.id, 'maxRunBytes', maxRunBytes))
        return undefined
      }
      if (isTerminal) return { event, data }
      await untilAborted(this.#writer.append({ event, data }), signal)
    }
  }
}

/**
 * Resolves to undefined as soon as the signal aborts. `Promise.race` with one promise for the signal would retain all
 * promises that it raced with until the signal aborts.
 */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const abort = (): void => resolve(undefined)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
