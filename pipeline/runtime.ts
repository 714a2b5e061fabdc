import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Options } from './parameters'
import type { OutputFile } from './render'
import { PACK } from './templates'

/** Entry files of the runtime; what they import comes along. */
function entries(options: Options, sides: { client: boolean; server: boolean }): string[] {
  const client = options.client === 'fetch' ? ['fetch-client', 'testing'] : ['eventsource-client']
  const server = ['express', 'node', ...(options.broker === 'redis' ? ['redis'] : [])]
  return [
    'model',
    'validation',
    'parameters',
    ...(sides.client ? client : []),
    ...(sides.server ? server : []),
  ]
}

const RELATIVE_IMPORT = /(\bfrom '|\bimport\(')\.\/([\w-]+)(')/g

/** The files of `runtime/` that this output needs, with the import extension that the user asked for. */
export function runtimeFiles(
  options: Options,
  sides: { client: boolean; server: boolean },
): OutputFile[] {
  const extension = options.importExtension === 'none' ? '' : `.${options.importExtension}`
  const files = new Map<string, string>()
  const queue = entries(options, sides)
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (files.has(name)) continue
    const source = readFileSync(join(PACK, 'runtime', `${name}.ts`), 'utf8')
    queue.push(...[...source.matchAll(RELATIVE_IMPORT)].map((match) => match[2] ?? ''))
    files.set(name, source.replaceAll(RELATIVE_IMPORT, `$1./$2${extension}$3`))
  }
  return [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, content]) => ({ path: `runtime/${name}.ts`, content }))
}
