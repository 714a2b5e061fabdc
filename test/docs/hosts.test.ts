import { freePort } from '../support/free-port'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { build } from 'esbuild'
import { RuntimeProcess } from '../contract/support/runtime-process'
import { BUN, DENO, workerdLaunch } from '../contract/support/runtime-hosts'
import { Http2Client, RawClient } from '../runtime/server/support/client'
import { compileFolder } from '../support/compile-folder'
import { parseFile } from '../support/document'
import { outputOf } from '../support/output'
import { whenInstalled } from '../support/requirement'
import { blocksOf, root } from './support/pages'

// Each recipe of docs/hosts.md in a folder of its own: all are compiled, and each is run with its runtime.

const compat = join(root, 'test/compat')
const NODE = join(compat, 'node_modules/node24/bin/node')

/** Publishes to the hub of the recipe. */
const PUBLISHER = `
import { rooms } from './rooms'
import { Joined } from './__gen__/payloads'

setInterval(
  () => void rooms.publish(new Joined({ user: { id: 'u1', name: 'Ada' } }), { parameters: { roomId: '7' } }),
  50,
)
`

/** Calls the functions that a framework finds by the name of their file. */
function frameworkServer(route: string, argument: string): string {
  return `
import { serve } from '@hono/node-server'
import * as route from '${route}'

serve({
  port: 3000,
  fetch: (request: Request) => {
    const handle = (route as Record<string, unknown>)[request.method] as ((argument: unknown) => Promise<Response>) | undefined
    return handle === undefined ? new Response(null, { status: 405 }) : handle(${argument})
  },
})
`
}

const GLOBALS = `
declare const Bun: {
  serve(options: { fetch(request: Request): Promise<Response>; port: number; idleTimeout: number }): unknown
}
declare const Deno: {
  serve(options: { port: number }, fetch: (request: Request) => Response | Promise<Response>): unknown
}
`

type Runtime = 'node' | 'bun' | 'deno' | 'worker' | 'object'

interface Recipe {
  readonly runtime: Runtime
  readonly isHttp2?: boolean
  /** Content of server.ts, if a framework has no such file. */
  readonly server?: string
}

const RECIPES: Readonly<Record<string, Recipe>> = {
  'Next.js': {
    runtime: 'node',
    server: frameworkServer('./app/rooms/[roomId]/events/route', 'request'),
  },
  SvelteKit: {
    runtime: 'node',
    server: frameworkServer('./src/routes/rooms/[roomId]/events/+server', '{ request }'),
  },
  'Hono on Node.js': { runtime: 'node' },
  'Hono on Bun': { runtime: 'bun' },
  'Hono on Deno': { runtime: 'deno' },
  Bun: { runtime: 'bun' },
  Deno: { runtime: 'deno' },
  h3: { runtime: 'node' },
  Worker: { runtime: 'worker' },
  'Durable Object': { runtime: 'object' },
  'node:http': { runtime: 'node' },
  'node:http2': { runtime: 'node', isHttp2: true },
  Koa: { runtime: 'node' },
  Fastify: { runtime: 'node' },
  NestJS: { runtime: 'node' },
}

interface NotedBlock {
  readonly name: string
  readonly parameters: Readonly<Record<string, string>>
  readonly path: string
  readonly text: string
}

const noted = blocksOf('docs/hosts.md').flatMap(({ note, text }): NotedBlock[] => {
  const [, name = '', parameters = '', path = ''] =
    /^run: ([^;]+); ([^;]+); (\S+)$/.exec(note) ?? []
  if (name === '') return []
  const pairs = parameters.split(' ').map((pair) => pair.split('=') as [string, string])
  return [{ name, parameters: Object.fromEntries(pairs), path, text }]
})

it('runs every block of the page', () => {
  const all = blocksOf('docs/hosts.md').filter(({ language }) => language === 'ts')
  expect(noted).toHaveLength(all.length)
  const names = new Set(noted.map(({ name }) => name))
  names.delete('rooms')
  expect([...names]).toEqual(Object.keys(RECIPES))
})

whenInstalled(
  'a package of the recipes',
  NODE,
  'npm ci --prefix test/compat',
)('recipes', () => {
  /** Inside test/compat, so that its packages and those of the project resolve. */
  let folder: string
  const processes: RuntimeProcess[] = []
  const clients: (RawClient | Http2Client)[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(compat, 'recipes-'))
    const document = await parseFile(join(root, 'examples/rooms.yaml'))
    const write = (path: string, text: string): void => {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    const shared = noted.find(({ name }) => name === 'rooms')?.text ?? ''
    for (const [name, { server }] of Object.entries(RECIPES)) {
      const recipe = folderOf(name)
      const own = noted.filter((block) => block.name === name)
      const parameters = own[0]?.parameters ?? {}
      const usesExtensions = parameters['importExtension'] === 'ts'
      const withExtensions = (text: string): string =>
        usesExtensions
          ? text
              .replaceAll("'./rooms'", "'./rooms.ts'")
              .replaceAll(/'\.\/__gen__\/(\w+)'/g, "'./__gen__/$1/index.ts'")
          : text
      for (const [path, text] of Object.entries(outputOf(document, parameters))) {
        write(join(recipe, '__gen__', path), text)
      }
      write(join(recipe, 'rooms.ts'), withExtensions(shared))
      write(join(recipe, 'publisher.ts'), withExtensions(PUBLISHER))
      if (server !== undefined) write(join(recipe, 'server.ts'), server)
      for (const { path, text } of own) write(join(recipe, path), text)
      const extension = usesExtensions ? '.ts' : ''
      // Bun serves the default export of the module that it runs.
      const hasDefault = readFileSync(join(folder, recipe, 'server.ts'), 'utf8').includes(
        'export default',
      )
      const run = hasDefault
        ? `export { default } from './server${extension}'`
        : `import './server${extension}'`
      write(join(recipe, 'main.ts'), `import './publisher${extension}'\n${run}\n`)
    }
    write('globals.d.ts', GLOBALS)
    write('package.json', '{ "type": "module" }')
    write(
      'tsconfig.json',
      JSON.stringify({
        compilerOptions: {
          target: 'es2022',
          lib: ['es2022', 'dom', 'dom.iterable'],
          module: 'esnext',
          moduleResolution: 'bundler',
          types: ['node'],
          strict: true,
          noUncheckedIndexedAccess: true,
          exactOptionalPropertyTypes: true,
          experimentalDecorators: true,
          allowImportingTsExtensions: true,
          skipLibCheck: true,
          noEmit: true,
        },
      }),
    )
  })

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close()
    for (const child of processes.splice(0)) await child.end()
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const folderOf = (name: string): string => name.replaceAll(/\W+/g, '-')

  async function start(name: string, { runtime }: Recipe, port: number): Promise<string> {
    const recipe = join(folder, folderOf(name))
    const server = join(recipe, 'server.ts')
    writeFileSync(server, readFileSync(server, 'utf8').replaceAll('3000', String(port)))
    if (runtime === 'worker' || runtime === 'object') {
      await bundle(server, join(recipe, 'server.js'))
      const { program, args, read } = workerdLaunch(
        recipe,
        runtime === 'object' ? { durableObject: 'Rooms' } : {},
      )
      const { process, url } = await RuntimeProcess.start(program, args, read)
      processes.push(process)
      return url
    }
    const main = join(recipe, 'main.ts')
    let program = { bun: BUN, deno: DENO, node: NODE }[runtime]
    let args = { bun: [main], deno: [], node: [join(recipe, 'main.mjs')] }[runtime] as string[]
    if (runtime === 'deno') {
      const flags = ['--quiet', '--no-check', '--allow-all', '--node-modules-dir=manual']
      args = ['run', ...flags, main]
    }
    if (runtime === 'node') await bundle(main, join(recipe, 'main.mjs'))
    program = existsSync(program) ? program : process.execPath
    processes.push(await RuntimeProcess.spawn(program, args, recipe))
    await listening(port)
    return `http://127.0.0.1:${port}`
  }

  it('compile', () => {
    expect(compileFolder(folder)).toBe('')
  }, 300_000)

  it.each(Object.entries(RECIPES))('%s serves events', async (name, recipe) => {
    const url = `${await start(name, recipe, await freePort())}/rooms/7/events`
    const client = await (recipe.isHttp2 === true ? Http2Client : RawClient).open(url)
    clients.push(client)
    expect(client.status).toBe(200)
    expect(client.headers['content-type']).toBe('text/event-stream')
    if (recipe.runtime === 'object') {
      expect((await fetch(url, { method: 'POST' })).status).toBe(204)
    }
    await client.count(1)
    expect(JSON.parse(client.data[0] ?? '')).toMatchObject({ user: { id: 'u1', name: 'Ada' } })
  })
})

async function bundle(entry: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    packages: 'external',
    format: 'esm',
    target: 'es2022',
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
    logLevel: 'error',
  })
}

/** Resolves once a process accepts connections. The recipes print nothing, so it is tried repeatedly. */
async function listening(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return
    } catch {
      await wait(50)
    } finally {
      socket.destroy()
    }
  }
}
