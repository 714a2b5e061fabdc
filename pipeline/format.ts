import type { Options as PrettierOptions } from 'prettier'
import { version } from 'prettier/package.json'
import { formatText, isTooLarge } from './format-text'
import { FormatThreads, type FormatJob } from './format-threads'
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
  /** Threads that were started already. */
  readonly threads?: FormatThreads | undefined
}

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
    request.threads,
  )
  return plans.map(({ file, source, known }) => {
    if (known !== undefined) return { path: file.path, content: null, entry: known }
    const content = texts.get(file.path) ?? file.content
    return { path: file.path, content, entry: { hash: hashOf(content), source } }
  })
}

async function formatAll(
  jobs: readonly FormatJob[],
  given: FormatThreads | undefined,
): Promise<ReadonlyMap<string, string>> {
  const size = jobs.reduce((sum, { content }) => sum + content.length, 0)
  const threads = given ?? FormatThreads.start(size)
  if (threads !== undefined) return threads.format(jobs)
  const results = jobs.map(async (job) => [job.path, await formatText(job, job.options)] as const)
  return new Map(await Promise.all(results))
}
