import type { AsyncAPIDocumentInterface } from '@asyncapi/parser'
import { readFormatOptions } from './format-options'
import type { FormatThreads } from './format-threads'
import { generate, plan, startThreads, type Plan } from './generate'
import { progressOn } from './progress'
import type { RawParameters } from './parameters'
import { packTemplatePaths } from './templates'
import { checkCopies, checkPaths, removeCopies } from './write'

/** The documented part of the generator that hooks get. */
interface Generator {
  readonly asyncapi: AsyncAPIDocumentInterface
  readonly templateParams: RawParameters
  readonly targetDir: string
  readonly noOverwriteGlobs?: readonly string[]
}

/** What the first hook leaves to the second. */
const begun = new WeakMap<Generator, { plan: Plan; threads: FormatThreads | undefined }>()

/** `generate:before`: finds everything that is wrong before the generator copies a single file. */
export function before(generator: Generator): void {
  const { asyncapi, templateParams, targetDir } = generator
  const threads = startThreads({ document: asyncapi, folder: targetDir })
  const progress = progressOn(process.stderr)
  progress.phase('reading the document', threads !== undefined)
  try {
    const made = plan({ document: asyncapi, parameters: templateParams })
    checkPaths(targetDir, packTemplatePaths())
    checkCopies(targetDir, packTemplatePaths())
    begun.set(generator, { plan: made, threads })
  } catch (error) {
    threads?.close()
    throw error
  } finally {
    progress.done()
  }
}

/** `generate:after`: the generator has copied `template/` raw; puts the rendered files in its place. */
export async function after(generator: Generator): Promise<void> {
  const { asyncapi, templateParams, targetDir, noOverwriteGlobs } = generator
  const start = begun.get(generator)
  begun.delete(generator)
  const progress = progressOn(process.stderr)
  try {
    const report = await generate({
      document: asyncapi,
      parameters: templateParams,
      folder: targetDir,
      ...start,
      noOverwrite: noOverwriteGlobs ?? [],
      formatOptions: readFormatOptions,
      progress: progress.phase,
      colours: process.stdout.isTTY && process.stdout.hasColors(),
    })
    progress.done()
    console.log(report)
  } finally {
    progress.done()
    start?.threads?.close()
    removeCopies(targetDir, packTemplatePaths())
  }
}
