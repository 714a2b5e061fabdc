import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Options as PrettierOptions } from 'prettier'
import type { OutputFile } from './render'

/** A file, and the options it is formatted by. */
export type FormatJob = OutputFile & { readonly options: PrettierOptions }

/** Below this many characters a thread takes longer to start than it saves. */
const WORTH_A_THREAD = 400_000
const MOST_THREADS = 8

/**
 * Threads that format. From their start until they get work they format for practice: as long as V8 has not compiled it,
 * Prettier takes three times as long, and while a document is described all processors but one have nothing to do.
 */
export class FormatThreads {
  readonly #threads: readonly Thread[]

  private constructor(count: number) {
    this.#threads = Array.from({ length: count }, start)
  }

  /**
   * Undefined where none are worth it: for little text, or on one processor.
   * @param size of what is to be formatted, in characters, as far as it is known
   */
  static start(size: number): FormatThreads | undefined {
    const count = Math.min(availableParallelism(), MOST_THREADS, Math.floor(size / WORTH_A_THREAD))
    return count < 2 ? undefined : new FormatThreads(count)
  }

  /** The formatted text by path. The threads end with it. */
  async format(jobs: readonly FormatJob[]): Promise<ReadonlyMap<string, string>> {
    const shares = share(jobs, this.#threads.length)
    try {
      for (const [index, { worker }] of this.#threads.entries()) {
        worker.ref()
        worker.postMessage(shares[index])
      }
      return new Map((await Promise.all(this.#threads.map(({ answer }) => answer))).flat())
    } finally {
      this.close()
    }
  }

  close(): void {
    for (const { worker } of this.#threads) void worker.terminate()
  }
}

interface Thread {
  readonly worker: Worker
  readonly answer: Promise<readonly (readonly [string, string])[]>
}

function start(): Thread {
  const worker = new Worker(require.resolve('./format-worker'))
  // A run that fails before there is work does not wait for it.
  worker.unref()
  const answer = new Promise<readonly (readonly [string, string])[]>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    // After an answer this is nothing; without one a run would wait for ever.
    worker.once('exit', () => {
      reject(new Error('a thread that formats ended before its work was done; run again'))
    })
  })
  // Whoever gives it work hears of an error; until then nobody needs to.
  answer.catch(() => undefined)
  return { worker, answer }
}

/** Equal shares by size: the longest first, each to the one who has least. */
function share(jobs: readonly FormatJob[], count: number): FormatJob[][] {
  const shares = Array.from({ length: count }, () => ({ size: 0, jobs: [] as FormatJob[] }))
  for (const job of [...jobs].sort((a, b) => b.content.length - a.content.length)) {
    const smallest = shares.reduce((a, b) => (b.size < a.size ? b : a))
    smallest.jobs.push(job)
    smallest.size += job.content.length
  }
  return shares.map((item) => item.jobs)
}
