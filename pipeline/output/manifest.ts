import { createHash } from 'node:crypto'
import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isImportExtension, type ImportExtension } from '../options'

/** Name of the file that lists the generated files. */
export const MANIFEST = '.eventsource-files.json'

export interface ManifestEntry {
  /** SHA-256 of the written file. */
  readonly hash: string
  /** SHA-256 of the text before formatting, so that the next run can skip formatting. */
  readonly source: string
}

/** Files of earlier runs: by path, each state that the pack itself may have written. */
export type Manifest = ReadonlyMap<string, readonly ManifestEntry[]>

/** Reads the manifest of earlier runs. An unreadable file counts as missing: no file is then known as generated. */
export function readManifest(folder: string): Manifest {
  const manifest = new Map<string, ManifestEntry[]>()
  const read = (files: unknown): void => {
    if (typeof files !== 'object' || files === null) return
    for (const [path, value] of Object.entries(files)) {
      const known = manifest.get(path) ?? []
      const states: unknown[] = Array.isArray(value) ? value : [value]
      for (const state of states) {
        if (isManifestEntry(state) && !known.some(({ hash }) => hash === state.hash))
          known.push(state)
      }
      if (known.length > 0) manifest.set(path, known)
    }
  }
  const content = readContent(folder)
  read(content['files'])
  read(content['previous'])
  return manifest
}

/** The extension of relative imports in the files of the last run; undefined if no run recorded it. */
export function readImportExtension(folder: string): ImportExtension | undefined {
  const value = readContent(folder)['importExtension']
  return isImportExtension(value) ? value : undefined
}

function readContent(folder: string): Readonly<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8'))
    return typeof content === 'object' && content !== null ? { ...content } : {}
  } catch {
    return {}
  }
}

interface ManifestContent {
  /** Recorded for later checks, which can run where no `tsconfig.json` is. */
  readonly importExtension?: ImportExtension | undefined
  /**
   * The earlier entries, during a run: a killed run leaves files of both states, and the next run must recognize all of
   * them.
   */
  readonly previous?: Manifest
}

export function manifestText(
  files: ReadonlyMap<string, ManifestEntry>,
  { importExtension, previous = new Map() }: ManifestContent = {},
): string {
  const content = {
    ...(importExtension === undefined ? {} : { importExtension }),
    files: sortedRecord(files),
    ...(previous.size > 0 ? { previous: sortedRecord(previous) } : {}),
  }
  return `${JSON.stringify(content, null, 2)}\n`
}

/** Whether a file of the output differs from all states that runs wrote. False if it is missing. */
export function isModified(folder: string, path: string, manifest: Manifest): boolean {
  const hash = contentHash(folder, path)
  return hash !== undefined && manifest.get(path)?.some((entry) => entry.hash === hash) !== true
}

/** SHA-256 of a regular file of the output; undefined if missing. */
export function contentHash(folder: string, path: string): string | undefined {
  const target = join(folder, path)
  return lstatSync(target, { throwIfNoEntry: false })?.isFile() === true
    ? hashOf(readFileSync(target, 'utf8'))
    : undefined
}

export function hashOf(...parts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part).update('\0')
  return hash.digest('hex')
}

function sortedRecord<T>(entries: Iterable<readonly [string, T]>): Record<string, T> {
  // A null prototype, because a path can be `__proto__`.
  const result: Record<string, T> = Object.create(null) as Record<string, T>
  for (const [path, entry] of [...entries].sort(([a], [b]) => (a < b ? -1 : 1)))
    result[path] = entry
  return result
}

function isManifestEntry(value: unknown): value is ManifestEntry {
  const entry = value as Partial<ManifestEntry> | null
  return typeof entry?.hash === 'string' && typeof entry.source === 'string'
}
