// The parts of Node's modules that the pipeline needs in a browser. Files are in memory.

import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

/** Texts by absolute path. `bundle.js` embeds the templates, the partials and the runtime of the pack. */
export const files = new Map<string, string>(Object.entries(PACK_FILES))

declare const PACK_FILES: Readonly<Record<string, string>>

function missing(path: string): Error {
  return Object.assign(new Error(`there is no file ${path}`), { code: 'ENOENT' })
}

/** `node:fs` */
export function readFileSync(path: string): string {
  const text = files.get(resolve(path))
  if (text === undefined) throw missing(path)
  return text
}

export function existsSync(path: string): boolean {
  return files.has(path) || isFolder(path)
}

export function statSync(path: string): { isDirectory(): boolean } | undefined {
  return existsSync(path) ? { isDirectory: () => isFolder(path) } : undefined
}

/** There are no links. */
export function lstatSync(path: string): { isFile(): boolean } | undefined {
  return existsSync(path) ? { isFile: () => !isFolder(path) } : undefined
}

/** Only with `withFileTypes` and `recursive`. */
export function readdirSync(
  folder: string,
): { name: string; parentPath: string; isFile(): boolean }[] {
  return [...files.keys()]
    .filter((path) => path.startsWith(`${folder}/`))
    .map((path) => ({ name: basename(path), parentPath: dirname(path), isFile: () => true }))
}

function isFolder(path: string): boolean {
  return [...files.keys()].some((other) => other.startsWith(`${path}/`))
}

/** `node:path` */
export const sep = '/'

export function join(...parts: readonly string[]): string {
  const segments: string[] = []
  for (const segment of parts.join('/').split('/')) {
    if (segment === '..' && segments.length > 0 && segments.at(-1) !== '..') segments.pop()
    else if (segment !== '' && segment !== '.') segments.push(segment)
  }
  return `${parts[0]?.startsWith('/') === true ? '/' : ''}${segments.join('/')}`
}

export function resolve(...parts: readonly string[]): string {
  const absolute = parts.findLastIndex((part) => part.startsWith('/'))
  return join('/', ...parts.slice(Math.max(absolute, 0)))
}

export function dirname(path: string): string {
  const end = path.lastIndexOf('/')
  return end < 0 ? '.' : path.slice(0, end) || '/'
}

export function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

export const posix = { join, dirname, basename, resolve, sep }

/** `node:module`: there is no other package. */
export function createRequire(): () => never {
  return () => {
    throw Object.assign(new Error('there are no packages'), { code: 'MODULE_NOT_FOUND' })
  }
}

/** Node's global of this name, as far as the filters use it. */
export const Buffer = {
  from: (text: string): Uint8Array => new TextEncoder().encode(text),
  byteLength: (text: string): number => new TextEncoder().encode(text).length,
}

/** `node:crypto`: SHA-256 in hexadecimal. */
export function createHash(): { update(text: string): { digest(): string } } {
  return {
    update: (text) => ({ digest: () => bytesToHex(sha256(utf8ToBytes(text))) }),
  }
}
