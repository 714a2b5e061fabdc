import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Options as PrettierOptions } from 'prettier'
import { GenerationError } from '../diagnostics'
import type { OutputFile } from '../render/render'

/** A file with its formatting options. */
export type FormatJob = OutputFile & { readonly options: PrettierOptions }

/** Minimum size for each worker, in characters: below it, a worker takes longer to start than it saves. */
const MIN_CHARS_PER_WORKER = 400_000
const MAX_WORKERS = 8

/**
 * Worker threads for formatting. They format warm-up files until they receive jobs: before V8 has compiled Prettier,
 * formatting takes three times as long. All processors but one are idle while the main thread reads the document.
 */
export class FormatWorkers {
  readonly #workers: readonly FormatWorker[]

  private constructor(count: number) {
    this.#workers = Array.from({ length: count }, startWorker)
  }

  /**
   * Undefined if workers do not save time: for little text, or on one processor.
   * @param size of the text to format, in characters, as far as it is known
   */
  static start(size: number): FormatWorkers | undefined {
    const count = Math.min(
      availableParallelism(),
      MAX_WORKERS,
      Math.floor(size / MIN_CHARS_PER_WORKER),
    )
    return count < 2 ? undefined : new FormatWorkers(count)
  }

  /** Returns the formatted text by path. Terminates the workers. */
  async format(jobs: readonly FormatJob[]): Promise<ReadonlyMap<string, string>> {
    const partitions = partitionBySize(jobs, this.#workers.length)
    try {
      for (const [index, { worker }] of this.#workers.entries()) {
        worker.ref()
        worker.postMessage(partitions[index])
      }
      return new Map((await Promise.all(this.#workers.map(({ result }) => result))).flat())
    } finally {
      this.close()
    }
  }

  close(): void {
    for (const { worker } of this.#workers) void worker.terminate()
  }
}

interface FormatWorker {
  readonly worker: Worker
  readonly result: Promise<readonly (readonly [string, string])[]>
}

function startWorker(): FormatWorker {
  const worker = new Worker(require.resolve('./format-worker'))
  // Lets a run that fails before formatting exit without waiting for the worker.
  worker.unref()
  const result = new Promise<readonly (readonly [string, string])[]>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', (error) => {
      // An error of another thread has its name, but not its class.
      reject(error.name === 'GenerationError' ? new GenerationError([error.message]) : error)
    })
    // No effect after a result; without a result, `format()` would wait forever.
    worker.once('exit', () => {
      reject(new Error('a formatting thread ended early; run again'))
    })
  })
  // Prevents an unhandled rejection until `format()` awaits the promise.
  result.catch(() => undefined)
  return { worker, result }
}

/** Partitions of similar size: longest job first, each to the smallest partition. */
function partitionBySize(jobs: readonly FormatJob[], count: number): FormatJob[][] {
  const partitions = Array.from({ length: count }, () => ({ size: 0, jobs: [] as FormatJob[] }))
  for (const job of [...jobs].sort((a, b) => b.content.length - a.content.length)) {
    const smallest = partitions.reduce((a, b) => (b.size < a.size ? b : a))
    smallest.jobs.push(job)
    smallest.size += job.content.length
  }
  return partitions.map((item) => item.jobs)
}
