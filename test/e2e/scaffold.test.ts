import { freePort } from '../support/free-port'
import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { devDependencies } from '../../package.json'
import { generate as generateInProcess } from '../../pipeline/generate'
import { formatText } from '../../pipeline/output/format-text'
import { buildFolder } from '../support/compile-folder'
import { parseDocument, parseFile } from '../support/document'
import { readFolder, scratchFolder } from '../support/folder'
import { generate, linkPackages } from '../support/generator'
import { HOSTILE } from '../support/hostile'
import { outputOf } from '../support/output'

const execute = promisify(execFile)
const root = join(__dirname, '../..')
const COMMAND = join(root, 'bin/asyncapi-eventsource-template.js')

jest.mock('../../pipeline/output/format-text', () => jest.requireActual('../support/format-once'))

/** A project that `scaffold=true` makes, in a folder of its own, with the packages that its package.json lists. */
async function project(document: string, ...parameters: string[]): Promise<string> {
  const folder = scratchFolder()
  const pairs = parameters.map((pair) => pair.split('='))
  await generateInProcess({
    document: await parseFile(join(root, 'examples', document)),
    parameters: { scaffold: 'true', ...Object.fromEntries(pairs) },
    folder,
  })
  linkListedPackages(folder)
  return folder
}

/** Links the packages in `package.json` to those of this project, as `npm install` would install them. */
function linkListedPackages(folder: string): void {
  for (const name of Object.keys(packagesOf(readFolder(folder)))) linkPackage(folder, name)
}

function linkPackage(folder: string, name: string): void {
  const link = join(folder, 'node_modules', name)
  if (existsSync(link)) return
  mkdirSync(dirname(link), { recursive: true })
  symlinkSync(join(root, 'node_modules', name), link, 'dir')
}

/** Versions of the packages in the `package.json` of an output. */
function packagesOf(output: Readonly<Record<string, string>>): Record<string, string> {
  const manifest = JSON.parse(output['package.json'] ?? '') as Record<
    string,
    Record<string, string>
  >
  return { ...manifest['dependencies'], ...manifest['devDependencies'] }
}

/** Like `project`, by the real generator. */
async function projectOfGenerator(document: string, ...parameters: string[]): Promise<string> {
  const folder = scratchFolder()
  await generate(
    join(root, 'examples', document),
    folder,
    ...['scaffold=true', ...parameters].flatMap((pair) => ['-p', pair]),
  )
  linkPackages(folder)
  return folder
}

/** Code blocks of a README, as files. */
function snippets(readme: string): Record<string, string> {
  const blocks = [...readme.matchAll(/^```(tsx?)\n(.*?)^```/gms)]
  return Object.fromEntries(
    blocks.map(([, kind = '', text = ''], index) => [`snippet${index}.${kind}`, text]),
  )
}

it.each([
  ['account-service.yaml', []],
  ['rooms.yaml', ['importExtension=js', 'broker=redis']],
  ['dashboard/asyncapi.yaml', ['importExtension=ts', 'validation=none']],
  ['ticker.yaml', ['client=eventsource', 'model=interface']],
  ['rooms.yaml', ['side=client', 'importExtension=js', 'server=production']],
  ['rooms.yaml', ['side=server']],
  ['account-service.yaml', ['host=fetch,express', 'importExtension=ts']],
  ['llm-chat.yaml', ['host=node']],
  ['account-service.yaml', ['host=node,fastify,fetch,express', 'importExtension=js']],
  ...['react', 'vue', 'svelte', 'angular', 'rxjs'].map((ui): [string, string[]] => [
    'account-service.yaml',
    [`ui=${ui}`, 'side=client', 'importExtension=js'],
  ]),
  ['rooms.yaml', ['ui=react,vue,svelte,angular,rxjs,share', 'host=express,fastify,fetch']],
])(
  '%s with %j builds as it is',
  async (document, parameters) => {
    const folder = await project(document, ...parameters)
    expect(buildFolder(folder)).toBe('')
  },
  60_000,
)

it.each([
  ['rooms.yaml', 'host=express', 'importExtension=none'],
  ['rooms.yaml', 'ui=react', 'importExtension=js'],
  ['rooms.yaml', 'host=fetch', 'importExtension=js'],
  ['rooms.yaml', 'host=node', 'importExtension=js'],
  ['rooms.yaml', 'host=fastify', 'importExtension=js'],
  ['llm-chat.yaml', 'host=express', 'importExtension=js'],
  ['llm-chat.yaml', 'ui=react', 'importExtension=js'],
])(
  'gives a README whose snippets compile for %s with %s and %s',
  async (document, ...parameters) => {
    const folder = await project(document, ...parameters)
    for (const name of ['react', '@types/react']) linkPackage(folder, name)
    const files = snippets(readFolder(folder)['README.md'] ?? '')
    expect(Object.keys(files).length).toBeGreaterThanOrEqual(document === 'rooms.yaml' ? 20 : 4)
    expect(readFolder(folder)['.gitignore']).toBe('node_modules/\ndist/\n')
    for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text)
    const config = join(folder, 'tsconfig.json')
    const { compilerOptions } = JSON.parse(readFileSync(config, 'utf8')) as {
      compilerOptions: object
    }
    writeFileSync(
      config,
      JSON.stringify({
        compilerOptions: {
          ...compilerOptions,
          jsx: 'react-jsx',
          noEmit: true,
          // As in a new project of Vite.
          noUnusedParameters: true,
        },
        include: ['**/*.ts', '**/*.tsx'],
      }),
    )
    expect(buildFolder(folder)).toBe('')
  },
  300_000,
)

it('gives a README whose command generates the project again', async () => {
  const parent = scratchFolder()
  const folder = join(parent, 'project')
  const text = readFileSync(join(root, 'examples/account-service.yaml'), 'utf8')
  writeFileSync(join(parent, 'asyncapi.yaml'), text)
  await generateInProcess({
    document: await parseFile(join(root, 'examples/account-service.yaml')),
    parameters: { scaffold: 'true' },
    folder,
  })
  const readme = readFolder(folder)['README.md'] ?? ''
  const [, args = ''] = /^npx -p .* asyncapi-eventsource-template (.*)$/m.exec(readme) ?? []
  const { stdout } = await execute(process.execPath, [COMMAND, ...args.split(' ')], { cwd: folder })
  expect(stdout).toContain(': 0 written')
})

describe.each(['express', 'fetch', 'node', 'fastify'])('the project with host=%s', (host) => {
  let folder: string
  beforeAll(async () => {
    folder = await projectOfGenerator('rooms.yaml', `host=${host}`)
    expect(buildFolder(folder)).toBe('')
  }, 300_000)

  /** The result of a server that cannot start. */
  const start = async (PORT: string): Promise<unknown> => {
    const server = join(folder, 'dist/src/server.js')
    const options = { env: { ...process.env, PORT } }
    return execute(process.execPath, [server], options).catch((error: unknown) => error)
  }

  it('prints one line if the port is in use', async () => {
    const other = createServer().listen(0)
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const text = `cannot listen on port ${port} (PORT sets another one): listen EADDRINUSE: `
    expect(await start(String(port))).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        new RegExp(`^${text.replaceAll(/[()]/g, '\\$&')}.*\\n$`),
      ) as unknown,
    })
    other.close()
    await once(other, 'close')
  })

  it.each(['abc', '65536', '-1', '1.5'])('prints one line if PORT is %s', async (port) => {
    expect(await start(port)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'PORT must be an integer from 0 to 65535\n',
    })
  })

  it('serves the samples, and prints them', async () => {
    const port = await freePort()
    const server = fork(join(folder, 'dist/src/server.js'), {
      env: { ...process.env, PORT: String(port) },
      silent: true,
    })
    const serverEnd = once(server, 'exit')
    await once(server.stdout ?? server, 'data')
    const client = fork(join(folder, 'dist/src/client.js'), {
      env: { ...process.env, BASE_URL: `http://localhost:${port}` },
      silent: true,
    })
    const clientEnd = once(client, 'exit')
    let printed = ''
    for await (const chunk of client.stdout ?? []) {
      printed += String(chunk)
      if (
        ['joined Joined', 'counted 1', 'pulse null', 'restarts at noon'].every((text) =>
          printed.includes(text),
        )
      )
        break
    }
    client.kill()
    await clientEnd
    server.kill()
    expect(await serverEnd).toEqual([0, null])
  }, 300_000)
})

it.each([
  ['both', 'server', { preclient: 'npm run build', client: 'node dist/src/client.js' }],
  ['client', 'client', {}],
])('compiles before each start with side=%s', async (side, started, others) => {
  const document = await parseFile(join(root, 'examples/account-service.yaml'))
  const output = outputOf(document, { scaffold: 'true', side })
  const { scripts } = JSON.parse(output['package.json'] ?? '') as { scripts: object }
  expect(scripts).toEqual({
    build: 'tsc',
    prestart: 'npm run build',
    start: `node dist/src/${started}.js`,
    ...others,
  })
})

it('requires the versions that this project is tested with', async () => {
  const document = await parseFile(join(root, 'examples/rooms.yaml'))
  const asked = (parameters: Record<string, string>): Record<string, string> => {
    return packagesOf(outputOf(document, { scaffold: 'true', ...parameters }))
  }
  const hosts = [{ host: 'fetch' }, { host: 'node' }, { host: 'fastify' }]
  const others = [
    { client: 'eventsource', broker: 'redis' },
    { ui: 'react,vue,svelte,angular,rxjs', host: 'express,fetch,node,fastify' },
  ]
  for (const parameters of [{}, ...others, ...hosts]) {
    expect(devDependencies).toMatchObject(asked(parameters))
  }
  expect(Object.keys(asked({ host: 'node' })).sort()).toEqual(['@types/node', 'typescript'])
  expect(Object.keys(asked({ side: 'client' })).sort()).toEqual(['@types/node', 'typescript'])
})

it('a request stream is named with its method, and its samples are described', async () => {
  const document = await parseFile(join(root, 'examples/llm-chat.yaml'))
  const output = outputOf(document, { scaffold: 'true' })
  expect(output['src/server.ts']).toContain('`POST http://localhost:${port}/chat/completions`')
  const readme = output['README.md'] ?? ''
  expect(readme).toContain('each example of its events once')
  expect(readme).not.toContain('in turn')
  expect(readme).not.toContain('useEffect')
})

it('the README has the hook of ui=react, and pages import only the client', async () => {
  const document = await parseFile(join(root, 'examples/account-service.yaml'))
  const readmeOf = (parameters: Record<string, string>): string =>
    outputOf(document, { scaffold: 'true', ...parameters })['README.md'] ?? ''
  const component = (readme: string): string => /^```tsx\n(.*?)^```/ms.exec(readme)?.[1] ?? ''
  expect(component(readmeOf({}))).toContain("'./channels/event_source_client'")
  expect(component(readmeOf({ ui: 'react' }))).toContain('useUserSignedup(')
})

it.each(HOSTILE)('the title and the description %j make no harm', async (text) => {
  const document = await parseDocument({
    asyncapi: '3.0.0',
    info: { title: text, version: text, description: text },
    channels: {
      a: {
        address: 'a',
        title: text,
        description: text,
        messages: { m: { payload: { type: 'string', examples: [text] } } },
      },
    },
  })
  const output = outputOf(document, { scaffold: 'true' })
  for (const path of ['README.md', 'src/server.ts', 'src/client.ts', 'package.json']) {
    await formatText({ path, content: output[path] ?? '' }, {})
  }
  const manifest = JSON.parse(output['package.json'] ?? '') as Record<string, unknown>
  expect(manifest['name']).toMatch(/^[a-z0-9][a-z0-9-]*$/)
  expect(manifest['description']).toBe(text)
  expect(Object.getPrototypeOf(manifest)).toBe(Object.prototype)
  expect(Object.keys(output)).toContain('src/server.ts')
})

it('has a README whose command generates the same output again', async () => {
  const document = join(root, 'examples/rooms.yaml')
  const folder = await project(
    'rooms.yaml',
    'host=node, fetch',
    "include=it's/$HOME,**",
    'ui=react',
  )
  const [, options = ''] = /-o \. (.*)$/m.exec(readFolder(folder)['README.md'] ?? '') ?? []
  expect(options).toBe(
    `-p 'host=node, fetch' -p scaffold=true -p 'include=it'\\''s/$HOME,**' -p ui=react`,
  )
  const { stdout } = await execute('sh', ['-c', `node ${COMMAND} ${document} -o . ${options}`], {
    cwd: folder,
  })
  expect(stdout).toContain(' 0 written')
  expect(stdout).toContain(' 0 removed')
})

describe('the starter files', () => {
  it('keep the changes of the user, and the run reports it', async () => {
    const folder = await projectOfGenerator('account-service.yaml')
    writeFileSync(join(folder, 'src/server.ts'), '// mine\n')
    const { stdout } = await generate(
      join(root, 'examples/account-service.yaml'),
      folder,
      '-p',
      'scaffold=true',
    )
    expect(readFolder(join(folder, 'src'))['server.ts']).toBe('// mine\n')
    expect(stdout).toContain('note: src/server.ts was edited; the scaffold does not change it')
  })

  it('never replace what was there before', async () => {
    const folder = scratchFolder()
    writeFileSync(join(folder, 'package.json'), '{"name":"mine"}')
    await generate(join(root, 'examples/account-service.yaml'), folder, '-p', 'scaffold=true')
    expect(readFolder(folder)['package.json']).toBe('{"name":"mine"}')
  })

  it('remain when a later run has no scaffold', async () => {
    const folder = scratchFolder()
    await generate(join(root, 'examples/account-service.yaml'), folder, '-p', 'scaffold=true')
    const { stdout } = await generate(join(root, 'examples/account-service.yaml'), folder)
    expect(stdout).toContain('0 removed')
    expect(Object.keys(readFolder(folder))).toContain('src/client.ts')
  })
})

it('is not there without the parameter', async () => {
  const output = outputOf(await parseFile(join(root, 'examples/rooms.yaml')))
  expect(Object.keys(output).filter((path) => /^src\/|\.(json|md)$/.test(path))).toEqual([])
})
