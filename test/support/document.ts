import type { AsyncAPIDocumentInterface } from '@asyncapi/parser'
import { readFileSync } from 'node:fs'
import { shareValidators } from './share-validators'

/** The parser of the generator, including schema parsers. */
interface GeneratorParser {
  parse(
    text: string,
    options: { path?: string },
    generator: { templateConfig: { apiVersion: string } },
  ): Promise<{
    document: AsyncAPIDocumentInterface | undefined
    diagnostics: readonly {
      severity: number
      message: string
      path: readonly (string | number)[]
    }[]
  }>
}

let loading: Promise<GeneratorParser> | undefined

async function loadParser(): Promise<GeneratorParser> {
  shareValidators()
  const module = (await import('@asyncapi/generator/lib/parser.js')) as unknown as {
    default: GeneratorParser
  }
  return module.default
}

/**
 * A document as the generator passes it to the hooks.
 * @throws with all errors if it is not a valid AsyncAPI document
 */
export async function parseText(text: string, path?: string): Promise<AsyncAPIDocumentInterface> {
  loading ??= loadParser()
  const parser = await loading
  const { document, diagnostics } = await parser.parse(text, path === undefined ? {} : { path }, {
    templateConfig: { apiVersion: 'v3' },
  })
  if (document !== undefined) return document
  const errors = diagnostics.filter(({ severity }) => severity === 0)
  throw new Error(
    `not a valid document: ${errors.map((error) => `${error.path.join('/')}: ${error.message}`).join('; ')}`,
  )
}

export function parseFile(path: string): Promise<AsyncAPIDocumentInterface> {
  return parseText(readFileSync(path, 'utf8'), path)
}

/** Parses a document that is defined in a test. */
export function parseDocument(document: object): Promise<AsyncAPIDocumentInterface> {
  return parseText(JSON.stringify(document))
}
