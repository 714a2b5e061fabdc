import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { dependencies } from '../../package.json'
import { parameters as PARAMETERS } from '../support/manifest'
import { readFolder, scratchFolder } from '../support/folder'
import { generate } from '../support/generator'

const root = join(__dirname, '../..')
const COMMAND = join(root, 'bin/asyncapi-eventsource-template.js')
const ROOMS = join(root, 'examples/rooms.yaml')

interface Result {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function command(
  args: readonly string[],
  { input = '', cwd = root, file = COMMAND } = {},
): Promise<Result> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [file, ...args], { cwd }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    })
    child.stdin?.end(input)
  })
}

describe('the command', () => {
  test('writes the same bytes as the AsyncAPI generator', async () => {
    const [own, real] = [scratchFolder(), scratchFolder()]
    const { code, stdout } = await command([
      ROOMS,
      '-o',
      own,
      '--side=client',
      '--import-extension',
      'js',
    ])
    expect(code).toBe(0)
    expect(stdout).toMatch(/: (\d+) written, 0 unchanged, 0 removed$/m)
    await generate(ROOMS, real, '-p', 'side=client', '-p', 'importExtension=js')
    const files = readFolder(own)
    expect(Object.keys(files)).toContain('channels/event_source_client.ts')
    expect(files).toEqual(readFolder(real))
  })

  test('reads a document from standard input', async () => {
    const folder = scratchFolder()
    const input = readFileSync(join(root, 'examples/account-service.yaml'), 'utf8')
    expect(await command(['-', '-o', folder, '-p', 'side=client'], { input })).toMatchObject({
      code: 0,
    })
    expect(Object.keys(readFolder(folder))).toContain('payloads/UserSignedup.ts')
  })

  test('reads a document from a URL', async () => {
    const server = createServer((request, response) => {
      if (request.url !== '/asyncapi.yaml') response.statusCode = 404
      response.end(readFileSync(join(root, 'examples/account-service.yaml')))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    try {
      const folder = scratchFolder()
      expect(await command([`${base}/asyncapi.yaml`, '-o', folder])).toMatchObject({ code: 0 })
      expect(Object.keys(readFolder(folder))).toContain('payloads/UserSignedup.ts')
      const missing = await command([`${base}/other.yaml`, '-o', folder])
      expect(missing.code).toBe(1)
      expect(missing.stderr).toBe(
        `error: ${base}/other.yaml cannot be read: the server answered 404\n`,
      )
    } finally {
      server.close()
      await once(server, 'close')
    }
  })

  test('--check exits with 1 and names the files after a change of the document, and with 0 after a run', async () => {
    const cwd = scratchFolder()
    const document = join(cwd, 'asyncapi.yaml')
    const text = readFileSync(join(root, 'examples/account-service.yaml'), 'utf8')
    writeFileSync(document, text)
    const run = (...more: string[]) =>
      command(['asyncapi.yaml', '-o', 'out', '--side=client', ...more], { cwd })
    expect(await run()).toMatchObject({ code: 0 })
    expect(await run('--check')).toMatchObject({ code: 0, stderr: '' })
    writeFileSync(document, text.replace('displayName', 'nickName'))
    const before = readFolder(cwd)
    const failed = await run('--check')
    expect(failed.code).toBe(1)
    expect(failed.stderr).toBe(
      'error: payloads/UserSignedup.ts differs from the output of this document and these parameters; generate again\n',
    )
    expect(readFolder(cwd)).toEqual(before)
    expect(await run()).toMatchObject({ code: 0 })
    expect(await run('--check')).toMatchObject({
      code: 0,
      stdout: 'EventSource files in out: up to date\n',
    })
  })

  test('--help lists every template parameter as a flag, with its description', async () => {
    const { code, stdout } = await command(['--help'])
    expect(code).toBe(0)
    const words = stdout.replaceAll(/\s+/g, ' ')
    for (const [name, { description }] of Object.entries(PARAMETERS)) {
      const flag = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
      expect(words).toContain(`--${flag} `)
      expect(words).toContain(description)
    }
  })

  test('--version prints the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      version: string
    }
    expect(await command(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })
})

/** The installed pack without its optional peer. Returns the file of the command. */
function installWithoutParser(folder: string): string {
  const pack = join(folder, 'node_modules/asyncapi-eventsource-template')
  for (const name of ['package.json', 'bin', 'dist', 'template', 'partials', 'runtime']) {
    cpSync(join(root, name), join(pack, name), { recursive: true })
  }
  for (const name of Object.keys(dependencies)) {
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), 'dir')
  }
  return join(pack, 'bin/asyncapi-eventsource-template.js')
}

test('without @asyncapi/parser, the command names the package to install', async () => {
  const file = installWithoutParser(scratchFolder())
  expect(await command([ROOMS, '-o', scratchFolder()], { file })).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'error: the command needs the package @asyncapi/parser, which is not installed: npm install --save-dev @asyncapi/parser\n',
  })
})

describe('a wrong call exits with 2 and names the remedy', () => {
  test.each([
    [
      'no document',
      ['-o', 'out'],
      'the document is missing: a file, a URL, or - for standard input',
    ],
    ['no output folder', [ROOMS], 'the output folder is missing: -o <folder>'],
    [
      'two documents',
      [ROOMS, 'b.yaml', '-o', 'out'],
      'only one document is allowed, not "b.yaml" as well; the output folder is given as -o <folder>',
    ],
    [
      'an unknown option',
      [ROOMS, '--sides=client'],
      'there is no option "--sides" (did you mean "--side"?)',
    ],
    [
      'an unknown parameter',
      [ROOMS, '-o', 'x', '-p', 'sides=client'],
      'there is no parameter "sides" (did you mean "side"?)',
    ],
    [
      'a parameter without a value',
      [ROOMS, '-o', 'x', '-p', 'side'],
      '-p side: a parameter is given as name=value',
    ],
    [
      '--watch of a URL',
      ['http://127.0.0.1:1/a.yaml', '-o', 'x', '-w'],
      '--watch needs a file, not a URL or standard input',
    ],
  ])('%s', async (_, args, message) => {
    const { code, stderr, stdout } = await command(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toBe(
      `error: ${message}\nasyncapi-eventsource-template --help lists the options\n`,
    )
  })
})

test.each([
  ['with a byte order mark', (yaml: string) => `\uFEFF${yaml}`],
  ['indented', (yaml: string) => yaml.replaceAll(/^/gm, '  ')],
  ['in braces', () => '{asyncapi: 3.0.0, info: {title: a, version: "1"}}'],
])('a document %s is read', async (_, change) => {
  const cwd = scratchFolder()
  const yaml = 'asyncapi: 3.0.0\ninfo:\n  title: a\n  version: "1"\n'
  writeFileSync(join(cwd, 'a.yaml'), change(yaml))
  const { stderr } = await command(['a.yaml', '-o', 'out'], { cwd })
  expect(stderr).not.toContain('is not an AsyncAPI document')
  expect(stderr).toContain('channel')
})

describe('an error exits with 1, writes nothing, and is reported without a stack', () => {
  test.each([
    ['empty', '\n', '"a.yaml" is empty; an AsyncAPI document is required'],
    [
      'plain text',
      'hello world\n',
      '"a.yaml" is not an AsyncAPI document; it has no top-level key "asyncapi"',
    ],
    ['OpenAPI', 'openapi: 3.0.0\n', '"a.yaml" is an OpenAPI document; convert it first'],
    ['OpenAPI as JSON', '{"openapi":"3.0.0"}', '"a.yaml" is an OpenAPI document; convert it first'],
    [
      'a version that is not supported',
      'asyncapi: 1.2.0\ninfo: {title: a, version: "1"}\n',
      'a.yaml:1:1: Version "1.2.0" is not supported.',
    ],
    [
      'broken YAML',
      'asyncapi: 3.0.0\ninfo: [\n a: b',
      'a.yaml:4:1: Unexpected end of the stream within a flow collection',
    ],
    [
      'a $ref to a missing file',
      'asyncapi: 3.0.0\ninfo: {title: a, version: "1"}\nchannels:\n  a:\n    address: a\n    messages: {m: {$ref: "nope.yaml#/m"}}\n',
      'nope.yaml',
    ],
  ])('%s', async (_, text, message) => {
    const cwd = scratchFolder()
    writeFileSync(join(cwd, 'a.yaml'), text)
    const { code, stderr, stdout } = await command(['a.yaml', '-o', 'out'], { cwd })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).not.toMatch(/^\s+at /m)
    expect(Object.keys(readFolder(cwd))).toEqual(['a.yaml'])
  })

  test.each([
    ['an output folder that is a file', 'a.yaml', {}, 'the output folder "a.yaml" is a file'],
    [
      'a broken Prettier configuration',
      'out',
      { '.prettierrc': '{ semi: false' },
      'the Prettier configuration is not valid: ',
    ],
    [
      'a template whose output is not valid',
      'out',
      { 'mine/x.ts.hbs': 'export const = 1\n' },
      'mine/x.ts.hbs: its output x.ts is not valid: Variable declaration expected. (4:14)',
    ],
  ])('%s', async (_, output, files, message) => {
    const cwd = scratchFolder()
    mkdirSync(join(cwd, 'mine'))
    const all = { 'a.yaml': readFileSync(ROOMS, 'utf8'), ...files }
    for (const [path, text] of Object.entries(all)) writeFileSync(join(cwd, path), text)
    const args = ['a.yaml', '-o', output, '-p', 'templates=mine']
    const { code, stderr, stdout } = await command(args, { cwd })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr.startsWith(`error: ${message}`)).toBe(true)
    expect(stderr).not.toMatch(/^\s+at /m)
    expect(readFolder(cwd)).toEqual(Object.fromEntries(Object.entries(all).sort()))
  })

  test('a missing file', async () => {
    const cwd = scratchFolder()
    const { code, stderr } = await command(['nope.yaml', '-o', 'out'], { cwd })
    expect(code).toBe(1)
    expect(stderr).toBe(
      `error: there is no file "nope.yaml" (looked for ${join(cwd, 'nope.yaml')})\n`,
    )
  })
})

test('--watch generates again after each save, also of a file that the document refers to, and after an invalid one', async () => {
  const cwd = scratchFolder()
  const document = join(cwd, 'asyncapi.yaml')
  const shared = join(cwd, 'message.yaml')
  const valid = readFileSync(join(root, 'examples/account-service.yaml'), 'utf8').replace(
    "$ref: '#/components/messages/UserSignedUp'",
    "$ref: './message.yaml'",
  )
  const message = 'payload: { type: object, properties: { displayName: { type: string } } }'
  writeFileSync(document, valid)
  writeFileSync(shared, message)
  const child = spawn(process.execPath, [COMMAND, 'asyncapi.yaml', '-o', 'out', '--watch'], { cwd })
  const exited = once(child, 'exit')
  const printed = lines(child.stdout)
  const failed = lines(child.stderr)
  const model = (): string => readFileSync(join(cwd, 'out/payloads/UserSignedup.ts'), 'utf8')
  try {
    expect(await printed()).toMatch(/: \d+ written, /)
    expect(await printed()).toBe('watching asyncapi.yaml')
    expect(model()).toContain('displayName')
    writeFileSync(document, 'asyncapi: 3.0.0\ninfo: [\n')
    expect(await failed()).toMatch(/^error: /)
    writeFileSync(document, valid)
    expect(await printed()).toMatch(/: 0 written, /)
    writeFileSync(shared, message.replace('displayName', 'nickName'))
    expect(await printed()).toMatch(/: [1-9]\d* written, /)
    expect(model()).toContain('nickName')
  } finally {
    child.kill()
    await exited
  }
})

/** The lines of a stream, one for each call. */
function lines(stream: NodeJS.ReadableStream): () => Promise<string> {
  const iterator = createInterface({ input: stream })[Symbol.asyncIterator]()
  return async () => {
    const { value, done } = await iterator.next()
    if (done === true) throw new Error('the stream has ended')
    return value as string
  }
}
