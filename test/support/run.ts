import { format } from '../../pipeline/output/format'
import { contentHash, readManifest } from '../../pipeline/output/manifest'
import { write, type WriteResult } from '../../pipeline/output/write'

/** One run of the phases that use the folder. */
export async function run(
  folder: string,
  files: Record<string, string>,
  noOverwrite: string[] = [],
): Promise<WriteResult> {
  const manifest = readManifest(folder)
  const formatted = await format({
    files: Object.entries(files).map(([path, content]) => ({ path, content })),
    optionsFor: () => ({}),
    manifest,
    currentHash: (path) => contentHash(folder, path),
  })
  return write({ folder, files: formatted, manifest, noOverwrite })
}

export const NOTHING: WriteResult = {
  written: [],
  overwritten: [],
  unchanged: [],
  removed: [],
  skipped: [],
  staleButModified: [],
}
