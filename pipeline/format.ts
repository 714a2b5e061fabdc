import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Options as PrettierOptions } from 'prettier'
import { version } from 'prettier/package.json'
import { formatText, isTooLarge } from './format-text'
import { hashOf, type Manifest, type ManifestEntry } from './manifest'
import type { OutputFile } from './render'

/** A file as it is to be written; `content` is null where the output already holds it. */
export interface FormattedFile {
  readonly path: string
  readonly content: string | null
  readonly entry: ManifestEntry
}

export interface FormatRequest {
  readonly files: readonly OutputFile[]
  /** The user's own Prettier options for a file. */
  readonly optionsFor: (path: string) => PrettierOptions
  /** What earlier runs wrote. */
  readonly manifest: Manifest
  /** SHA-256 of what stands in the output now; undefined where there is nothing. */
  readonly currentHash: (path: string) => string | undefined
}

/** Below this many characters a worker takes longer to start than it saves. */
const WORTH_A_WORKER = 400_000

/** Formats what changed. A file that was made from the same text by the same options, and was not touched since, is left as it is. */
export async function format(request: FormatRequest): Promise<FormattedFile[]> {
  const plans = request.files.map((file) => {
    const options = request.optionsFor(file.path)
    const source = hashOf(file.content, JSON.stringify(options), version)
    const hash = request.currentHash(file.path)
    const known = request.manifest
      .get(file.path)
      ?.find((entry) => entry.source === source && entry.hash === hash)
    return { file, options, source, known }
  })
  const texts = await formatAll(
    plans.flatMap(({ file, options, known }) =>
      known === undefined && !isTooLarge(file) ? [{ ...file, options }] : [],
    ),
  )
  return plans.map(({ file, source, known }) => {
    if (known !== undefined) return { path: file.path, content: null, entry: known }
    const content = texts.get(file.path) ?? file.content
    return { path: file.path, content, entry: { hash: hashOf(content), source } }
  })
}

type Job = OutputFile & { readonly options: PrettierOptions }

async function formatAll(jobs: readonly Job[]): Promise<ReadonlyMap<string, string>> {
  const size = jobs.reduce((sum, { content }) => sum + content.length, 0)
  const workers = Math.min(availableParallelism(), 8, Math.floor(size / WORTH_A_WORKER))
  const results =
    workers > 1
      ? (await Promise.all(share(jobs, workers).map(formatInWorker))).flat()
      : await Promise.all(
          jobs.map(async (job) => [job.path, await formatText(job, job.options)] as const),
        )
  return new Map(results)
}

/** Equal shares by size: the longest first, each to the one who has least. */
function share(jobs: readonly Job[], count: number): Job[][] {
  const shares = Array.from({ length: count }, () => ({ size: 0, jobs: [] as Job[] }))
  for (const job of [...jobs].sort((a, b) => b.content.length - a.content.length)) {
    const smallest = shares.reduce((a, b) => (b.size < a.size ? b : a))
    smallest.jobs.push(job)
    smallest.size += job.content.length
  }
  return shares.map((item) => item.jobs)
}

function formatInWorker(jobs: Job[]): Promise<(readonly [string, string])[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(require.resolve('./format-worker'), { workerData: jobs })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}
