import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { RawParameters } from './parameters'

/** Advice for ES modules under `nodenext`, which want extensions in relative imports; undefined where there is none to give. */
export function importAdvice(folder: string, raw: RawParameters): string | undefined {
  if (raw['importExtension'] !== undefined && raw['importExtension'] !== 'none') return undefined
  const config = nearestFile(resolve(folder), 'tsconfig.json')
  if (config === undefined || !/"module(Resolution)?"\s*:\s*"node(16|18|20|next)"/i.test(config))
    return undefined
  const manifest = nearestFile(resolve(folder), 'package.json')
  if (manifest === undefined || !/"type"\s*:\s*"module"/.test(manifest)) return undefined
  return 'your tsconfig.json resolves modules as Node does, which wants extensions in imports: add -p importExtension=js'
}

function nearestFile(folder: string, name: string): string | undefined {
  for (let place = folder; ; place = dirname(place)) {
    try {
      return readFileSync(join(place, name), 'utf8')
    } catch {
      if (dirname(place) === place) return undefined
    }
  }
}
