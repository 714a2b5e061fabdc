import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { parseFile } from '../../support/document'
import { scratchFolder } from '../../support/folder'
import { linkPackages } from '../../support/generator'
import { outputOf } from '../../support/output'

/** A generated output in a folder of its own. */
async function generated(document: string, parameters: Record<string, string>): Promise<string> {
  const folder = scratchFolder()
  const files = outputOf(await parseFile(`examples/${document}.yaml`), parameters)
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  linkPackages(folder)
  return folder
}

/** Texts of functions that only some channels need, in modules that every channel needs. */
const OPTIONAL = {
  expandAddress: 'contains a lone surrogate',
  checkPayload: 'does not match its schema',
  recognizeEvent: 'matches no message of the channel',
  expandServerUrl: 'server variable ',
}

/**
 * The bundle of an app in that folder: its size, bytes, gzipped, the modules whose code it contains, and which optional
 * functions.
 */
async function bundle(folder: string, app: string) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: app, resolveDir: folder, loader: 'ts' },
    absWorkingDir: folder,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    write: false,
    metafile: true,
  })
  const [{ contents, text } = { contents: '', text: '' }] = outputFiles
  const size = gzipSync(contents, { level: 9 }).length
  const functions = Object.entries(OPTIONAL)
    .filter(([, part]) => text.includes(part))
    .map(([name]) => name)
  const [output] = Object.values(metafile.outputs)
  const modules = Object.entries(output?.inputs ?? {})
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) =>
      /(?:node_modules\/([\w-]+)|runtime\/([\w/-]+))/
        .exec(path)
        ?.slice(1)
        .find((name) => name !== undefined),
    )
  return { size, modules, functions }
}

const listening = `
  import { listenForUserSignedup } from './channels/event_source_client'
  listenForUserSignedup((message) => console.log(message), { baseUrl: 'https://api.example.com' })
`

describe('a client of one channel, without validators', () => {
  let folder: string
  beforeAll(async () => {
    folder = await generated('account-service', { validation: 'none' })
  })

  test('is below 6 kB in a browser, and needs no package', async () => {
    const { size, modules } = await bundle(folder, listening)
    expect(modules).toContain('client/event-reader')
    expect(modules).not.toContain('eventsource-parser')
    expect(size).toBeLessThan(6_000)
  })

  test('contains nothing that its channel does not need', async () => {
    const { modules, functions } = await bundle(folder, listening)
    expect(modules).toContain('client/fetch-transport')
    expect(modules).not.toContain('core/parameters')
    expect(modules).not.toContain('client/event-stream')
    expect(functions).toEqual([])
  })

  test('with stream too', async () => {
    const { size } = await bundle(folder, `export * from './channels/event_source_client'`)
    expect(size).toBeLessThan(6_500)
  })
})

test('a channel with parameters, several messages, a query, security, a server and validators', async () => {
  const folder = await generated('rooms', { server: 'production' })
  const app = `export { listenForRoomsRoomIdEvents } from './channels/event_source_client'`
  const { size, modules, functions } = await bundle(folder, app)
  expect(modules).toEqual(expect.arrayContaining(['core/parameters', 'client/credentials']))
  expect(functions).toEqual(Object.keys(OPTIONAL))
  // 157 of these bytes are the Standard Schema of its models.
  expect(size).toBeLessThan(10_350)
})
