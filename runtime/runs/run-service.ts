import { SlotLimit } from '../server/slot-limit'
import { ActiveRun, type ActiveRunOptions, type ProducedEvent } from './active-run'
import {
  randomId,
  RunLogFullError,
  type NewRun,
  type RunBroker,
  type RunEnd,
  type RunLog,
  type RunPage,
  type RunRecord,
} from './run-log'
import { RunReader, type ReadEnd } from './run-reader'

/** Times are in ms. */
export interface RunServiceOptions extends ActiveRunOptions {
  readonly name: string
  readonly broker: RunBroker
  readonly retention: number
  readonly maxRuns: number
  readonly maxRunsPerKey: number
}

/** Time in which the creation of a run with an idempotency key is retried, ms. */
const CREATION_TIMEOUT = 2000

/** A request to start a run. */
export interface RunStart {
  readonly owner: string
  readonly address: string
  /** Key that `maxRunsPerKey` counts by. */
  readonly limitKey: string
  readonly idempotencyKey: string | undefined
  readonly body: unknown
  /** Starts the producer of a new run. */
  produce(run: string, signal: AbortSignal): AsyncIterable<ProducedEvent>
}

/** The owner of a run, and its address. */
export type RunOwner = Pick<RunRecord, 'owner' | 'address'>

/** The run of a request, or the status to refuse the request with. */
export type Started = { readonly run: string } | 422 | 429 | 503

/** Starts, reads and stops the runs of one channel. Independent of HTTP. */
export class RunService {
  readonly #options: RunServiceOptions
  readonly #log: RunLog
  readonly #limit: SlotLimit
  readonly #active = new Map<string, ActiveRun>()
  readonly #readers = new Map<string, RunReader>()
  /** Calls of `start` that are in progress. None rejects. */
  readonly #starting = new Set<Promise<unknown>>()
  #isClosing = false
  #isDrained = false

  constructor(options: RunServiceOptions) {
    const { name, broker, retention, maxRunTime, maxRuns, maxRunsPerKey } = options
    this.#options = options
    this.#log = broker({ name, retention, maxRunTime })
    this.#limit = new SlotLimit(maxRuns, maxRunsPerKey)
  }

  /** Runs whose producer works in this process. */
  get size(): number {
    return this.#active.size
  }

  /** Starts a run, or finds the run that an earlier request with the same idempotency key started. */
  async start(request: RunStart): Promise<Started> {
    if (this.#isClosing) return 503
    const started = this.#start(request)
    const settled: Promise<unknown> = started
      .catch(() => undefined)
      .then(() => this.#starting.delete(settled))
    this.#starting.add(settled)
    return started
  }

  async #start(request: RunStart): Promise<Started> {
    const { owner, address, limitKey, body } = request
    const key = request.idempotencyKey
    const idempotencyKey = key === undefined ? undefined : await hash([owner, address, key])
    const record = { owner, address, body: await hash(body) }
    let known = idempotencyKey === undefined ? undefined : await this.#log.findByKey(idempotencyKey)
    for (;;) {
      const joined = known === undefined ? undefined : await this.#log.find(known)
      if (known !== undefined && joined !== undefined) {
        return joined.body === record.body ? { run: known } : 422
      }
      const place = this.#limit.acquire(limitKey)
      if (place !== 'acquired') return place
      let isNew = false
      try {
        const id = this.#log.newId(idempotencyKey)
        const run = { id, writer: randomId(), record, idempotencyKey }
        const created = await this.#create(run, known)
        isNew = created === id
        if (isNew) return this.#produce(run, request)
        known = created
      } catch (error) {
        if (error instanceof RunLogFullError) {
          this.#options.onError(error)
          return 503
        }
        throw error
      } finally {
        if (!isNew) this.#limit.release(limitKey)
      }
    }
  }

  /** How a run of this owner at this address ended; null while it is open, undefined if it does not exist. */
  async find(run: string, owner: RunOwner): Promise<RunEnd | null | undefined> {
    const found = await this.#log.find(run)
    if (found?.owner !== owner.owner || found.address !== owner.address) return undefined
    return found.end ?? null
  }

  /** Stops a run of this owner. Resolves to the end of the run, now or earlier; undefined if it does not exist. */
  async stop(run: string, owner: RunOwner): Promise<RunEnd | undefined> {
    if ((await this.find(run, owner)) === undefined) return undefined
    const end = await this.#log.stop(run)
    if (end !== undefined) this.#active.get(run)?.stopped()
    return end
  }

  /** Number of events in a run, and how it ended. */
  state(run: string, after: number): Promise<RunPage | undefined> {
    return this.#log.read(run, after, 1)
  }

  /** Yields the events of a run after a position until the run has ended; see `RunReader.pages`. */
  async *pages(
    run: string,
    after: number,
    signal: AbortSignal,
  ): AsyncGenerator<RunPage['events'], ReadEnd | 'aborted'> {
    const reader = this.#readers.get(run) ?? new RunReader(this.#log, run)
    this.#readers.set(run, reader)
    reader.clients++
    try {
      return yield* reader.pages(after, signal)
    } finally {
      if (--reader.clients === 0) {
        this.#readers.delete(run)
        reader.close()
      }
    }
  }

  /**
   * Refuses new runs and waits for the open ones; after `timeout` ms it seals the others as failed.
   */
  async drain(timeout: number): Promise<void> {
    this.#isClosing = true
    const finished = this.#finish()
    let timer: ReturnType<typeof setTimeout> | undefined
    const timedOut = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeout)
    })
    await Promise.race([finished, timedOut])
    clearTimeout(timer)
    this.#isDrained = true
    for (const run of this.#active.values()) failOnShutdown(run)
    await finished
  }

  /** Resolves when all runs have ended, including those that are being started. */
  async #finish(): Promise<void> {
    await Promise.all(this.#starting)
    await Promise.all([...this.#active.values()].map((run) => run.finished))
  }

  /** Releases the log. */
  close(): Promise<void> {
    return this.#log.close()
  }

  /**
   * Creates a run. A rejected call may have taken effect, and a repeated request would join a run that has no producer, so
   * the call is retried.
   */
  async #create(run: NewRun, replaces: string | undefined): Promise<string> {
    const start = performance.now()
    for (let delay = this.#log.retryDelay; ; delay *= 2) {
      try {
        return await this.#log.create(run, replaces)
      } catch (error) {
        const isFinal = run.idempotencyKey === undefined || error instanceof RunLogFullError
        if (isFinal || performance.now() - start + delay > CREATION_TIMEOUT) throw error
        await new Promise((resolve) => setTimeout(resolve, delay))
      }
    }
  }

  #produce(run: { readonly id: string; readonly writer: string }, request: RunStart): Started {
    const produce = (signal: AbortSignal): AsyncIterable<ProducedEvent> =>
      request.produce(run.id, signal)
    const active = new ActiveRun(this.#log, run, produce, this.#options)
    this.#active.set(run.id, active)
    if (this.#isDrained) failOnShutdown(active)
    // A stop in another process ends the producer here; otherwise the next append or renewal would detect it later.
    const unwatch = this.#log.watch(run.id, (isSealed) => {
      if (isSealed) void this.#lookForStop(active)
    })
    void active.finished.then(() => {
      unwatch()
      this.#active.delete(run.id)
      this.#limit.release(request.limitKey)
    })
    return { run: run.id }
  }

  async #lookForStop(active: ActiveRun): Promise<void> {
    const found = await this.#log.find(active.id).catch(() => null)
    if (found === undefined || typeof found?.end === 'string') active.stopped()
  }
}

async function hash(value: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(value) ?? '')
  const digest = await crypto.subtle.digest('SHA-256', bytes)
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function failOnShutdown(run: ActiveRun): void {
  run.fail(new Error(`run ${run.id} was ended as failed: the server shut down`))
}
