import type { AsyncAPIDocumentInterface } from '@asyncapi/parser'
import { formatText } from '../../pipeline/format-text'
import { outputFiles, plan } from '../../pipeline/generate'
import type { RawParameters } from '../../pipeline/parameters'

/** The output of a run, without a folder: text by path, not formatted. */
export function outputOf(
  document: AsyncAPIDocumentInterface,
  parameters: RawParameters = {},
): Record<string, string> {
  const { view, templates } = plan({ document, parameters })
  return Object.fromEntries(
    outputFiles(view, templates).map(({ path, content }) => [path, content]),
  )
}

/** The same, formatted as Prettier does by itself. */
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
