import type { AsyncAPIDocumentInterface } from '@asyncapi/parser'
import { readFormatOptions } from './output/format-options'
import type { FormatWorkers } from './output/format-workers'
import { generate, plan, startWorkers, type Plan } from './generate'
import { createProgress } from './progress'
import type { RawParameters } from './options'
import { packTemplatePaths } from './render/templates'
import { checkCopies, checkPaths, removeFiles } from './output/write'

/** The documented part of the generator object that hooks receive. */
interface Generator {
  readonly asyncapi: AsyncAPIDocumentInterface
  readonly templateParams: RawParameters
  readonly targetDir: string
  readonly noOverwriteGlobs?: readonly string[]
}

/** One run of a generator. */
interface Run {
  readonly plan: Plan
  readonly workers: FormatWorkers | undefined
  /** Set when `generate:after` starts. */
  finished?: Promise<void>
}

/** The run of each generator. A hook that is registered twice is called twice; the second call joins the first run. */
const runs = new WeakMap<Generator, Run>()

/** `generate:before`: reports all errors before the generator copies a file. */
export function before(generator: Generator): void {
  const current = runs.get(generator)
  if (current !== undefined && current.finished === undefined) return
  const { asyncapi, templateParams, targetDir } = generator
  const workers = startWorkers({ document: asyncapi, folder: targetDir })
  const progress = createProgress(process.stderr)
  progress.phase('read', 'reading the document', workers !== undefined)
  try {
    const planned = plan({ document: asyncapi, parameters: templateParams, folder: targetDir })
    checkPaths(targetDir, packTemplatePaths())
    checkCopies(targetDir, packTemplatePaths())
    runs.set(generator, { plan: planned, workers })
  } catch (error) {
    workers?.close()
    throw error
  } finally {
    progress.done()
  }
}

/** `generate:after`: replaces the raw copies of `template/` with the rendered files. */
export function after(generator: Generator): Promise<void> {
  const run = runs.get(generator)
  if (run === undefined) return finish(generator)
  return (run.finished ??= finish(generator, run).finally(() => runs.delete(generator)))
}

async function finish(generator: Generator, run?: Run): Promise<void> {
  const { asyncapi, templateParams, targetDir, noOverwriteGlobs } = generator
  const progress = createProgress(process.stderr)
  try {
    const report = await generate({
      document: asyncapi,
      parameters: templateParams,
      folder: targetDir,
      plan: run?.plan,
      workers: run?.workers,
      noOverwrite: noOverwriteGlobs ?? [],
      formatOptions: readFormatOptions,
      progress: progress.phase,
      useColors: process.stdout.isTTY && process.stdout.hasColors(),
    })
    progress.done()
    console.log(report)
  } finally {
    progress.done()
    run?.workers?.close()
    removeFiles(targetDir, packTemplatePaths())
  }
}
