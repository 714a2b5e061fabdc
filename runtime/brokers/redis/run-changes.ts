import { Pause } from '../../core/pause'
import type { RunListener } from '../../runs/run-log'
import { RedisConnection, type ClientProvider } from './connection'

const FIRST_DELAY = 50
const MAX_DELAY = 2000

export interface RunChangesOptions {
  /** Time that one XREAD waits, ms. */
  readonly block: number
  /** Maximum time for the reply of Redis beyond that, ms. */
  readonly timeout: number
}

/**
 * Reads the stream of changes of some runs on its own connection, which it blocks. Every listener is called after the
 * connection was lost and restored, because changes may be missing then.
 */
export class RunChanges {
  readonly #connection: RedisConnection
  readonly #stream: string
  readonly #options: RunChangesOptions
  readonly #listeners = new Map<string, Set<RunListener>>()
  #isRunning = false
  #isClosed = false
  readonly #pause = new Pause()

  constructor(getClient: ClientProvider, stream: string, options: RunChangesOptions) {
    this.#connection = new RedisConnection(getClient)
    this.#stream = stream
    this.#options = options
  }

  add(run: string, listener: RunListener): () => void {
    const listeners = this.#listeners.get(run) ?? new Set()
    this.#listeners.set(run, listeners)
    listeners.add(listener)
    if (!this.#isRunning && !this.#isClosed) void this.#run()
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && this.#listeners.get(run) === listeners) {
        this.#listeners.delete(run)
      }
    }
  }

  close(): void {
    this.#isClosed = true
    this.#pause.cancel()
    this.#connection.drop()
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    let delay = FIRST_DELAY
    while (!this.#isClosed) {
      try {
        await this.#follow(() => (delay = FIRST_DELAY))
      } catch {
        // Reads and writes of the runs report that Redis is unavailable. This connection only saves time.
        this.#connection.drop()
        if (!this.#isClosed) await this.#pause.wait(delay * (0.5 + Math.random() / 2))
        delay = Math.min(2 * delay, MAX_DELAY)
      }
    }
    this.#isRunning = false
  }

  async #follow(onAnswer: () => void): Promise<void> {
    const { block, timeout } = this.#options
    // It costs little to report existing changes of the stream again.
    let last = '0-0'
    let isFirst = true
    while (!this.#isClosed) {
      const wait = isFirst ? [] : ['BLOCK', String(block)]
      const command = ['XREAD', 'COUNT', '1000', ...wait, 'STREAMS', this.#stream, last]
      const reply = await this.#connection.command(command, block + timeout)
      onAnswer()
      const sealed = new Map<string, boolean>()
      for (const { id, run, isSealed } of readChanges(reply)) {
        last = id
        sealed.set(run, isSealed || sealed.get(run) === true)
      }
      if (isFirst) for (const run of this.#listeners.keys()) sealed.set(run, true)
      isFirst = false
      for (const [run, isSealed] of sealed) this.#report(run, isSealed)
    }
  }

  #report(run: string, isSealed: boolean): void {
    for (const listener of [...(this.#listeners.get(run) ?? [])]) listener(isSealed)
  }
}

interface Change {
  readonly id: string
  readonly run: string
  readonly isSealed: boolean
}

/**
 * The entries of a reply to XREAD of one stream (RESP 2): `[[key, [[id, [field, value, …]], …]]]`, null if there are none.
 */
function readChanges(reply: unknown): Change[] {
  return list(list(list(reply)[0])[1]).flatMap((entry) => {
    const [id, content] = list(entry)
    const [r, run, e, isSealed] = list(content)
    if (typeof id !== 'string' || r !== 'r' || e !== 'e') return []
    return [{ id, run: String(run), isSealed: isSealed === '1' }]
  })
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
