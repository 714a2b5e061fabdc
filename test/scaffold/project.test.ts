import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { devDependencies } from '../../package.json'
import { formatText } from '../../pipeline/format-text'
import { ownStarterFiles } from '../../pipeline/starter'
import { parseDocument, parseFile } from '../support/document'
import { readFolder, scratchFolder } from '../support/folder'
import { generate, linkPackages } from '../support/generator'
import { HOSTILE } from '../support/hostile'
import { outputOf } from '../support/output'

const root = join(__dirname, '../..')
const run = promisify(execFile)

/** A project that `scaffold=true` makes, in a folder of its own, with the packages of this one. */
async function project(document: string, ...parameters: string[]): Promise<string> {
  const folder = scratchFolder()
  await generate(
    join(root, 'examples', document),
    folder,
    ...['scaffold=true', ...parameters].flatMap((pair) => ['-p', pair]),
  )
  linkPackages(folder)
  return folder
}

async function build(folder: string): Promise<string> {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  return run(process.execPath, [tsc], { cwd: folder }).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  )
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Code blocks of a README, as files; what they use of React is declared. */
function snippets(readme: string): Record<string, string> {
  const blocks = [...readme.matchAll(/^```(tsx?)\n(.*?)^```/gms)]
  return {
    'react.d.ts': `declare module 'react' {
      export function useEffect(effect: () => void | (() => void), needs: unknown[]): void
      export function useState(start: string): [string, (next: string) => void]
      global { namespace JSX { interface IntrinsicElements { pre: object } } }
    }`,
    ...Object.fromEntries(
      blocks.map(([, kind = '', text = ''], index) => [`snippet${index}.${kind}`, text]),
    ),
  }
}

it.each([
  ['account-service.yaml', []],
  ['rooms.yaml', ['importExtension=js', 'broker=redis']],
  ['dashboard/asyncapi.yaml', ['importExtension=ts', 'validation=none']],
  ['ticker.yaml', ['client=eventsource', 'model=interface']],
  ['rooms.yaml', ['side=client', 'importExtension=js', 'server=production']],
  ['rooms.yaml', ['side=server']],
])(
  '%s with %j builds as it is',
  async (document, parameters) => {
    const folder = await project(document, ...parameters)
    expect(await build(folder)).toBe('')
  },
  60_000,
)

it('gives a README whose snippets compile', async () => {
  const folder = await project('rooms.yaml', 'importExtension=js')
  const files = snippets(readFolder(folder)['README.md'] ?? '')
  expect(Object.keys(files).length).toBeGreaterThan(20)
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text)
  const config = join(folder, 'tsconfig.json')
  const { compilerOptions } = JSON.parse(readFileSync(config, 'utf8')) as {
    compilerOptions: object
  }
  writeFileSync(
    config,
    JSON.stringify({
      compilerOptions: { ...compilerOptions, jsx: 'preserve', noEmit: true },
      include: ['**/*.ts', '**/*.tsx'],
    }),
  )
  expect(await build(folder)).toBe('')
}, 300_000)

it('serves the samples, and prints them', async () => {
  const folder = await project('rooms.yaml')
  expect(await build(folder)).toBe('')
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

it('asks for the versions that this project is tested with', async () => {
  const document = await parseFile(join(root, 'examples/rooms.yaml'))
  const asked = (parameters: Record<string, string>): Record<string, string> => {
    const output = outputOf(document, { scaffold: 'true', ...parameters })
    const manifest = JSON.parse(output['package.json'] ?? '') as Record<
      string,
      Record<string, string>
    >
    return { ...manifest['dependencies'], ...manifest['devDependencies'] }
  }
  for (const parameters of [{}, { client: 'eventsource', broker: 'redis' }]) {
    expect(devDependencies).toMatchObject(asked(parameters))
  }
  expect(Object.keys(asked({ side: 'client' })).sort()).toEqual([
    '@types/node',
    'eventsource-parser',
    'typescript',
  ])
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

describe('the starter files', () => {
  it('stay as the user has them, and the run says so', async () => {
    const folder = await project('account-service.yaml')
    writeFileSync(join(folder, 'src/server.ts'), '// mine\n')
    const { stdout } = await generate(
      join(root, 'examples/account-service.yaml'),
      folder,
      '-p',
      'scaffold=true',
    )
    expect(readFolder(join(folder, 'src'))['server.ts']).toBe('// mine\n')
    expect(stdout).toContain('note: src/server.ts is yours: the scaffold leaves it as it is')
  })

  it('never replace what was there before', async () => {
    const folder = scratchFolder()
    writeFileSync(join(folder, 'package.json'), '{"name":"mine"}')
    await generate(join(root, 'examples/account-service.yaml'), folder, '-p', 'scaffold=true')
    expect(readFolder(folder)['package.json']).toBe('{"name":"mine"}')
  })

  it('stay when a later run does not ask for the scaffold', async () => {
    const folder = scratchFolder()
    await generate(join(root, 'examples/account-service.yaml'), folder, '-p', 'scaffold=true')
    const { stdout } = await generate(join(root, 'examples/account-service.yaml'), folder)
    expect(stdout).toContain('0 removed')
    expect(Object.keys(readFolder(folder))).toContain('src/client.ts')
  })

  it('are written anew where nothing was changed', () => {
    const entry = { hash: 'a', source: 's' }
    expect(
      ownStarterFiles(['src/server.ts'], new Map([['src/server.ts', [entry]]]), () => 'a'),
    ).toEqual([])
    expect(ownStarterFiles(['src/server.ts'], new Map(), () => undefined)).toEqual([])
  })
})

it('is not there without the parameter', async () => {
  const output = outputOf(await parseFile(join(root, 'examples/rooms.yaml')))
  expect(Object.keys(output).filter((path) => /^src\/|\.(json|md)$/.test(path))).toEqual([])
})
