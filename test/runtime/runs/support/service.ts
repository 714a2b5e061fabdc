import type { ProducedEvent } from '../../../../runtime/runs/active-run'
import { memoryRuns } from '../../../../runtime/runs/memory-run-log'
import type { RunEvent } from '../../../../runtime/runs/run-log'
import type { ReadEnd } from '../../../../runtime/runs/run-reader'
import {
  RunService,
  type RunServiceOptions,
  type RunStart,
} from '../../../../runtime/runs/run-service'

export const OWNER = { owner: 'ada', address: 'chat' }

export type Produce = (signal: AbortSignal, run: string) => AsyncIterable<string>

/** A service and what it reported. */
export class Harness {
  readonly errors: unknown[] = []
  readonly service: RunService

  constructor(options: Partial<RunServiceOptions> = {}) {
    this.service = new RunService({
      name: 'Chat',
      broker: memoryRuns(),
      retention: 60_000,
      maxRunTime: 60_000,
      maxRunBytes: 1024 * 1024,
      maxRuns: 100,
      maxRunsPerKey: Infinity,
      sealTimeout: 5000,
      sentinel: undefined,
      onError: (error) => void this.errors.push(error),
      ...options,
    })
  }

  start(produce: Produce, request: Partial<RunStart> = {}): ReturnType<RunService['start']> {
    return this.service.start({
      ...OWNER,
      limitKey: '',
      idempotencyKey: undefined,
      body: null,
      produce: (run, signal) => tokens(produce(signal, run)),
      ...request,
    })
  }

  async run(produce: Produce, request: Partial<RunStart> = {}): Promise<string> {
    const started = await this.start(produce, request)
    if (typeof started === 'number') throw new Error(`refused with ${started}`)
    return started.run
  }

  /** Reads a run to its end. */
  async read(
    run: string,
    after = 0,
    signal = new AbortController().signal,
  ): Promise<{ texts: string[]; end: ReadEnd | 'aborted' }> {
    const pages = this.service.pages(run, after, signal)
    const texts: string[] = []
    for (;;) {
      const page = await pages.next()
      if (page.done === true) return { texts, end: page.value }
      texts.push(...page.value.map(({ data }) => data))
    }
  }

  async close(): Promise<void> {
    await this.service.drain(0)
    await this.service.close()
  }
}

async function* tokens(texts: AsyncIterable<string>): AsyncGenerator<ProducedEvent> {
  for await (const data of texts) {
    yield { event: 'token', data, isTerminal: data === 'END' }
  }
}

/** Numbers from 1, each after a turn of the program. */
export async function* count(to: number, signal?: AbortSignal): AsyncGenerator<string> {
  for (let n = 1; n <= to && signal?.aborted !== true; n++) {
    yield String(n)
    await new Promise(setImmediate)
  }
}

export const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index))

export const event = (data: string): RunEvent => ({ event: 'token', data })

/** Resolves when the signal aborts. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve())
  })
