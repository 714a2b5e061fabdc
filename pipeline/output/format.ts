import type { Options as PrettierOptions } from 'prettier'
import { version } from 'prettier/package.json'
import { formatText, isTooLarge } from './format-text'
import { FormatWorkers, type FormatJob } from './format-workers'
import { hashOf, type Manifest, type ManifestEntry } from './manifest'
import type { OutputFile } from '../render/render'

/** A file to write; `content` is null if the output already contains it. */
export interface FormattedFile {
  readonly path: string
  readonly content: string | null
  readonly entry: ManifestEntry
}

export interface FormatRequest {
  readonly files: readonly OutputFile[]
  /** The user's Prettier options for a file. */
  readonly optionsFor: (path: string) => PrettierOptions
  /** Manifest of earlier runs. */
  readonly manifest: Manifest
  /** SHA-256 of the current file in the output; undefined if missing. */
  readonly currentHash: (path: string) => string | undefined
  /** Workers that were already started. */
  readonly workers?: FormatWorkers | undefined
}

/** Formats changed files. A file with the same source and the same options that was not modified since is left unchanged. */
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
    request.workers,
  )
  return plans.map(({ file, source, known }) => {
    if (known !== undefined) return { path: file.path, content: null, entry: known }
    const content = texts.get(file.path) ?? file.content
    return { path: file.path, content, entry: { hash: hashOf(content), source } }
  })
}

async function formatAll(
  jobs: readonly FormatJob[],
  startedWorkers: FormatWorkers | undefined,
): Promise<ReadonlyMap<string, string>> {
  const size = jobs.reduce((sum, { content }) => sum + content.length, 0)
  const workers = startedWorkers ?? FormatWorkers.start(size)
  if (workers !== undefined) return workers.format(jobs)
  const results = jobs.map(async (job) => [job.path, await formatText(job, job.options)] as const)
  return new Map(await Promise.all(results))
}
