import { unref } from '../server/timers'
import {
  randomId,
  RunLogFullError,
  sizeOf,
  type NewRun,
  type RunBatch,
  type RunBroker,
  type RunEnd,
  type RunEvent,
  type RunListener,
  type RunLog,
  type RunLogSettings,
  type RunPage,
  type RunRecord,
} from './run-log'

/** Approximate memory of a run without events, bytes. */
const RUN_SIZE = 1024

interface StoredRun {
  readonly record: RunRecord
  readonly writer: string
  readonly idempotencyKey: string | undefined
  readonly events: RunEvent[]
  readonly listeners: Set<RunListener>
  end: RunEnd | undefined
  size: number
  /** Monotonic time at which the run is dropped, ms. */
  expires: number
}

export interface MemoryRunsOptions {
  /** Bytes of all runs of a channel, open and sealed; at more, new runs are refused with 503. Default 256 MiB. */
  maxBytes?: number
}

/** Keeps the runs of one process in its memory. The runs end with the process. */
export function memoryRuns({ maxBytes = 256 * 1024 * 1024 }: MemoryRunsOptions = {}): RunBroker {
  if (!(maxBytes > 0)) {
    throw new TypeError(`memoryRuns: maxBytes must be greater than 0, found ${String(maxBytes)}`)
  }
  return (settings) => new MemoryRunLog(settings, maxBytes)
}

class MemoryRunLog implements RunLog {
  readonly retryDelay = 0
  readonly #settings: RunLogSettings
  readonly #maxBytes: number
  readonly #runs = new Map<string, StoredRun>()
  readonly #ids = new Map<string, string>()
  #size = 0
  #expiry: { readonly timer: ReturnType<typeof setTimeout>; readonly time: number } | undefined

  constructor(settings: RunLogSettings, maxBytes: number) {
    this.#settings = settings
    this.#maxBytes = maxBytes
  }

  newId(): string {
    return randomId()
  }

  async create({ id, writer, record, idempotencyKey }: NewRun, replaces?: string): Promise<string> {
    const known = idempotencyKey === undefined ? undefined : this.#ids.get(idempotencyKey)
    // A retry with the same id finds the run that an earlier attempt created.
    if (known !== undefined && known !== replaces) return known
    if (this.#size + RUN_SIZE > this.#maxBytes) {
      throw new RunLogFullError(
        `runs of ${this.#settings.name} take ${this.#size} of ${this.#maxBytes} bytes: raise maxBytes or lower retention`,
      )
    }
    const { maxRunTime, retention } = this.#settings
    const expires = performance.now() + maxRunTime + retention
    const run: StoredRun = {
      ...{ record, writer, idempotencyKey, expires },
      ...{ events: [], listeners: new Set(), end: undefined, size: RUN_SIZE },
    }
    this.#runs.set(id, run)
    if (idempotencyKey !== undefined) this.#ids.set(idempotencyKey, id)
    this.#size += RUN_SIZE
    this.#scheduleExpiry(expires)
    return id
  }

  async findByKey(idempotencyKey: string): Promise<string | undefined> {
    return this.#ids.get(idempotencyKey)
  }

  async find(id: string): Promise<(RunRecord & { readonly end: RunEnd | undefined }) | undefined> {
    const run = this.#runs.get(id)
    return run && { ...run.record, end: run.end }
  }

  async append({ run: id, writer, after, events, end }: RunBatch): Promise<'appended' | 'refused'> {
    const run = this.#runs.get(id)
    if (run === undefined || run.writer !== writer) return 'refused'
    if (run.end !== undefined) {
      return run.end === end && after + events.length <= run.events.length ? 'appended' : 'refused'
    }
    if (after > run.events.length) {
      this.#seal(run, 'failed')
      return 'refused'
    }
    for (const event of events.slice(run.events.length - after)) {
      run.events.push(event)
      run.size += sizeOf(event)
      this.#size += sizeOf(event)
    }
    if (end === undefined) notify(run)
    else this.#seal(run, end)
    return 'appended'
  }

  async renew(id: string, writer: string): Promise<'renewed' | 'refused'> {
    const run = this.#runs.get(id)
    return run?.writer === writer && run.end === undefined ? 'renewed' : 'refused'
  }

  async stop(id: string): Promise<RunEnd | undefined> {
    const run = this.#runs.get(id)
    if (run !== undefined && run.end === undefined) this.#seal(run, 'stopped')
    return run?.end
  }

  async fail(id: string): Promise<void> {
    const run = this.#runs.get(id)
    if (run !== undefined && run.end === undefined) this.#seal(run, 'failed')
  }

  async read(id: string, after: number, maxBytes: number): Promise<RunPage | undefined> {
    const run = this.#runs.get(id)
    if (run === undefined) return undefined
    const events: RunEvent[] = []
    let size = 0
    for (let index = after; index < run.events.length && size < maxBytes; index++) {
      const event = run.events[index]
      if (event === undefined) break
      events.push(event)
      size += sizeOf(event)
    }
    return { events, count: run.events.length, end: run.end, stamp: '' }
  }

  watch(id: string, listener: RunListener): () => void {
    const run = this.#runs.get(id)
    run?.listeners.add(listener)
    return () => void run?.listeners.delete(listener)
  }

  async close(): Promise<void> {
    clearTimeout(this.#expiry?.timer)
    this.#expiry = undefined
    for (const run of this.#runs.values()) notify(run)
    this.#runs.clear()
    this.#ids.clear()
    this.#size = 0
  }

  #seal(run: StoredRun, end: RunEnd): void {
    run.end = end
    run.expires = performance.now() + this.#settings.retention
    this.#scheduleExpiry(run.expires)
    notify(run)
  }

  /** One timer for all runs, due at the earliest expiry. */
  #scheduleExpiry(time: number): void {
    if (this.#expiry !== undefined && this.#expiry.time <= time) return
    clearTimeout(this.#expiry?.timer)
    // A timer of Node is limited to 2^31 - 1 ms; an early check has no effect.
    const delay = Math.min(Math.max(time - performance.now(), 0) + 1, 2 ** 31 - 1)
    const timer = setTimeout(() => this.#expire(), delay)
    unref(timer)
    this.#expiry = { timer, time }
  }

  #expire(): void {
    this.#expiry = undefined
    const now = performance.now()
    let next = Infinity
    for (const [id, run] of this.#runs) {
      if (run.expires <= now) this.#drop(id, run)
      else next = Math.min(next, run.expires)
    }
    if (next < Infinity) this.#scheduleExpiry(next)
  }

  #drop(id: string, run: StoredRun): void {
    const { idempotencyKey } = run
    this.#runs.delete(id)
    if (idempotencyKey !== undefined && this.#ids.get(idempotencyKey) === id) {
      this.#ids.delete(idempotencyKey)
    }
    this.#size -= run.size
    notify(run)
  }
}

function notify({ listeners, end }: StoredRun): void {
  for (const listener of [...listeners]) listener(end !== undefined)
}
