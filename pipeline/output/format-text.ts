import type { Options as PrettierOptions, Plugin } from 'prettier'
import { format } from 'prettier/standalone'
import { GenerationError } from '../diagnostics'
import type { OutputFile } from '../render/render'

const babel = (): Promise<Plugin>[] => [
  import('prettier/plugins/babel'),
  import('prettier/plugins/estree'),
]
const typescript = (): Promise<Plugin>[] => [
  import('prettier/plugins/typescript'),
  import('prettier/plugins/estree'),
]

/** Plugins of each parser, loaded on first use: loading the TypeScript parser takes as long as formatting a hundred files. */
const PLUGINS = {
  'babel-ts': babel,
  typescript,
  babel,
  json: babel,
  markdown: () => [import('prettier/plugins/markdown'), ...babel(), ...typescript()],
} satisfies Record<string, () => Promise<Plugin>[]>

type Parser = keyof typeof PLUGINS

/**
 * Parsers by extension, in order of preference. Babel's TypeScript parser leads to the same text as the TypeScript parser in
 * about half the time. The TypeScript parser is the fallback for files that Babel rejects, and has the better error messages.
 */
const PARSERS: Readonly<Record<string, readonly Parser[]>> = {
  ts: ['babel-ts', 'typescript'],
  mts: ['babel-ts', 'typescript'],
  tsx: ['babel-ts', 'typescript'],
  js: ['babel'],
  mjs: ['babel'],
  cjs: ['babel'],
  json: ['json'],
  md: ['markdown'],
}

/** Maximum file size to format, in characters: Prettier needs 0.5 kB of memory and 4 µs for each character. */
const MAX_FORMATTED = 4_000_000

function parsersOf(path: string): readonly Parser[] {
  return PARSERS[/\.(\w+)$/.exec(path)?.[1] ?? ''] ?? []
}

/** Whether only its size excludes a file from formatting. */
export function isTooLarge({ path, content }: OutputFile): boolean {
  return content.length > MAX_FORMATTED && parsersOf(path).length > 0
}

/**
 * Formats one file with Prettier. Files that are too large or of another kind keep the text of the template.
 * @throws GenerationError if the text is not valid
 */
export async function formatText(file: OutputFile, options: PrettierOptions): Promise<string> {
  const { path, content, origin } = file
  const parsers = parsersOf(path)
  if (parsers.length === 0 || isTooLarge(file)) return content
  let lastError: unknown
  for (const parser of parsers) {
    try {
      return await format(content, {
        // The search for embedded languages, as in `css`…``, visits every node and takes a tenth of the time.
        ...(parser === 'markdown' ? {} : { embeddedLanguageFormatting: 'off' }),
        ...options,
        parser,
        plugins: await Promise.all(PLUGINS[parser]()),
      })
    } catch (error) {
      lastError = error
    }
  }
  const text = lastError instanceof Error ? lastError.message : String(lastError)
  const subject = origin === undefined ? path : `${origin}: its output ${path}`
  throw new GenerationError([`${subject} is not valid: ${text}`])
}
