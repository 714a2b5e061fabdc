import type { Options as PrettierOptions } from 'prettier'
import * as estree from 'prettier/plugins/estree'
import * as babel from 'prettier/plugins/babel'
import * as markdown from 'prettier/plugins/markdown'
import * as typescript from 'prettier/plugins/typescript'
import { format } from 'prettier/standalone'
import type { OutputFile } from './render'

/**
 * Parsers by extension, in order of preference. Babel's reading of TypeScript gives the same text as TypeScript's own in
 * about half the time; what it cannot read, TypeScript may, and its message is the better one.
 */
const PARSERS: Readonly<Record<string, readonly string[]>> = {
  ts: ['babel-ts', 'typescript'],
  mts: ['babel-ts', 'typescript'],
  tsx: ['babel-ts', 'typescript'],
  js: ['babel'],
  mjs: ['babel'],
  cjs: ['babel'],
  json: ['json'],
  md: ['markdown'],
}

/** One file through Prettier; a kind of file that it does not know here stays as the template has it. */
export async function formatText(
  { path, content }: OutputFile,
  options: PrettierOptions,
): Promise<string> {
  const parsers = PARSERS[/\.(\w+)$/.exec(path)?.[1] ?? '']
  if (parsers === undefined) return content
  let failure: unknown
  for (const parser of parsers) {
    try {
      return await format(content, {
        ...options,
        parser,
        plugins: [estree, babel, markdown, typescript],
      })
    } catch (error) {
      failure = error
    }
  }
  const text = failure instanceof Error ? failure.message : String(failure)
  throw new Error(`${path}: what its template renders to is not valid: ${text}`, { cause: failure })
}
