import { format } from '../../pipeline/format'
import { readManifest } from '../../pipeline/manifest'
import { contentHash, write, type Written } from '../../pipeline/write'

/** One run over the phases that touch the folder. */
export async function run(
  folder: string,
  files: Record<string, string>,
  noOverwrite: string[] = [],
): Promise<Written> {
  const manifest = readManifest(folder)
  const formatted = await format({
    files: Object.entries(files).map(([path, content]) => ({ path, content })),
    optionsFor: () => ({}),
    manifest,
    currentHash: (path) => contentHash(folder, path),
  })
  return write({ folder, files: formatted, manifest, noOverwrite })
}

export const NOTHING: Written = { written: [], unchanged: [], removed: [], kept: [], edited: [] }
