import { dirname, join } from 'node:path'
import { GenerationError } from '../diagnostics'
import type { Options as PrettierOptions } from 'prettier'

/**
 * The user's Prettier options for the output files, by folder. Plugins are not run here, only reported.
 * @throws GenerationError if a configuration file is not valid
 */
export async function readFormatOptions(
  folder: string,
  paths: readonly string[],
  note: (message: string) => void,
): Promise<(path: string) => PrettierOptions> {
  const { resolveConfig } = await import('prettier')
  const byFolder = new Map<string, PrettierOptions>()
  for (const path of paths) {
    const key = optionsKey(path)
    if (byFolder.has(key)) continue
    const { plugins, ...options } = await resolveConfig(join(folder, path), {
      editorconfig: true,
    }).then(
      (resolved) => resolved ?? {},
      (error: unknown) => {
        const text = error instanceof Error ? error.message : String(error)
        throw new GenerationError([`the Prettier configuration is not valid: ${text}`])
      },
    )
    if (plugins !== undefined && plugins.length > 0) {
      note('the plugins in your Prettier configuration are not run on the generated files')
    }
    byFolder.set(key, options)
  }
  return (path) => byFolder.get(optionsKey(path)) ?? {}
}

/** Files of one kind in one folder have the same options. */
function optionsKey(path: string): string {
  return `${dirname(path)}\n${/\.\w+$/.exec(path)?.[0] ?? ''}`
}
