import type { Options as PrettierOptions, Plugin } from 'prettier'
import { format } from 'prettier/standalone'
import type { OutputFile } from './render'

const babel = (): Promise<Plugin>[] => [
  import('prettier/plugins/babel'),
  import('prettier/plugins/estree'),
]
const typescript = (): Promise<Plugin>[] => [
  import('prettier/plugins/typescript'),
  import('prettier/plugins/estree'),
]

/** What each parser needs, loaded when the first file asks for it: TypeScript's own takes as long to load as a hundred files. */
const PLUGINS = {
  'babel-ts': babel,
  typescript,
  babel,
  json: babel,
  markdown: () => [import('prettier/plugins/markdown'), ...babel(), ...typescript()],
} satisfies Record<string, () => Promise<Plugin>[]>

type Parser = keyof typeof PLUGINS

/**
 * Parsers by extension, in order of preference. Babel's reading of TypeScript gives the same text as TypeScript's own in
 * about half the time; what it cannot read, TypeScript may, and its message is the better one.
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

/** Prettier takes half a kilobyte of memory and 4 µs for a character: files with more of them stay as they are. */
const MAX_FORMATTED = 4_000_000

function parsersOf(path: string): readonly Parser[] {
  return PARSERS[/\.(\w+)$/.exec(path)?.[1] ?? ''] ?? []
}

/** Whether a file would be formatted, were it not too large for that. */
export function isTooLarge({ path, content }: OutputFile): boolean {
  return content.length > MAX_FORMATTED && parsersOf(path).length > 0
}

/** One file through Prettier; one that is too large, or of a kind that it does not know here, stays as the template has it. */
export async function formatText(file: OutputFile, options: PrettierOptions): Promise<string> {
  const { path, content } = file
  const parsers = parsersOf(path)
  if (parsers.length === 0 || isTooLarge(file)) return content
  let failure: unknown
  for (const parser of parsers) {
    try {
      return await format(content, {
        // Code in other languages, as in `css`…``, is looked for in every node, which takes a tenth of the time.
        ...(parser === 'markdown' ? {} : { embeddedLanguageFormatting: 'off' }),
        ...options,
        parser,
        plugins: await Promise.all(PLUGINS[parser]()),
      })
    } catch (error) {
      failure = error
    }
  }
  const text = failure instanceof Error ? failure.message : String(failure)
  throw new Error(`${path}: what its template renders to is not valid: ${text}`, { cause: failure })
}
