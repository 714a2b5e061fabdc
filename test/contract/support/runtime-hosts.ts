import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratchFolder } from '../../support/folder'
import type { Difference } from './differences'
import type { Host } from './host'
import { bundle, RemoteRun, RuntimeProcess } from './runtime-process'

const packages = join(__dirname, '../../compat/node_modules')

export const BUN = join(packages, 'bun/bin/bun')
export const DENO = join(packages, 'deno/deno')
export const WORKERD = join(packages, 'workerd/bin/workerd')

/** How to run a server in a runtime. */
interface Launch {
  readonly program: string
  readonly args: readonly string[]
  /** Reads the URL of a line of output. */
  read?(line: string): string | undefined
}

/** A host that is a process of another runtime. */
function runtimeHost(
  name: string,
  entry: 'bun' | 'deno' | 'workerd',
  differences: readonly Difference[],
  launch: (bundlePath: string, folder: string) => Launch,
): Host {
  let started: ReturnType<typeof RuntimeProcess.start> | undefined
  const start = async (): ReturnType<typeof RuntimeProcess.start> => {
    const folder = scratchFolder()
    const bundlePath = join(folder, 'server.js')
    await bundle(join(__dirname, 'runtimes', `${entry}.ts`), bundlePath)
    const { program, args, read } = launch(bundlePath, folder)
    return RuntimeProcess.start(program, args, read)
  }
  return {
    name,
    program: { bun: BUN, deno: DENO, workerd: WORKERD }[entry],
    differences,
    start: async (scenario, options) => {
      const { url } = await (started ??= start())
      return RemoteRun.start(url, { scenario, options })
    },
    close: async () => {
      if (started !== undefined) await (await started).process.end()
      started = undefined
    },
  }
}

interface WorkerdOptions {
  /** The class that serves the requests. */
  readonly durableObject?: string
  /** Compatibility flags. */
  readonly flags?: readonly string[]
}

/** Configuration of workerd (capnp). */
function workerdConfig(script: string, { durableObject, flags = [] }: WorkerdOptions): string {
  const binding = durableObject?.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()
  const objects =
    durableObject === undefined
      ? ''
      : `durableObjectNamespaces = [(className = "${durableObject}", uniqueKey = "${durableObject}")],
  durableObjectStorage = (inMemory = void),
  bindings = [(name = "${binding}", durableObjectNamespace = "${durableObject}")],`
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "${script}", esModule = embed "${script}")],
  compatibilityDate = "2026-06-01",
  compatibilityFlags = ${JSON.stringify(['enable_request_signal', ...flags])},
  ${objects}
);
`
}

/** Starts workerd with a script; it reports its port as JSON on file descriptor 3. */
export function workerdLaunch(folder: string, options: WorkerdOptions = {}): Launch {
  const config = join(folder, 'config.capnp')
  writeFileSync(config, workerdConfig('server.js', options))
  return {
    program: WORKERD,
    args: ['serve', config, '--experimental', '--control-fd=3'],
    read: (line) => {
      const port = /"port":(\d+)/.exec(line)?.[1]
      return port === undefined ? undefined : `http://127.0.0.1:${port}`
    },
  }
}

/** Modules of Node.js without its globals: compression needs `node:zlib`. */
const NODE_MODULES = ['nodejs_compat', 'no_nodejs_compat_v2']

export const RUNTIME_HOSTS: readonly Host[] = [
  runtimeHost('Bun.serve', 'bun', ['noRemoteAddress'], (file) => ({ program: BUN, args: [file] })),
  runtimeHost('Deno.serve', 'deno', ['noRemoteAddress'], (file) => ({
    program: DENO,
    args: ['run', '--quiet', '--no-config', '--allow-net=127.0.0.1', file],
  })),
  runtimeHost(
    'workerd',
    'workerd',
    ['noRemoteAddress', 'separatesRequests', 'detectsAtWrite', 'stopsCallbacks'],
    (_file, folder) => workerdLaunch(folder, { flags: NODE_MODULES }),
  ),
  runtimeHost(
    'workerd (Durable Object)',
    'workerd',
    ['noRemoteAddress', 'detectsAtWrite'],
    (_file, folder) =>
      workerdLaunch(folder, { durableObject: 'ServiceObject', flags: ['nodejs_compat'] }),
  ),
]
