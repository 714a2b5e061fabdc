import { readDocument } from '../../pipeline/command/read-document'
import { GenerationError } from '../../pipeline/diagnostics'
import { outputFiles, plan } from '../../pipeline/generate'
import type { RawParameters } from '../../pipeline/options'
import { formatText } from '../../pipeline/output/format-text'
import { files as virtualFiles } from './node-modules'

export interface GenerateRequest {
  /** Number of the request, returned with its result: results of earlier requests are out of date. */
  readonly id: number
  readonly document: string
  readonly parameters: RawParameters
}

export interface GenerateResult {
  readonly id: number
  /** Generated files by path; empty if there are errors. */
  readonly files: Readonly<Record<string, string>>
  readonly notes: readonly string[]
  readonly errors: readonly string[]
}

/** The options that Prettier has in a project without a configuration. */
const FORMAT_OPTIONS = {}
const DOCUMENT = 'asyncapi.yaml'

/** Generates the output for a document. It never rejects: every problem is in `errors`. */
export async function generateFiles(request: GenerateRequest): Promise<GenerateResult> {
  const { id, parameters } = request
  try {
    virtualFiles.set(`/${DOCUMENT}`, request.document)
    const document = await readDocument(DOCUMENT)
    const { view, templates, diagnostics } = plan({ document, parameters })
    const formatted = await Promise.all(
      outputFiles(view, templates).map(async (file): Promise<[string, string]> => [
        file.path,
        await formatText(file, FORMAT_OPTIONS),
      ]),
    )
    return { id, files: Object.fromEntries(formatted), notes: diagnostics.notes, errors: [] }
  } catch (error) {
    const errors =
      error instanceof GenerationError
        ? error.errors
        : [error instanceof Error ? error.message : String(error)]
    return { id, files: {}, notes: [], errors }
  }
}
