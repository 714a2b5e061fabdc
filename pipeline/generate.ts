import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { AsyncAPIDocumentInterface } from '@asyncapi/parser'
import type { Options as PrettierOptions } from 'prettier'
import { buildView } from './view/build-view'
import { asObject, type JsonObject } from './json'
import { withBanner } from './output/banner'
import { format } from './output/format'
import { isTooLarge } from './output/format-text'
import { FormatWorkers } from './output/format-workers'
import { contentHash, MANIFEST } from './output/manifest'
import { chooseImportExtension } from './output/import-extension'
import { readOptions, type RawParameters } from './options'
import { Diagnostics, GenerationError } from './diagnostics'
import { render, type OutputFile } from './render/render'
import type { Progress } from './progress'
import { formatReport } from './output/report'
import { runtimeFiles } from './render/runtime-files'
import { excludeUserScaffoldFiles } from './output/scaffold-files'
import { loadTemplates, type Templates } from './render/templates'
import type { View } from './view/view'
import { check, checkFolder, write } from './output/write'

export interface GenerateRequest {
  readonly document: AsyncAPIDocumentInterface
  /** Template parameters, as the generator passes them. */
  readonly parameters: RawParameters
  /** Output folder. */
  readonly folder: string
  /** Globs of `--no-overwrite`. */
  readonly noOverwrite?: readonly string[]
  /** Reads the user's Prettier options for the output files. */
  readonly formatOptions?: (
    folder: string,
    paths: readonly string[],
    note: (message: string) => void,
  ) => Promise<(path: string) => PrettierOptions>
  /** Result of `plan` for this document and these parameters, if already available. */
  readonly plan?: Plan | undefined
  /** Workers that were started for this run. */
  readonly workers?: FormatWorkers | undefined
  /** Called when a phase starts. */
  readonly progress?: Progress
  /** Whether the report may contain terminal colors. */
  readonly useColors?: boolean
}

/** Number of files whose formatting takes more than about a second. */
const MANY_FILES = 200

/** What a run generates; checked as far as possible without writing. */
export interface Plan {
  readonly view: View
  readonly templates: Templates
  readonly diagnostics: Diagnostics
}

/**
 * Converts parameters and document to a view.
 * @throws GenerationError with all errors
 */
export function plan({
  document,
  parameters,
  folder,
}: Pick<GenerateRequest, 'document' | 'parameters'> & { readonly folder?: string }): Plan {
  const diagnostics = new Diagnostics()
  const options = readOptions(parameters, diagnostics, (isCheck) => {
    if (folder === undefined) return 'none'
    const { extension, reason } = chooseImportExtension(folder, isCheck)
    if (reason !== undefined) diagnostics.note(`importExtension=${extension}: ${reason}`)
    return extension
  })
  const view = buildView(document, options, diagnostics)
  const templates = collectErrors(diagnostics, () => loadTemplates(options.templates))
  diagnostics.throwIfErrors()
  for (const note of templates?.notes ?? []) diagnostics.note(`parameter "templates": ${note}`)
  return { view, templates: templates ?? { templates: [], partials: [], notes: [] }, diagnostics }
}

/** Approximate size of the output for one channel, in characters. */
const CHARS_PER_CHANNEL = 10_000

/** Starts workers for the first run of a large document into a folder; later runs have little to format. */
export function startWorkers({
  document,
  folder,
}: Pick<GenerateRequest, 'document' | 'folder'>): FormatWorkers | undefined {
  if (existsSync(join(folder, MANIFEST))) return undefined
  const channels = Object.keys(asObject(document.json<JsonObject>()['channels']))
  return FormatWorkers.start(CHARS_PER_CHANNEL * channels.length)
}

/**
 * Runs all phases: options → view → render → output (formatting, writing).
 * @returns the report for the user
 * @throws GenerationError or TemplateError; nothing of this run is written then
 */
export async function generate(request: GenerateRequest): Promise<string> {
  const { folder, noOverwrite = [], formatOptions, progress = () => undefined } = request
  checkFolder(folder)
  const { view, templates, diagnostics } = request.plan ?? plan(request)
  progress('render', 'rendering')
  const { files, manifest } = excludeUserScaffoldFiles(
    folder,
    outputFiles(view, templates),
    view.options.scaffold,
    diagnostics,
  )
  const paths = files.map(({ path }) => path)
  const optionsFor = (await formatOptions?.(folder, paths, diagnostics.note)) ?? (() => ({}))
  progress('format', `formatting ${files.length} files`, files.length > MANY_FILES)
  const formatted = await format({
    files,
    optionsFor,
    manifest,
    currentHash: (path) => contentHash(folder, path),
    workers: request.workers,
  })
  for (const { path } of files.filter(isTooLarge)) {
    diagnostics.note(`${path} is too large and was not formatted`)
  }
  const { importExtension } = view.options
  const output = { folder, files: formatted, manifest, noOverwrite, importExtension }
  if (view.options.isCheck) progress('compare', 'comparing')
  else progress('write', 'writing')
  const result = view.options.isCheck ? check(output) : write(output)
  return formatReport({
    folder,
    result,
    diagnostics,
    listsAll: view.options.report === 'all',
    useColors: request.useColors ?? false,
  })
}

/** All output files, not yet formatted. */
export function outputFiles(view: View, templates: Templates): OutputFile[] {
  const rendered = render(view, templates)
  const files = [...rendered, ...runtimeFiles(view, rendered)].map(withBanner)
  const seen = new Map<string, OutputFile>()
  for (const file of files) {
    const { path, origin } = file
    const other = seen.get(path.toLowerCase())
    if (other?.origin !== undefined && other.origin === origin) {
      throw new GenerationError([
        `${origin} writes "${path}" twice; with side=operations, a channel of both directions is listed for its client and for its server: use {{#if hasClient}}`,
      ])
    }
    if (other !== undefined) {
      throw new GenerationError([
        `two templates write the same file: "${other.path}" and "${path}" (some file systems ignore case)`,
      ])
    }
    seen.set(path.toLowerCase(), file)
  }
  return files
}

function collectErrors<T>(diagnostics: Diagnostics, make: () => T): T | undefined {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof GenerationError)) throw error
    error.errors.forEach(diagnostics.error)
    return undefined
  }
}
