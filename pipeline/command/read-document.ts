import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import type { AsyncAPIDocumentInterface, Diagnostic, Parser, SchemaParser } from '@asyncapi/parser'
import { GenerationError } from '../diagnostics'
import { parserHints } from '../document/parser-hints'
import { isRemote } from './arguments'

/** Error severity in the parser's diagnostics (Spectral). */
const ERROR = 0

/** Parsers of other schema formats: used if the project or the pack has them installed. */
const SCHEMA_PARSERS = {
  '@asyncapi/avro-schema-parser': 'AvroSchemaParser',
  '@asyncapi/openapi-schema-parser': 'OpenAPISchemaParser',
  '@asyncapi/protobuf-schema-parser': 'ProtoBuffSchemaParser',
} as const

/**
 * Reads and parses a document as the AsyncAPI generator does.
 * @param document path, URL, or `-` for standard input
 * @throws GenerationError with every error of the document
 */
export async function readDocument(document: string): Promise<AsyncAPIDocumentInterface> {
  const text = await readText(document)
  checkKind(document, text)
  const parser = await createParser()
  const source = document === '-' ? undefined : isRemote(document) ? document : resolve(document)
  const { document: parsed, diagnostics } = await parser.parse(
    text,
    source === undefined ? {} : { source },
  )
  if (parsed !== undefined) return parsed
  // Hints come first, because the parser reports one mistake in several ways.
  throw new GenerationError([...parserHints(diagnostics), ...errorsOf(document, diagnostics)])
}

async function readText(document: string): Promise<string> {
  if (document === '-') return readAll(process.stdin)
  if (!isRemote(document)) {
    try {
      return readFileSync(document, 'utf8')
    } catch (error) {
      throw new GenerationError([unreadable(document, error)])
    }
  }
  let response: Response
  try {
    response = await fetch(document)
  } catch (error) {
    throw new GenerationError([`${document} cannot be read: ${causeOf(error)}`])
  }
  if (!response.ok) {
    throw new GenerationError([
      `${document} cannot be read: the server answered ${response.status}`,
    ])
  }
  return response.text()
}

function unreadable(document: string, error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return `there is no file "${document}" (looked for ${resolve(document)})`
  if (code === 'EISDIR') return `"${document}" is a folder; pass the path of the document`
  return `"${document}" cannot be read: ${causeOf(error)}`
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}

/** Rejects files that are not AsyncAPI documents: the messages of the parser do not name the actual kind. */
function checkKind(document: string, text: string): void {
  const name = document === '-' ? 'standard input' : `"${document}"`
  if (text.trim() === '')
    throw new GenerationError([`${name} is empty; an AsyncAPI document is required`])
  if (hasTopLevelKey(text, 'asyncapi')) return
  if (hasTopLevelKey(text, 'openapi') || hasTopLevelKey(text, 'swagger')) {
    throw new GenerationError([
      `${name} is an OpenAPI document; convert it first with "asyncapi convert <document> --format=openapi -o asyncapi.yaml" (or the package @asyncapi/converter)`,
    ])
  }
  throw new GenerationError([
    `${name} is not an AsyncAPI document; it has no top-level key "asyncapi" with the version, e.g. "asyncapi: 3.0.0"`,
  ])
}

/** Finds a key of YAML or JSON at the start of a line, optionally after a byte order mark, spaces and the opening brace. */
function hasTopLevelKey(text: string, key: string): boolean {
  return new RegExp(String.raw`^\uFEFF?\s*\{?\s*(['"]?)${key}\1\s*:`, 'm').test(text)
}

async function createParser(): Promise<Parser> {
  const { Parser } = await importParser()
  const parser = new Parser()
  for (const [name, factory] of Object.entries(SCHEMA_PARSERS)) {
    const schemaParser = load(name, factory)
    if (schemaParser !== undefined) parser.registerSchemaParser(schemaParser)
  }
  return parser
}

/** The parser is an optional peer: the AsyncAPI CLI brings its own, and it is three times the size of the pack. */
async function importParser() {
  try {
    return await import('@asyncapi/parser')
  } catch (error) {
    // `import()` and `require` have different codes and texts. Other missing packages keep their stack.
    if (!/^Cannot find (?:package|module) '@asyncapi\/parser'/.test(causeOf(error))) throw error
    throw new GenerationError([
      'the command needs the package @asyncapi/parser, which is not installed: npm install --save-dev @asyncapi/parser',
    ])
  }
}

function load(name: string, factory: string): SchemaParser | undefined {
  for (const from of [resolve('package.json'), __filename]) {
    try {
      const loaded = createRequire(from)(name) as Readonly<Record<string, () => SchemaParser>>
      return (loaded[factory] ?? loaded['default'])?.()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    }
  }
  return undefined
}

/** One line for each error, with its position in the file if known. */
function errorsOf(document: string, diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics
    .filter(({ severity }) => severity === ERROR)
    .map(({ message, path, range, source }) => {
      const { line, character } = range.start
      const file = source === undefined || source === resolve(document) ? document : source
      const place = `${file}:${line + 1}:${character + 1}`
      const pointer = path.length === 0 ? '' : ` (#/${path.join('/')})`
      return `${place}: ${message}${pointer}`
    })
}
