import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import type { OutputFile } from './render'
import type { ImportExtension } from '../options'
import { PACK_ROOT } from '../pack'
import type { View } from '../view/view'

/** Runtime modules that no generated module imports: entry points for users. */
function entryModules({ options, client, server }: View): string[] {
  return [
    ...(client.channels.length > 0 && options.client === 'fetch' ? ['testing'] : []),
    ...(client.channels.length > 0 && options.ui.share ? ['share'] : []),
    ...(server.hasHubs && options.broker === 'redis' ? ['redis'] : []),
    ...(server.hasRuns && options.broker === 'redis' ? ['redis-runs'] : []),
    ...(server.channels.length > 0 && options.metrics === 'opentelemetry' ? ['metrics'] : []),
    ...(server.hasHubs && options.compression === 'gzip' ? ['compression'] : []),
  ]
}

const RUNTIME_IMPORT = /\bfrom '(?:\.{1,2}\/)+runtime\/([\w/-]+)/g
const RELATIVE_IMPORT = /(\bfrom '|\bimport\(')((?:\.\/|(?:\.\.\/)+)[\w/-]+)(')/g

/** The text of a runtime module, with the given extension in its relative imports. */
export function withImportExtension(source: string, importExtension: ImportExtension): string {
  const extension = importExtension === 'none' ? '' : `.${importExtension}`
  return source.replaceAll(RELATIVE_IMPORT, `$1$2${extension}$3`)
}

/**
 * The required files of `runtime/`: imports of the rendered files and their transitive imports. Their imports get the
 * configured extension. With `runtime=package`, only a user's template that does not use the filter `module` imports
 * such a file.
 */
export function runtimeFiles(view: View, rendered: readonly OutputFile[]): OutputFile[] {
  const queue = [
    ...(view.options.usesRuntimePackage ? [] : entryModules(view)),
    ...rendered.flatMap(({ content }) =>
      [...content.matchAll(RUNTIME_IMPORT)].map((match) => match[1] ?? ''),
    ),
  ]
  const files = new Map<string, string>()
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (files.has(name)) continue
    const source = readFileSync(join(PACK_ROOT, 'runtime', `${name}.ts`), 'utf8')
    queue.push(
      ...[...source.matchAll(RELATIVE_IMPORT)].map((match) =>
        posix.join(posix.dirname(name), match[2] ?? ''),
      ),
    )
    files.set(name, withImportExtension(source, view.options.importExtension))
  }
  return [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, content]) => ({ path: `runtime/${name}.ts`, content }))
}
