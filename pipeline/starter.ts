import type { Manifest } from './manifest'

/** Files of `scaffold=true`: a start that becomes the user's own. */
const STARTER = new Set([
  'README.md',
  'package.json',
  'src/client.ts',
  'src/server.ts',
  'tsconfig.json',
])

/** The starter files that are the user's: they stand in the output, and not as a run of the pack left them. */
export function ownStarterFiles(
  paths: readonly string[],
  manifest: Manifest,
  currentHash: (path: string) => string | undefined,
): readonly string[] {
  return paths.filter((path) => {
    if (!STARTER.has(path)) return false
    const hash = currentHash(path)
    const known = manifest.get(path) ?? []
    return hash !== undefined && !known.some((entry) => entry.hash === hash)
  })
}

/** What is known of earlier runs, without files that are the user's now: those are neither stale nor touched. */
export function withoutFiles(manifest: Manifest, isLeftOut: (path: string) => boolean): Manifest {
  return new Map([...manifest].filter(([path]) => !isLeftOut(path)))
}

export function isStarterFile(path: string): boolean {
  return STARTER.has(path)
}
