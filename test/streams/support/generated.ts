import { join } from 'node:path'
import { build } from 'esbuild'
import { parseFile } from '../../support/document'
import { scratchFolder } from '../../support/folder'
import { outputOf } from '../../support/output'

/** An event as `stream…` yields it. */
export interface Received {
  readonly type: string
  readonly payload: unknown
  readonly id: string
}

/** The generated functions of a client, by name. Only tests of the document can call them. */
export type Client = Readonly<Record<string, (...args: unknown[]) => AsyncIterable<Received>>>

/** Generates the client of a document and loads it. */
export async function loadClient(document: string): Promise<Client> {
  const files = outputOf(await parseFile(document), { side: 'client' })
  return (await loadModule(files, 'channels/event_source_client')) as Client
}

/** Bundles a module of an output and loads it. Packages are those of this repository. */
export async function loadModule(files: Record<string, string>, module: string): Promise<unknown> {
  const outfile = join(scratchFolder(), 'bundle.cjs')
  await build({
    stdin: { contents: `export * from './${module}'`, resolveDir: '/' },
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    packages: 'external',
    plugins: [
      {
        name: 'output',
        setup(build) {
          build.onResolve({ filter: /^\.\.?\// }, ({ path, importer }) => ({
            path: join('/', importer.replace(/[^/]*$/, ''), `${path}.ts`),
            namespace: 'output',
          }))
          build.onLoad({ filter: /.*/, namespace: 'output' }, ({ path }) => ({
            contents: files[path.slice(1)] ?? '',
            loader: 'ts',
          }))
        },
      },
    ],
  })
  return import(outfile)
}

/** Calls a generated function by its name. */
export function streamOf(
  client: Client,
  name: string,
  ...args: unknown[]
): AsyncIterable<Received> {
  const open = client[name]
  if (open === undefined) throw new Error(`the client has no function ${name}`)
  return open(...args)
}

/** All events of a stream, and the error that ended it. */
export async function collect(
  stream: AsyncIterable<Received>,
): Promise<{ events: Received[]; error: unknown }> {
  const events: Received[] = []
  try {
    for await (const event of stream) events.push(event)
    return { events, error: undefined }
  } catch (error) {
    return { events, error }
  }
}
