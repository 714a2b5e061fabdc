import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve, sep } from 'node:path'

/** The checkout that is tried. */
export const ROOT = resolve(__dirname, '..', '..', '..')
/** This harness, with packages of its own. */
export const COMPAT = resolve(__dirname, '..')

const made: string[] = []

/** A folder that is removed after the matrix has run. */
export function scratch(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `compat-${name}-`))
  made.push(folder)
  return folder
}

export function removeScratch(): void {
  for (const folder of made.splice(0))
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}

/** Where a package of this harness lies. */
export function packageFolder(name: string): string {
  const folder = join(COMPAT, 'node_modules', name)
  if (!existsSync(folder)) throw new Error(`${name} is not installed in test/compat`)
  return folder
}

export function packageVersion(name: string): string {
  const text = readFileSync(join(packageFolder(name), 'package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/**
 * Lets the files of a folder import the given packages, and only these.
 * @param packages name to import by → name in this harness, e.g. `{ express: 'express4' }`
 */
export function linkPackages(folder: string, packages: Readonly<Record<string, string>>): void {
  for (const [name, alias] of Object.entries(packages)) {
    const link = join(folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(packageFolder(alias), link, 'dir')
  }
}

/** Hashes of all files below a folder, by path with `/`. */
export function hashes(folder: string): Record<string, string> {
  return Object.fromEntries(
    filesBelow(folder).map((path) => [
      path,
      createHash('sha256')
        .update(readFileSync(join(folder, path)))
        .digest('hex'),
    ]),
  )
}

/** Paths of all files below a folder, with `/`, sorted. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .split(sep)
        .join('/'),
    )
    .sort()
}

/** How two folders differ, for people; empty where they hold the same bytes. */
export function difference(a: Record<string, string>, b: Record<string, string>): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .sort()
    .filter((path) => a[path] !== b[path])
    .map(
      (path) =>
        `${path} ${a[path] === undefined ? 'is new' : b[path] === undefined ? 'is missing' : 'differs'}`,
    )
}
