import type { AsyncAPIDocumentInterface } from '@asyncapi/parser'
import { formatText } from '../../pipeline/output/format-text'
import { outputFiles, plan } from '../../pipeline/generate'
import type { RawParameters } from '../../pipeline/options'

/** The output of a run in memory: text by path, not formatted. */
export function outputOf(
  document: AsyncAPIDocumentInterface,
  parameters: RawParameters = {},
): Record<string, string> {
  const { view, templates } = plan({ document, parameters })
  return Object.fromEntries(
    outputFiles(view, templates).map(({ path, content }) => [path, content]),
  )
}

/** Like `outputOf`, formatted with Prettier's defaults. */
export async function formattedOutputOf(
  document: AsyncAPIDocumentInterface,
  parameters: RawParameters = {},
): Promise<Record<string, string>> {
  const files = Object.entries(outputOf(document, parameters))
  return Object.fromEntries(
    await Promise.all(
      files.map(async ([path, content]): Promise<[string, string]> => [
        path,
        await formatText({ path, content }, {}),
      ]),
    ),
  )
}
