import { execFile, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import manifest from '../../package.json'
import { entryModules, makeRuntimePackage } from '../../scripts/runtime-package'
import { compileFolder } from '../support/compile-folder'
import { parseFile } from '../support/document'
import { readFolder, scratchFolder } from '../support/folder'
import { outputOf } from '../support/output'

const root = join(__dirname, '../..')
const tsc = join(root, 'node_modules/typescript/bin/tsc')

/** The example of the README on a free port; a client of a scripted server; a hub without Express that replays. */
const APP = `import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { Router } from 'express'
import { EventSourceError } from 'asyncapi-eventsource-runtime/fetch-client'
import { drop, message, scriptedServer, status } from 'asyncapi-eventsource-runtime/testing'
import { UserSignedup } from './__gen__/payloads/index{x}'
import { Protocols } from './__gen__/channels/index{x}'
const { event_source_client, event_source_express, event_source_node } = Protocols
const { listenForUserSignedup, streamUserSignedup } = event_source_client
const { registerSendUserSignedup } = event_source_express

const signedup = (displayName: string) => new UserSignedup({ displayName, email: 'a@example.com' })

async function baseUrlOf(server: Server): Promise<string> {
  if (!server.listening) await once(server, 'listening')
  return 'http://localhost:' + (server.address() as AddressInfo).port
}

async function example(): Promise<string | undefined> {
  const router = Router()
  registerSendUserSignedup(router, (_req, _res, _next, _parameters, sendEvent) => {
    void sendEvent(signedup('example'))
  })
  const server = express().use(router).listen(0)
  const baseUrl = await baseUrlOf(server)
  const name = await new Promise<string | undefined>((resolve, reject) => {
    const subscription = listenForUserSignedup(
      (message, _parameters, error) => {
        subscription.close()
        if (error === undefined) resolve(message?.displayName)
        else reject(new Error(error))
      },
      { baseUrl },
    )
  })
  server.closeAllConnections()
  server.close()
  return name
}

async function client(): Promise<unknown> {
  const names: (string | undefined)[] = []
  const script = scriptedServer(
    message(UserSignedup, { displayName: 'one' }),
    drop(),
    message(UserSignedup, { displayName: 'two' }),
    drop(),
    status(403),
  )
  const reconnect = { initialDelay: 0, factor: 1, jitter: 0 }
  try {
    const options = { baseUrl: 'http://test.invalid', fetch: script.fetch, reconnect }
    for await (const event of streamUserSignedup(options)) names.push(event.payload.displayName)
  } catch (error) {
    return [...names, error instanceof EventSourceError && error.status]
  }
  return names
}

async function server(): Promise<unknown> {
  const hub = event_source_node.createUserSignedupHub()
  const server = createServer((request, response) => {
    if (!hub.handle(request, response)) response.writeHead(404).end()
  }).listen(0)
  const baseUrl = await baseUrlOf(server)
  const names: (string | undefined)[] = []
  const reconnect = { initialDelay: 0, factor: 1, jitter: 0 }
  const onOpen = () => {
    if (names.length === 0) void hub.publish(signedup('live'))
  }
  for await (const event of streamUserSignedup({ baseUrl, reconnect, onOpen })) {
    names.push(event.payload.displayName)
    if (names.length > 1) break
    server.closeAllConnections()
    await hub.publish(signedup('replayed'))
  }
  await hub.close()
  server.close()
  return names
}

async function main(): Promise<void> {
  console.log(JSON.stringify({ example: await example(), client: await client(), server: await server() }))
}
void main()
`

/** A project below a folder that has the packages of this one; the runtime is its own package. */
function project(): string {
  const parent = scratchFolder()
  symlinkSync(join(root, 'node_modules'), join(parent, 'node_modules'), 'dir')
  const folder = join(parent, 'app')
  mkdirSync(join(folder, 'node_modules'), { recursive: true })
  cpSync(built, join(folder, 'node_modules', NAME), { recursive: true })
  return folder
}

const NAME = 'asyncapi-eventsource-runtime'
const built = join(scratchFolder(), 'built')

function put(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

async function generated(parameters: Record<string, string>): Promise<Record<string, string>> {
  const output = outputOf(await parseFile('examples/account-service.yaml'), parameters)
  return Object.fromEntries(Object.entries(output).map(([path, text]) => [`__gen__/${path}`, text]))
}

/** A configuration that checks as strictly as users do. */
function tsconfig(options: object): string {
  return JSON.stringify({
    compilerOptions: {
      target: 'es2022',
      lib: ['es2022', 'dom', 'dom.iterable'],
      types: ['node'],
      strict: true,
      noUnusedLocals: true,
      exactOptionalPropertyTypes: true,
      esModuleInterop: true,
      // The types of the package are checked as well.
      skipLibCheck: false,
      outDir: 'dist',
      rootDir: '.',
      ...options,
    },
    include: ['__gen__', 'app.ts'],
  })
}

beforeAll(() => makeRuntimePackage(built))

describe.each([
  ['ES modules', 'module', 'js'],
  ['CommonJS', 'commonjs', 'none'],
] as const)('as %s', (_, type, importExtension) => {
  let folder: string
  beforeAll(async () => {
    folder = project()
    put(folder, {
      ...(await generated({ runtime: 'package', importExtension, host: 'express,node' })),
      'app.ts': APP.replaceAll('{x}', importExtension === 'js' ? '.js' : ''),
      'package.json': JSON.stringify({ type }),
      'tsconfig.json': tsconfig({ module: 'nodenext' }),
    })
  })

  it('the output has no runtime of its own', () => {
    const paths = Object.keys(readFolder(join(folder, '__gen__')))
    expect(paths.filter((path) => path.startsWith('runtime/'))).toEqual([])
  })

  it('the example, a client and a server compile and run', async () => {
    const compiled = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' })
    expect(compiled.stdout).toBe('')
    const app = join(folder, 'dist/app.js')
    const { stdout } = await promisify(execFile)(process.execPath, [app], { timeout: 30_000 })
    expect(JSON.parse(stdout)).toEqual({
      example: 'example',
      client: ['one', 'two', 403],
      server: ['live', 'replayed'],
    })
  })
})

it.each([
  ['a bundler', { module: 'esnext', moduleResolution: 'bundler' }],
  [
    'older Node.js resolution',
    { module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0' },
  ],
])('types are found with the module resolution of %s', async (_, options) => {
  const folder = project()
  put(folder, {
    ...(await generated({ runtime: 'package' })),
    'package.json': '{}',
    'tsconfig.json': tsconfig(options),
  })
  expect(compileFolder(folder)).toBe('')
})

it('names the contract where the package does not serve the code', async () => {
  const folder = project()
  const declaration = join(folder, 'node_modules', NAME, 'cjs/contract.d.ts')
  const text = readFileSync(declaration, 'utf8')
  expect(text).toContain('RuntimeContract1')
  writeFileSync(declaration, text.replaceAll('RuntimeContract1', 'RuntimeContract2'))
  put(folder, {
    ...(await generated({ runtime: 'package' })),
    'package.json': '{}',
    'tsconfig.json': tsconfig({ module: 'nodenext' }),
  })
  expect(compileFolder(folder)).toMatch(
    /__gen__\/channels\/index\.ts\(\d+,\d+\): error TS2\d+: .*asyncapi-eventsource-runtime\/contract.* has no exported member .*RuntimeContract1/m,
  )
})

describe('code that was generated for contract 1', () => {
  const everything = {
    runtime: 'package',
    importExtension: 'none',
    host: 'express,fetch,node,fastify',
    ui: 'react,vue,svelte,angular,rxjs',
    headers: 'true',
  }

  it.each([
    ['rooms', everything],
    ['llm-chat', { ...everything, ui: 'react', runs: 'true' }],
  ])('compiles with this package: %s', async (document, parameters) => {
    const stored = join(root, 'test/golden/contract-1', document)
    // Allowed before the version with this contract is published. Later, an incompatible runtime needs a new contract.
    if (process.env['UPDATE_CONTRACT'] === '1') {
      const output = outputOf(await parseFile(`examples/${document}.yaml`), parameters)
      rmSync(stored, { recursive: true, force: true })
      put(stored, output)
    }
    const folder = project()
    put(join(folder, '__gen__'), readFolder(stored))
    put(folder, {
      'package.json': '{}',
      'tsconfig.json': tsconfig({
        module: 'esnext',
        moduleResolution: 'bundler',
        // The types of some frameworks have errors of their own.
        skipLibCheck: true,
      }),
    })
    expect(readFileSync(join(folder, '__gen__/channels/index.ts'), 'utf8')).toContain(
      "RuntimeContract1 } from 'asyncapi-eventsource-runtime/contract'",
    )
    expect(compileFolder(folder)).toBe('')
  })
})

it('a bundle has the size that it has with copied files', async () => {
  const sizes = await Promise.all(
    ['copy', 'package'].map(async (runtime) => {
      const folder = project()
      put(folder, await generated({ runtime }))
      const { outputFiles } = await build({
        stdin: {
          contents: `export { listenForUserSignedup } from './__gen__/channels'`,
          resolveDir: folder,
        },
        absWorkingDir: folder,
        bundle: true,
        minify: true,
        format: 'esm',
        target: 'es2022',
        write: false,
      })
      return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length
    }),
  )
  const [copied = 0, packaged = 0] = sizes
  expect(copied).toBeGreaterThan(1000)
  expect(Math.abs(packaged - copied)).toBeLessThanOrEqual(copied / 100)
})

describe('the package', () => {
  const read = (): typeof manifest & {
    exports: Record<string, unknown>
    dependencies?: unknown
    peerDependenciesMeta: Record<string, { optional: boolean }>
  } => JSON.parse(readFileSync(join(built, 'package.json'), 'utf8'))

  it('exports the root modules of the runtime only', () => {
    expect(Object.keys(read().exports).sort()).toEqual(
      [...entryModules().map((name) => `./${name}`), './package.json'].sort(),
    )
    expect(entryModules()).toContain('fetch-client')
  })

  it('has no dependency, optional peers, and the publisher of the pack', () => {
    const { dependencies, peerDependenciesMeta, version, repository, author } = read()
    expect(dependencies).toBeUndefined()
    expect(Object.values(peerDependenciesMeta).every(({ optional }) => optional)).toBe(true)
    expect({ version, repository, author }).toEqual({
      version: manifest.version,
      repository: manifest.repository,
      author: manifest.author,
    })
  })

  it('passes publint', () => {
    const publint = join(root, 'node_modules/publint/src/cli.js')
    const { status, stdout } = spawnSync(process.execPath, [publint, built, '--strict'], {
      encoding: 'utf8',
    })
    expect([status, stdout]).toEqual([0, expect.stringContaining('All good')])
  })

  it('is not made over other files', () => {
    const folder = scratchFolder()
    writeFileSync(join(folder, 'mine.txt'), '')
    expect(() => makeRuntimePackage(folder)).toThrow('name another folder')
    expect(Object.keys(readFolder(folder))).toEqual(['mine.txt'])
  })
})

it('the scaffold depends on the version of the pack', async () => {
  const files = await generated({ runtime: 'package', scaffold: 'true' })
  const { dependencies } = JSON.parse(files['__gen__/package.json'] ?? '{}') as {
    dependencies: Record<string, string>
  }
  expect(dependencies[NAME]).toBe(`^${manifest.version}`)
})
