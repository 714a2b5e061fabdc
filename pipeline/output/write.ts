import {
  lstatSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join, sep } from 'node:path'
import picomatch from 'picomatch'
import type { FormattedFile } from './format'
import {
  contentHash,
  hashOf,
  isModified,
  MANIFEST,
  manifestText,
  type Manifest,
  type ManifestEntry,
} from './manifest'
import { hasBanner } from './banner'
import { GenerationError } from '../diagnostics'
import type { ImportExtension } from '../options'
import { PACK_ROOT } from '../pack'
import { removeTempFiles, writeFileAtomic, TEMP_DIRECTORY } from './atomic-file'

/** Changes of a run in the output folder; paths are relative to it. */
export interface WriteResult {
  readonly written: readonly string[]
  /** Those of the written files that were edited since an earlier run. */
  readonly overwritten: readonly string[]
  readonly unchanged: readonly string[]
  readonly removed: readonly string[]
  /** Neither written nor removed, because `--no-overwrite` matches them. */
  readonly skipped: readonly string[]
  /** Stale, but edited since their generation. */
  readonly staleButModified: readonly string[]
}

export interface WriteRequest {
  readonly folder: string
  readonly files: readonly FormattedFile[]
  readonly manifest: Manifest
  readonly noOverwrite: readonly string[]
  /** Extension of relative imports in the files, for the manifest. */
  readonly importExtension?: ImportExtension
}

/** Changes that a run must make. */
interface WritePlan {
  readonly included: readonly FormattedFile[]
  readonly changed: readonly FormattedFile[]
  readonly skipped: readonly string[]
  readonly stale: readonly string[]
}

/**
 * Writes the output; no other phase changes the output folder.
 * @throws GenerationError before any write if a path would leave the folder, or a user's file would be lost
 */
export function write(request: WriteRequest): WriteResult {
  const { folder, manifest, importExtension } = request
  const { included, changed, skipped, stale } = planWrite(request)
  checkOwnership(folder, changed, manifest)
  const overwritten = changed.filter(({ path }) => isModified(folder, path, manifest))
  const entries = new Map(included.map(({ path, entry }): [string, ManifestEntry] => [path, entry]))
  for (const path of skipped) {
    const [entry] = manifest.get(path) ?? []
    if (entry !== undefined) entries.set(path, entry)
  }
  try {
    // The earlier manifest lists stale files, but not new files.
    if (changed.length > 0) {
      const during = manifestText(entries, { importExtension, previous: manifest })
      writeFileAtomic(folder, MANIFEST, during)
    }
    for (const { path, content } of changed) writeFileAtomic(folder, path, content ?? '')
    const staleButModified = stale.filter((path) => isModified(folder, path, manifest))
    const left = new Set(staleButModified)
    const removed = stale.filter((path) => !left.has(path))
    removeFiles(folder, removed)
    const text = manifestText(entries, { importExtension })
    if (contentHash(folder, MANIFEST) !== hashOf(text)) writeFileAtomic(folder, MANIFEST, text)
    const touched = new Set(changed)
    return {
      written: changed.map(({ path }) => path),
      overwritten: overwritten.map(({ path }) => path),
      unchanged: included.filter((file) => !touched.has(file)).map(({ path }) => path),
      removed,
      skipped,
      staleButModified,
    }
  } finally {
    removeTempFiles(folder)
  }
}

/**
 * Compares the output folder with the result of a run, and changes nothing.
 * @returns null: nothing was written
 * @throws GenerationError with each file that differs, is missing, or would be removed
 */
export function check(request: WriteRequest): null {
  const { folder, manifest } = request
  const { changed, stale } = planWrite(request)
  const removable = stale.filter(
    (path) => pathExists(join(folder, path)) && !isModified(folder, path, manifest),
  )
  const errors = [
    ...changed.map(({ path }) =>
      pathExists(join(folder, path))
        ? `${path} differs from the output of this document and these parameters; generate again`
        : `${path} is missing; generate again`,
    ),
    ...removable.map((path) => `${path} is no longer generated; generate again`),
  ]
  if (errors.length > 0) throw new GenerationError(errors)
  return null
}

function planWrite({ folder, files, manifest, noOverwrite }: WriteRequest): WritePlan {
  const isSkipped = picomatch([...noOverwrite], { dot: true })
  const paths = new Set(files.map(({ path }) => path))
  const skipped = new Set(
    [...paths, ...manifest.keys()].filter(
      (path) => isSkipped(path) && pathExists(join(folder, path)),
    ),
  )
  const included = files.filter(({ path }) => !skipped.has(path))
  const stale = [...manifest.keys()].filter((path) => !paths.has(path) && !skipped.has(path))
  checkPaths(folder, [...paths, ...stale, MANIFEST, `${TEMP_DIRECTORY}/x`])
  const changed = included.filter(
    (file) => file.content !== null && contentHash(folder, file.path) !== file.entry.hash,
  )
  return { included, changed, skipped: [...skipped], stale }
}

/**
 * Refuses to overwrite a file that no run wrote: it is not in the manifest and has no banner.
 * @throws GenerationError
 */
function checkOwnership(
  folder: string,
  changed: readonly FormattedFile[],
  manifest: Manifest,
): void {
  const errors = changed.flatMap(({ path }) => {
    if (manifest.has(path) || contentHash(folder, path) === undefined) return []
    if (hasBanner(readFileSync(join(folder, path), 'utf8'))) return []
    return [
      `${path} exists and was not generated; move it, choose another output folder, or keep it with --no-overwrite "${path}"`,
    ]
  })
  if (errors.length > 0) throw new GenerationError(errors)
}

/** Removes files, and folders that become empty. */
export function removeFiles(folder: string, paths: readonly string[]): void {
  for (const path of paths) {
    rmSync(join(folder, path), { force: true })
    removeEmptyFolders(folder, path)
  }
}

/**
 * Rejects a file in place of the output folder.
 * @throws GenerationError
 */
export function checkFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new GenerationError([`the output folder "${folder}" is a file; choose another folder`])
  }
}

/**
 * Rejects paths that leave the folder, by `..` or through a symbolic link, and paths of existing folders.
 * @throws GenerationError
 */
export function checkPaths(folder: string, paths: readonly string[]): void {
  checkFolder(folder)
  const root = pathExists(folder) ? realpathSync(folder) : folder
  const outside = paths.filter((path) => !staysInside(path))
  const problems = outside.map((path) => `the path "${path}" is outside the output folder`)
  const inside = paths.filter(staysInside)
  /** Paths that should be folders but are not, so that no path below them can be checked. */
  const blocked = new Set<string>()
  const isBlocked = (path: string): boolean => parentsOf(path).some((other) => blocked.has(other))
  // Each folder once, parents before children.
  for (const parent of new Set(inside.flatMap(parentsOf))) {
    const target = join(folder, parent)
    if (isBlocked(parent) || !pathExists(target)) continue
    const resolved = realPath(target)
    if (resolved === undefined || !isInside(root, resolved)) {
      blocked.add(parent)
      problems.push(`${target}: the symbolic link points outside the output folder; remove it`)
    } else if (!lstatSync(resolved).isDirectory()) {
      blocked.add(parent)
      problems.push(`${target}: a file is in place of a folder; remove it`)
    }
  }
  for (const path of inside) {
    const target = join(folder, path)
    if (!isBlocked(path) && lstatSync(target, { throwIfNoEntry: false })?.isDirectory() === true)
      problems.push(`${target}: a folder is in place of a file; remove it`)
  }
  if (isLink(join(folder, TEMP_DIRECTORY))) {
    problems.push(
      `${join(folder, TEMP_DIRECTORY)}: a symbolic link is in place of the temporary folder; remove it`,
    )
  }
  if (problems.length > 0) throw new GenerationError(problems)
}

/**
 * Prevents the generator from overwriting other files with raw templates: it follows symbolic links, and a user's file
 * would be lost. Complete or partial copies of a killed run are allowed.
 * @throws GenerationError
 */
export function checkCopies(folder: string, paths: readonly string[]): void {
  const problems = paths.flatMap((path) => {
    const target = join(folder, path)
    const status = lstatSync(target, { throwIfNoEntry: false })
    if (status === undefined) return []
    if (status.isSymbolicLink()) {
      return [`${target}: the generator would write through this symbolic link; remove it`]
    }
    const template = readFileSync(join(PACK_ROOT, 'template', path), 'utf8')
    return status.isFile() && template.startsWith(readFileSync(target, 'utf8'))
      ? []
      : [`${target}: the generator would overwrite this file; move it out of the output folder`]
  })
  if (problems.length > 0) throw new GenerationError(problems)
}

function staysInside(path: string): boolean {
  return !path.includes('\\') && path.split('/').every((part) => !['', '.', '..'].includes(part))
}

/** The parent folders of a path, outermost first. */
function parentsOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

/** The resolved path; undefined if it does not exist. */
function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
}

function isInside(root: string, target: string): boolean {
  return target === root || target.startsWith(root + sep)
}

function removeEmptyFolders(folder: string, path: string): void {
  for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) {
    const target = join(folder, parent)
    if (!pathExists(target) || readdirSync(target).length > 0) return
    rmdirSync(target)
  }
}

function pathExists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}
