import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, sep } from 'node:path'
import picomatch from 'picomatch'
import type { FormattedFile } from './format'
import { hashOf, MANIFEST, manifestText, type Manifest, type ManifestEntry } from './manifest'
import { GenerationError } from './problems'

/** What a run did to the output folder; paths are relative to it. */
export interface Written {
  readonly written: readonly string[]
  readonly unchanged: readonly string[]
  readonly removed: readonly string[]
  /** Left alone because `--no-overwrite` names them. */
  readonly kept: readonly string[]
  /** Stale, but edited since they were generated. */
  readonly edited: readonly string[]
}

export interface WriteRequest {
  readonly folder: string
  readonly files: readonly FormattedFile[]
  readonly manifest: Manifest
  readonly noOverwrite: readonly string[]
}

/** Files are made here and moved to their place, so that what stands there is whole at any moment. */
const WORKSHOP = '.eventsource-tmp'

/**
 * The only phase that changes the output folder.
 * @throws GenerationError before anything is written when a path would leave the folder
 */
export function write({ folder, files, manifest, noOverwrite }: WriteRequest): Written {
  mkdirSync(folder, { recursive: true })
  const isKept = noOverwrite.length === 0 ? () => false : picomatch([...noOverwrite], { dot: true })
  const kept = files
    .map(({ path }) => path)
    .filter((path) => isKept(path) && exists(join(folder, path)))
  const taken = files.filter(({ path }) => !kept.includes(path))
  const stale = [...manifest.keys()].filter((path) => !files.some((file) => file.path === path))
  checkPaths(folder, [...files.map(({ path }) => path), ...stale, MANIFEST, `${WORKSHOP}/x`])

  const entries = new Map(taken.map(({ path, entry }): [string, ManifestEntry] => [path, entry]))
  for (const path of kept) {
    const [entry] = manifest.get(path) ?? []
    if (entry !== undefined) entries.set(path, entry)
  }
  const changed = taken.filter(
    (file) => file.content !== null && contentHash(folder, file.path) !== file.entry.hash,
  )
  try {
    if (changed.length > 0 || stale.length > 0)
      replace(folder, MANIFEST, manifestText(entries, manifest))
    for (const { path, content } of changed) replace(folder, path, content ?? '')
    const edited = stale.filter((path) => !removeStale(folder, path, manifest.get(path) ?? []))
    const text = manifestText(entries)
    if (contentHash(folder, MANIFEST) !== hashOf(text)) replace(folder, MANIFEST, text)
    const left = new Set(edited)
    return {
      written: changed.map(({ path }) => path),
      unchanged: taken.filter((file) => !changed.includes(file)).map(({ path }) => path),
      removed: stale.filter((path) => !left.has(path)),
      kept,
      edited,
    }
  } finally {
    rmSync(join(folder, WORKSHOP), { recursive: true, force: true })
  }
}

/** SHA-256 of a regular file of the output; undefined where there is none. */
export function contentHash(folder: string, path: string): string | undefined {
  const place = join(folder, path)
  return lstatSync(place, { throwIfNoEntry: false })?.isFile() === true
    ? hashOf(readFileSync(place, 'utf8'))
    : undefined
}

/** Removes the raw copies of templates, and the folders that are empty then. */
export function removeCopies(folder: string, paths: readonly string[]): void {
  for (const path of paths) {
    rmSync(join(folder, path), { force: true })
    removeEmptyFolders(folder, path)
  }
}

/**
 * Refuses paths that lead out of the folder, by `..` or through a symbolic link, or that stand where there is a folder.
 * @throws GenerationError
 */
export function checkPaths(folder: string, paths: readonly string[]): void {
  const root = exists(folder) ? realpathSync(folder) : folder
  const problems = new Set<string>()
  const known = new Set<string>()
  for (const path of paths) {
    const parts = path.split('/')
    if (parts.some((part) => part === '..' || part === '' || part === '.') || path.includes('\\')) {
      problems.add(`the path "${path}" does not stay in the output folder`)
      continue
    }
    for (let depth = 1; depth < parts.length; depth += 1) {
      const parent = parts.slice(0, depth).join('/')
      if (known.has(parent)) continue
      known.add(parent)
      const place = join(folder, parent)
      if (!exists(place)) continue
      if (!isInside(root, realpathSync(place))) {
        problems.add(`${place}: the symbolic link leads out of the output folder; remove it`)
      } else if (!lstatSync(realpathSync(place)).isDirectory()) {
        problems.add(`${place}: a file stands where a folder has to be; remove it`)
      }
    }
    if (lstatSync(join(folder, path), { throwIfNoEntry: false })?.isDirectory() === true) {
      problems.add(`${join(folder, path)}: a folder stands where a file has to be; remove it`)
    }
  }
  if (problems.size > 0) throw new GenerationError([...problems])
}

function isInside(root: string, place: string): boolean {
  return place === root || place.startsWith(root + sep)
}

function replace(folder: string, path: string, content: string): void {
  const place = join(folder, path)
  const made = join(folder, WORKSHOP, 'file')
  mkdirSync(dirname(made), { recursive: true })
  mkdirSync(dirname(place), { recursive: true })
  writeFileSync(made, content)
  renameSync(made, place)
}

/** Whether a stale file is gone afterwards: one that was edited stays. */
function removeStale(folder: string, path: string, entries: readonly ManifestEntry[]): boolean {
  const hash = contentHash(folder, path)
  if (hash !== undefined && !entries.some((entry) => entry.hash === hash)) return false
  rmSync(join(folder, path), { force: true })
  removeEmptyFolders(folder, path)
  return true
}

function removeEmptyFolders(folder: string, path: string): void {
  for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) {
    const place = join(folder, parent)
    if (!exists(place) || readdirSync(place).length > 0) return
    rmdirSync(place)
  }
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}
