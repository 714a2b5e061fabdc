import type { AsyncAPIDocumentInterface } from '@asyncapi/parser'
import { readFileSync } from 'node:fs'

/** What the generator itself parses with, schema parsers included. */
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

/**
 * A document as the generator hands it to the hooks.
 * @throws with all errors when it is no valid AsyncAPI document
 */
export async function parseText(text: string, path?: string): Promise<AsyncAPIDocumentInterface> {
  const parser = (await import('@asyncapi/generator/lib/parser.js')) as unknown as {
    default: GeneratorParser
  }
  const { document, diagnostics } = await parser.default.parse(
    text,
    path === undefined ? {} : { path },
    {
      templateConfig: { apiVersion: 'v3' },
    },
  )
  if (document !== undefined) return document
  const errors = diagnostics.filter(({ severity }) => severity === 0)
  throw new Error(
    `not a valid document: ${errors.map((error) => `${error.path.join('/')}: ${error.message}`).join('; ')}`,
  )
}

export function parseFile(path: string): Promise<AsyncAPIDocumentInterface> {
  return parseText(readFileSync(path, 'utf8'), path)
}

/** A document written in a test. */
export function parseDocument(document: object): Promise<AsyncAPIDocumentInterface> {
  return parseText(JSON.stringify(document))
}
