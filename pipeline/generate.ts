import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { AsyncAPIDocumentInterface } from '@asyncapi/parser'
import type { Options as PrettierOptions } from 'prettier'
import { describe } from './describe/describe'
import { record, type Raw } from './describe/raw'
import { format } from './format'
import { isTooLarge } from './format-text'
import { FormatThreads } from './format-threads'
import { MANIFEST, readManifest, type Manifest } from './manifest'
import { importAdvice } from './module-kind'
import { readParameters, type RawParameters } from './parameters'
import { Findings, GenerationError } from './problems'
import { render, type OutputFile } from './render'
import type { Progress } from './progress'
import { report } from './report'
import { runtimeFiles } from './runtime'
import { isStarterFile, ownStarterFiles, withoutFiles } from './starter'
import { loadTemplates, type Templates } from './templates'
import type { View } from './view'
import { contentHash, write } from './write'

export interface GenerateRequest {
  readonly document: AsyncAPIDocumentInterface
  /** Template parameters, as the generator has them. */
  readonly parameters: RawParameters
  /** Output folder. */
  readonly folder: string
  /** Globs of `--no-overwrite`. */
  readonly noOverwrite?: readonly string[]
  /** Reads the user's Prettier options for the files that come out. */
  readonly formatOptions?: (
    folder: string,
    paths: readonly string[],
    notice: (message: string) => void,
  ) => Promise<(path: string) => PrettierOptions>
  /** What `plan` gave for this document and these parameters, where it was asked already. */
  readonly plan?: Plan | undefined
  /** Threads that were started for this run. */
  readonly threads?: FormatThreads | undefined
  /** Told when a phase begins. */
  readonly progress?: Progress
  /** Whether the report may use the colours of a terminal. */
  readonly colours?: boolean
}

/** Files whose formatting takes more than about a second. */
const MANY_FILES = 200

/** What is to be generated, checked as far as it can be without writing. */
export interface Plan {
  readonly view: View
  readonly templates: Templates
  readonly findings: Findings
}

/**
 * Parameters and document to a view.
 * @throws GenerationError with everything that is wrong
 */
export function plan({
  document,
  parameters,
}: Pick<GenerateRequest, 'document' | 'parameters'>): Plan {
  const findings = new Findings()
  const options = readParameters(parameters, findings)
  const view = describe(document, options, findings)
  const templates = collect(findings, () => loadTemplates(options.templates))
  findings.check()
  for (const path of templates?.ignored ?? []) {
    findings.notice(`parameter "templates": "${path}" is no .hbs file and is ignored`)
  }
  return { view, templates: templates ?? { templates: [], partials: [], ignored: [] }, findings }
}

/** Characters of output for a channel, about. */
const CHANNEL_SIZE = 10_000

/** Threads for the first run of a large document into a folder; later runs have little to format. */
export function startThreads({
  document,
  folder,
}: Pick<GenerateRequest, 'document' | 'folder'>): FormatThreads | undefined {
  if (existsSync(join(folder, MANIFEST))) return undefined
  const channels = Object.keys(record(document.json<Raw>()['channels']))
  return FormatThreads.start(CHANNEL_SIZE * channels.length)
}

/**
 * The whole way of a document: parameters → describe → view → render → format → write.
 * @returns the report for the user
 * @throws GenerationError or TemplateError; then nothing of this run was written
 */
export async function generate(request: GenerateRequest): Promise<string> {
  const { folder, noOverwrite = [], formatOptions, progress = () => undefined } = request
  const { view, templates, findings } = request.plan ?? plan(request)
  progress('rendering')
  const { files, manifest } = starterAside(
    folder,
    outputFiles(view, templates),
    view.options.scaffold,
    findings,
  )
  const paths = files.map(({ path }) => path)
  const optionsFor = (await formatOptions?.(folder, paths, findings.notice)) ?? (() => ({}))
  progress(`formatting ${files.length} files`, files.length > MANY_FILES)
  const formatted = await format({
    files,
    optionsFor,
    manifest,
    currentHash: (path) => contentHash(folder, path),
    threads: request.threads,
  })
  for (const { path } of files.filter(isTooLarge)) {
    findings.notice(`${path} is too large to be formatted`)
  }
  progress('writing')
  const written = write({ folder, files: formatted, manifest, noOverwrite })
  const advice = importAdvice(folder, request.parameters)
  if (advice !== undefined) findings.notice(advice)
  return report({ folder, written, findings, colours: request.colours ?? false })
}

/** Starter files that the user has made their own are no part of a run. */
function starterAside(
  folder: string,
  files: readonly OutputFile[],
  scaffold: boolean,
  findings: Findings,
): { files: readonly OutputFile[]; manifest: Manifest } {
  const manifest = readManifest(folder)
  if (!scaffold) return { files, manifest: withoutFiles(manifest, isStarterFile) }
  const own = ownStarterFiles(
    files.map(({ path }) => path),
    manifest,
    (path) => contentHash(folder, path),
  )
  for (const path of own) findings.notice(`${path} is yours: the scaffold leaves it as it is`)
  return {
    files: files.filter(({ path }) => !own.includes(path)),
    manifest: withoutFiles(manifest, (path) => own.includes(path)),
  }
}

/** Everything that comes out, not yet formatted. */
export function outputFiles(view: View, templates: Templates): OutputFile[] {
  const rendered = render(view, templates)
  const files = [...rendered, ...runtimeFiles(view, rendered)]
  const seen = new Map<string, string>()
  for (const { path } of files) {
    const other = seen.get(path.toLowerCase())
    if (other !== undefined) {
      throw new GenerationError([
        `the templates give two files for one place: "${other}" and "${path}" (file systems that ignore case see one)`,
      ])
    }
    seen.set(path.toLowerCase(), path)
  }
  return files
}

function collect<T>(findings: Findings, make: () => T): T | undefined {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof GenerationError)) throw error
    error.problems.forEach(findings.problem)
    return undefined
  }
}
