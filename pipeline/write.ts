import { lstatSync, readdirSync, readFileSync, realpathSync, rmdirSync, rmSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import picomatch from 'picomatch'
import type { FormattedFile } from './format'
import { hashOf, MANIFEST, manifestText, type Manifest, type ManifestEntry } from './manifest'
import { GenerationError } from './problems'
import { PACK } from './templates'
import { clearWorkshop, replace, WORKSHOP } from './workshop'

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

/**
 * The only phase that changes the output folder.
 * @throws GenerationError before anything is written when a path would leave the folder
 */
export function write({ folder, files, manifest, noOverwrite }: WriteRequest): Written {
  const isKept = picomatch([...noOverwrite], { dot: true })
  const paths = new Set(files.map(({ path }) => path))
  const kept = new Set([...paths].filter((path) => isKept(path) && exists(join(folder, path))))
  const taken = files.filter(({ path }) => !kept.has(path))
  const stale = [...manifest.keys()].filter((path) => !paths.has(path))
  checkPaths(folder, [...paths, ...stale, MANIFEST, `${WORKSHOP}/x`])

  const entries = new Map(taken.map(({ path, entry }): [string, ManifestEntry] => [path, entry]))
  for (const path of kept) {
    const [entry] = manifest.get(path) ?? []
    if (entry !== undefined) entries.set(path, entry)
  }
  const changed = taken.filter(
    (file) => file.content !== null && contentHash(folder, file.path) !== file.entry.hash,
  )
  try {
    // The manifest of before knows what is stale, but not what is new.
    if (changed.length > 0) replace(folder, MANIFEST, manifestText(entries, manifest))
    for (const { path, content } of changed) replace(folder, path, content ?? '')
    const edited = stale.filter((path) => !removeStale(folder, path, manifest.get(path) ?? []))
    const text = manifestText(entries)
    if (contentHash(folder, MANIFEST) !== hashOf(text)) replace(folder, MANIFEST, text)
    const left = new Set(edited)
    const touched = new Set(changed)
    return {
      written: changed.map(({ path }) => path),
      unchanged: taken.filter((file) => !touched.has(file)).map(({ path }) => path),
      removed: stale.filter((path) => !left.has(path)),
      kept: [...kept],
      edited,
    }
  } finally {
    clearWorkshop(folder)
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
  const outside = paths.filter((path) => !staysInside(path))
  const problems = outside.map((path) => `the path "${path}" does not stay in the output folder`)
  const inside = paths.filter(staysInside)
  /** Folders that are none: what is below them cannot be looked at. */
  const blocked = new Set<string>()
  const isBlocked = (path: string): boolean => parentsOf(path).some((other) => blocked.has(other))
  // Each once, and those above before those below.
  for (const parent of new Set(inside.flatMap(parentsOf))) {
    const place = join(folder, parent)
    if (isBlocked(parent) || !exists(place)) continue
    const target = real(place)
    if (target === undefined || !isInside(root, target)) {
      blocked.add(parent)
      problems.push(`${place}: the symbolic link leads out of the output folder; remove it`)
    } else if (!lstatSync(target).isDirectory()) {
      blocked.add(parent)
      problems.push(`${place}: a file stands where a folder has to be; remove it`)
    }
  }
  for (const path of inside) {
    const place = join(folder, path)
    if (!isBlocked(path) && lstatSync(place, { throwIfNoEntry: false })?.isDirectory() === true)
      problems.push(`${place}: a folder stands where a file has to be; remove it`)
  }
  if (isLink(join(folder, WORKSHOP))) {
    problems.push(
      `${join(folder, WORKSHOP)}: a symbolic link stands where files are made; remove it`,
    )
  }
  if (problems.length > 0) throw new GenerationError(problems)
}

/**
 * Refuses to let the generator copy raw templates over what is not such a copy: it follows symbolic links, and a file of
 * the user's would be lost. What a killed run left (a copy, whole or half) is none of these.
 * @throws GenerationError
 */
export function checkCopies(folder: string, paths: readonly string[]): void {
  const problems = paths.flatMap((path) => {
    const place = join(folder, path)
    const status = lstatSync(place, { throwIfNoEntry: false })
    if (status === undefined) return []
    if (status.isSymbolicLink()) {
      return [`${place}: the generator would write through this symbolic link; remove it`]
    }
    const template = readFileSync(join(PACK, 'template', path), 'utf8')
    return status.isFile() && template.startsWith(readFileSync(place, 'utf8'))
      ? []
      : [`${place}: the generator would overwrite this file; move it out of the output folder`]
  })
  if (problems.length > 0) throw new GenerationError(problems)
}

function staysInside(path: string): boolean {
  return !path.includes('\\') && path.split('/').every((part) => !['', '.', '..'].includes(part))
}

/** The folders that a path is in, from the outermost. */
function parentsOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

/** Where a path leads; undefined where that is nowhere. */
function real(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
}

function isInside(root: string, place: string): boolean {
  return place === root || place.startsWith(root + sep)
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
