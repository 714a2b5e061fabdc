/** How a run ended: the producer finished, a client stopped the run, or the producer failed. */
export type RunEnd = 'done' | 'stopped' | 'failed'

/** One stored event of a run. */
export interface RunEvent {
  /** The value of the `event` field; `''` for an event without a name. */
  readonly event: string
  /** The payload before it is split into `data` fields. */
  readonly data: string
}

/** Immutable data of a run, stored when it is created. */
export interface RunRecord {
  /** Key of the user that started the run; `''` if the server does not distinguish users. */
  readonly owner: string
  /** The channel's address with its parameters filled in. */
  readonly address: string
  /** Hash of the request's body. */
  readonly body: string
}

/** A run to create. */
export interface NewRun {
  readonly id: string
  /** Id of the only writer of the run. */
  readonly writer: string
  readonly record: RunRecord
  /** Hash of owner, address and `Idempotency-Key`; undefined if the request has no such header. */
  readonly idempotencyKey: string | undefined
}

/** The newest state of a run and some of its events. */
export interface RunPage {
  /** Consecutive events after the requested position. */
  readonly events: readonly RunEvent[]
  /** Number of events in the log. */
  readonly count: number
  /** Undefined while the run is open. */
  readonly end: RunEnd | undefined
  /** Changes with each append and each renewal of the lease. */
  readonly stamp: string
}

/** A batch of one run's writer. */
export interface RunBatch {
  readonly run: string
  readonly writer: string
  /** Number of events in the log before this batch: the batch begins at `after + 1`. */
  readonly after: number
  readonly events: readonly RunEvent[]
  /** Seals the log after the batch. */
  readonly end?: RunEnd | undefined
}

/**
 * The logs of the runs of one channel. The events of a run have the numbers 1, 2, 3 …; a log is open, then sealed.
 *
 * A rejected promise means that the log was not reachable. The call may have taken effect. Every call can be repeated.
 */
export interface RunLog {
  /**
   * Time after which a run whose stamp has not changed is sealed as failed, ms. Absent if a log cannot outlive its writer.
   */
  readonly lease?: number
  /** Time to wait before the first retry of a rejected call, ms. */
  readonly retryDelay: number
  /** Creates an id for a new run: 128 random bits, and the data that the log needs to find the run. */
  newId(idempotencyKey: string | undefined): string
  /**
   * Creates a run. Resolves to the id of the run that has the same idempotency key, if there is one.
   * @param replaces a run of that key that is known to be deleted
   * @throws RunLogFullError if the log has no space
   */
  create(run: NewRun, replaces?: string): Promise<string>
  /** The run that was created with an idempotency key; it may have expired since then. */
  findByKey(idempotencyKey: string): Promise<string | undefined>
  /** Undefined if the run does not exist or has expired. */
  find(run: string): Promise<(RunRecord & { readonly end: RunEnd | undefined }) | undefined>
  /**
   * Appends in one atomic step. A batch that the log already has is accepted and has no effect.
   * @returns `refused` if the run is sealed, has another writer, does not exist, or has fewer events than `after`; the last
   * case seals the run as failed
   */
  append(batch: RunBatch): Promise<'appended' | 'refused'>
  /** Changes the stamp. */
  renew(run: string, writer: string): Promise<'renewed' | 'refused'>
  /** Seals an open run. Resolves to the end of the run, now or earlier; undefined if it does not exist. */
  stop(run: string): Promise<RunEnd | undefined>
  /** Seals a run as failed if it is open and has this stamp. */
  fail(run: string, stamp: string): Promise<void>
  /**
   * Reads events after a position, at least one if there is one, up to about `maxBytes`. Resolves to undefined if the run
   * does not exist or has expired.
   */
  read(run: string, after: number, maxBytes: number): Promise<RunPage | undefined>
  /**
   * Calls the listener after a change of the run. A change may be reported more than once. If the log is in another process
   * it may not be reported at all: readers also poll.
   * @param listener `isSealed`: the change has sealed the run
   */
  watch(run: string, listener: RunListener): () => void
  /** Releases all resources. */
  close(): Promise<void>
}

export type RunListener = (isSealed: boolean) => void

/** Limits of the runs that a log stores. Times are in ms. */
export interface RunLogSettings {
  /** Logs of the same name are one log if the broker connects processes. */
  readonly name: string
  /** Time that a sealed run is kept. */
  readonly retention: number
  /** Maximum time that a run may be open. */
  readonly maxRunTime: number
}

/** Creates the log of one channel's runs. */
export type RunBroker = (settings: RunLogSettings) => RunLog

/** The log has no space for another run. */
export class RunLogFullError extends Error {
  override readonly name = 'RunLogFullError'
}

/** 128 random bits, for ids that cannot be guessed. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Approximate size of an event in memory and on the wire, in UTF-16 units. */
export function sizeOf({ event, data }: RunEvent): number {
  return event.length + data.length + 32
}

/** A run was ended because it reached `maxRunBytes` or `maxRunTime`. */
export class RunLimitError extends Error {
  override readonly name = 'RunLimitError'
  /** The option whose limit was reached. */
  readonly limit: 'maxRunBytes' | 'maxRunTime'

  constructor(run: string, limit: 'maxRunBytes' | 'maxRunTime', value: number) {
    const unit = limit === 'maxRunBytes' ? 'bytes' : 'ms'
    super(`run ${run} was ended as failed: it reached ${limit} (${value} ${unit})`)
    this.limit = limit
  }
}
