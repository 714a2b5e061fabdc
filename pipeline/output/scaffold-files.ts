import type { Diagnostics } from '../diagnostics'
import type { OutputFile } from '../render/render'
import { isModified, readManifest, type Manifest } from './manifest'

/** Files of `scaffold=true`: a starting point that the user edits. */
const SCAFFOLD_FILES = new Set([
  '.gitignore',
  'README.md',
  'package.json',
  'src/client.ts',
  'src/server.ts',
  'tsconfig.json',
])

/**
 * Excludes scaffold files that the user has edited from a run, with a note for each.
 * @param isScaffold whether the run generates scaffold files; if not, it leaves all of them unchanged
 * @returns the other files, and the manifest without the excluded ones, so that they are not stale
 */
export function excludeUserScaffoldFiles(
  folder: string,
  files: readonly OutputFile[],
  isScaffold: boolean,
  diagnostics: Diagnostics,
): { files: readonly OutputFile[]; manifest: Manifest } {
  const manifest = readManifest(folder)
  if (!isScaffold) return { files, manifest: omitFromManifest(manifest, isScaffoldFile) }
  const modified = new Set(
    files
      .map(({ path }) => path)
      .filter((path) => isScaffoldFile(path) && isModified(folder, path, manifest)),
  )
  for (const path of modified) {
    diagnostics.note(`${path} was edited; the scaffold does not change it`)
  }
  return {
    files: files.filter(({ path }) => !modified.has(path)),
    manifest: omitFromManifest(manifest, (path) => modified.has(path)),
  }
}

export function isScaffoldFile(path: string): boolean {
  return SCAFFOLD_FILES.has(path)
}

function omitFromManifest(manifest: Manifest, isOmitted: (path: string) => boolean): Manifest {
  return new Map([...manifest].filter(([path]) => !isOmitted(path)))
}
