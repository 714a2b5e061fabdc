import type { AsyncAPIDocumentInterface } from '@asyncapi/parser'
import { readFormatOptions } from './format-options'
import { generate, plan } from './generate'
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

/** `generate:before`: finds everything that is wrong before the generator copies a single file. */
export function before({ asyncapi, templateParams, targetDir }: Generator): void {
  plan({ document: asyncapi, parameters: templateParams })
  checkPaths(targetDir, packTemplatePaths())
  checkCopies(targetDir, packTemplatePaths())
}

/** `generate:after`: the generator has copied `template/` raw; puts the rendered files in its place. */
export async function after({
  asyncapi,
  templateParams,
  targetDir,
  noOverwriteGlobs,
}: Generator): Promise<void> {
  const progress = progressOn(process.stderr)
  try {
    const report = await generate({
      document: asyncapi,
      parameters: templateParams,
      folder: targetDir,
      noOverwrite: noOverwriteGlobs ?? [],
      formatOptions: readFormatOptions,
      progress: progress.phase,
      colours: process.stdout.isTTY && process.stdout.hasColors(),
    })
    progress.done()
    console.log(report)
  } finally {
    progress.done()
    removeCopies(targetDir, packTemplatePaths())
  }
}
