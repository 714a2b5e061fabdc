import { dirname, join } from 'node:path'
import type { Options as PrettierOptions } from 'prettier'

/** The user's own Prettier options for the files of the output, by folder. Plugins are not run here: they are reported. */
export async function readFormatOptions(
  folder: string,
  paths: readonly string[],
  notice: (message: string) => void,
): Promise<(path: string) => PrettierOptions> {
  const { resolveConfig } = await import('prettier')
  const byFolder = new Map<string, PrettierOptions>()
  for (const path of paths) {
    const key = keyOf(path)
    if (byFolder.has(key)) continue
    const { plugins, ...options } =
      (await resolveConfig(join(folder, path), { editorconfig: true })) ?? {}
    if (plugins !== undefined && plugins.length > 0) {
      notice('the plugins in your Prettier configuration are not run on the generated files')
    }
    byFolder.set(key, options)
  }
  return (path) => byFolder.get(keyOf(path)) ?? {}
}

/** Files of one kind in one folder share their options. */
function keyOf(path: string): string {
  return `${dirname(path)}\n${/\.\w+$/.exec(path)?.[0] ?? ''}`
}
