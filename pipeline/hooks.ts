import type { AsyncAPIDocumentInterface } from '@asyncapi/parser'
import { readFormatOptions } from './format-options'
import { generate, plan } from './generate'
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
  try {
    console.log(
      await generate({
        document: asyncapi,
        parameters: templateParams,
        folder: targetDir,
        noOverwrite: noOverwriteGlobs ?? [],
        formatOptions: readFormatOptions,
      }),
    )
  } finally {
    removeCopies(targetDir, packTemplatePaths())
  }
}
