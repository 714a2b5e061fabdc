import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { createFilesMatcher, getTsconfig, parseTsconfig, type TsConfigResult } from 'get-tsconfig'
import type { ImportExtension } from '../options'
import { MANIFEST, readImportExtension } from './manifest'

export interface DetectedExtension {
  readonly extension: ImportExtension
  /** The deciding file and the reason, for the report; undefined if the file requires no extension. */
  readonly reason: string | undefined
}

/**
 * The extension for `importExtension=auto`, with the line for the report.
 *
 * A run follows the configuration files, and the last run's extension where there are none. A check compares with the last
 * run: it takes its extension, because a CI machine can have other files around the output folder.
 */
export function chooseImportExtension(folder: string, isCheck: boolean): DetectedExtension {
  const detected = detectImportExtension(folder)
  const recorded = readImportExtension(folder)
  if (recorded === undefined || (detected !== undefined && !isCheck))
    return detected ?? { extension: 'none', reason: undefined }
  if (detected === undefined || detected.extension === recorded)
    return { extension: recorded, reason: detected?.reason }
  return {
    extension: recorded,
    reason: `${join(folder, MANIFEST)} records it; a run here gives "${detected.extension}"`,
  }
}

/**
 * The extension that relative imports need in a folder. The nearest tsconfig.json (with `extends` and `references`) and
 * package.json determine it, or a Deno configuration; undefined if there is neither.
 */
export function detectImportExtension(folder: string): DetectedExtension | undefined {
  const deno = findUp(folder, ['deno.json', 'deno.jsonc'])
  const tsconfig = tsconfigOf(folder)
  if (deno !== undefined && (tsconfig === undefined || isAtOrBelow(deno, tsconfig.path))) {
    return { extension: 'ts', reason: `${deno}: Deno needs the extensions of files` }
  }
  if (tsconfig === undefined) return undefined
  const options = tsconfig.config.compilerOptions ?? {}
  const resolution = options.moduleResolution ?? options.module ?? ''
  if (!/^node(16|18|20|next)$/i.test(resolution) || !isEsm(folder)) {
    return { extension: 'none', reason: undefined }
  }
  const isRewritten =
    options.rewriteRelativeImportExtensions === true || options.allowImportingTsExtensions === true
  return {
    extension: isRewritten ? 'ts' : 'js',
    reason: `${tsconfig.path}: module resolution "${resolution}" of ES modules needs extensions`,
  }
}

/** The configuration that applies to a file in the folder: a solution file only lists others in `references`. */
function tsconfigOf(folder: string): TsConfigResult | undefined {
  const nearest = read(() => getTsconfig(resolve(folder)))
  if (nearest === undefined) return undefined
  const file = join(resolve(folder), 'index.ts')
  const referenced = (nearest.config.references ?? []).flatMap(({ path }) => {
    const target = resolve(dirname(nearest.path), path)
    const config = /\.json$/.test(target) ? target : join(target, 'tsconfig.json')
    const parsed = read(() => ({ path: config, config: parseTsconfig(config) }))
    return parsed === undefined ? [] : [parsed]
  })
  return referenced.find((config) => createFilesMatcher(config)(file) !== undefined) ?? nearest
}

/** Ignores errors in a configuration, because the compiler reports them. */
function read<T>(parse: () => T | null): T | undefined {
  try {
    return parse() ?? undefined
  } catch {
    return undefined
  }
}

/** Whether Node treats `.js` files in the folder as ES modules: `type` of the nearest package.json. */
function isEsm(folder: string): boolean {
  const path = findUp(folder, ['package.json'])
  if (path === undefined) return false
  const manifest = read(() => JSON.parse(readFileSync(path, 'utf8')) as { readonly type?: unknown })
  return manifest?.type === 'module'
}

function findUp(folder: string, names: readonly string[]): string | undefined {
  for (let directory = resolve(folder); ; directory = dirname(directory)) {
    const found = names.map((name) => join(directory, name)).find((path) => existsSync(path))
    if (found !== undefined || dirname(directory) === directory) return found
  }
}

function isAtOrBelow(path: string, other: string): boolean {
  return dirname(path).length >= dirname(other).length
}
