import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Name of the file that says what was generated. */
export const MANIFEST = '.eventsource-files.json'

export interface ManifestEntry {
  /** SHA-256 of the file as it was written. */
  readonly hash: string
  /** SHA-256 of what it was formatted from, so that the next run need not format it again. */
  readonly source: string
}

/** What earlier runs wrote: by path, every state that the pack itself may have left there. */
export type Manifest = ReadonlyMap<string, readonly ManifestEntry[]>

/** What is known of earlier runs. A file that cannot be read counts as absent: then nothing is known to be ours. */
export function readManifest(folder: string): Manifest {
  const manifest = new Map<string, ManifestEntry[]>()
  const read = (files: unknown): void => {
    if (typeof files !== 'object' || files === null) return
    for (const [path, value] of Object.entries(files)) {
      const known = manifest.get(path) ?? []
      const states: unknown[] = Array.isArray(value) ? value : [value]
      for (const state of states) {
        if (isEntry(state) && !known.some(({ hash }) => hash === state.hash)) known.push(state)
      }
      if (known.length > 0) manifest.set(path, known)
    }
  }
  try {
    const content = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')) as Record<
      string,
      unknown
    >
    read(content['files'])
    read(content['previous'])
  } catch {
    return new Map()
  }
  return manifest
}

/**
 * The text of a manifest. While a run writes, `previous` keeps what was there before: a run that is killed leaves files of
 * both states, and the next one has to know them all as its own.
 */
export function manifestText(
  files: ReadonlyMap<string, ManifestEntry>,
  previous: Manifest = new Map(),
): string {
  const content = {
    files: sorted(files),
    ...(previous.size > 0 ? { previous: sorted(previous) } : {}),
  }
  return `${JSON.stringify(content, null, 2)}\n`
}

export function hashOf(...parts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part).update('\0')
  return hash.digest('hex')
}

function sorted<T>(entries: Iterable<readonly [string, T]>): Record<string, T> {
  // A null prototype: a path may be called __proto__.
  const result: Record<string, T> = Object.create(null) as Record<string, T>
  for (const [path, entry] of [...entries].sort(([a], [b]) => (a < b ? -1 : 1)))
    result[path] = entry
  return result
}

function isEntry(value: unknown): value is ManifestEntry {
  const entry = value as Partial<ManifestEntry> | null
  return typeof entry?.hash === 'string' && typeof entry.source === 'string'
}
