import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OutputFile } from './render'
import { PACK } from './templates'
import type { View } from './view'

/** Runtime modules that no generated module imports: entries for the user. */
function entries({ options, client, server }: View): string[] {
  return [
    ...(client.channels.length > 0 && options.client === 'fetch' ? ['testing'] : []),
    ...(server.channels.length > 0 ? ['node'] : []),
    ...(server.channels.length > 0 && options.broker === 'redis' ? ['redis'] : []),
  ]
}

const IMPORTED = /\bfrom '(?:\.{1,2}\/)+runtime\/([\w-]+)/g
const RELATIVE_IMPORT = /(\bfrom '|\bimport\(')\.\/([\w-]+)(')/g

/**
 * The files of `runtime/` that this output needs: what the rendered files import, with all that it imports in turn. Their own
 * imports get the extension that the user asked for.
 */
export function runtimeFiles(view: View, rendered: readonly OutputFile[]): OutputFile[] {
  const { importExtension } = view.options
  const extension = importExtension === 'none' ? '' : `.${importExtension}`
  const queue = [
    ...entries(view),
    ...rendered.flatMap(({ content }) =>
      [...content.matchAll(IMPORTED)].map((match) => match[1] ?? ''),
    ),
  ]
  const files = new Map<string, string>()
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
