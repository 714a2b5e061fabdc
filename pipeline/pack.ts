import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Root folder of the pack: two folders up from the compiled file, one from the source. */
export const PACK_ROOT = resolve(
  __dirname,
  ...(__dirname.endsWith(join('dist', 'pipeline')) ? ['..', '..'] : ['..']),
)

/** Package with the runtime modules for `runtime=package`. `npm run runtime:package` builds it. */
export const RUNTIME_PACKAGE = 'asyncapi-eventsource-runtime'

/** Version of the pack; the runtime package has the same version. */
export function packVersion(): string {
  const manifest = readFileSync(join(PACK_ROOT, 'package.json'), 'utf8')
  return (JSON.parse(manifest) as { readonly version: string }).version
}
