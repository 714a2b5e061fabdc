import type { Options as PrettierOptions } from 'prettier'
import * as estree from 'prettier/plugins/estree'
import * as babel from 'prettier/plugins/babel'
import * as markdown from 'prettier/plugins/markdown'
import * as typescript from 'prettier/plugins/typescript'
import { format } from 'prettier/standalone'
import type { OutputFile } from './render'

const PARSERS: Readonly<Record<string, string>> = {
  ts: 'typescript',
  mts: 'typescript',
  tsx: 'typescript',
  js: 'babel',
  mjs: 'babel',
  cjs: 'babel',
  json: 'json',
  md: 'markdown',
}

/** One file through Prettier; a kind of file that it does not know here stays as the template has it. */
export async function formatText(
  { path, content }: OutputFile,
  options: PrettierOptions,
): Promise<string> {
  const parser = PARSERS[/\.(\w+)$/.exec(path)?.[1] ?? '']
  if (parser === undefined) return content
  try {
    return await format(content, {
      ...options,
      parser,
      plugins: [estree, babel, markdown, typescript],
    })
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    throw new Error(`${path}: what its template renders to is not valid: ${text}`, { cause: error })
  }
}
