import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { parseFile } from '../support/document'
import { scratchFolder } from '../support/folder'
import { linkPackages } from '../support/generator'
import { outputOf } from '../support/output'

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

/** What a bundler makes of an app in that folder: its size, bytes, gzipped, and the modules of which code is in it. */
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
  const size = gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length
  const [output] = Object.values(metafile.outputs)
  const modules = Object.entries(output?.inputs ?? {})
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => /(?:node_modules\/|runtime\/)([\w-]+)/.exec(path)?.[1])
  return { size, modules }
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

  test('is below 6 kB in a browser, eventsource-parser included', async () => {
    const { size, modules } = await bundle(folder, listening)
    expect(modules).toContain('eventsource-parser')
    expect(size).toBeLessThan(6_000)
  })

  test('carries nothing that its channel does not need', async () => {
    const { modules } = await bundle(folder, listening)
    for (const module of ['address', 'payload-check', 'recognise', 'server-url', 'event-stream']) {
      expect(modules).not.toContain(module)
    }
  })

  test('with stream too', async () => {
    const { size } = await bundle(folder, `export * from './channels/event_source_client'`)
    expect(size).toBeLessThan(6_500)
  })
})

test('a channel with parameters, several messages, a query, security, a server and validators', async () => {
  const folder = await generated('rooms', { server: 'production' })
  const app = `export { listenForRoomsRoomIdEvents } from './channels/event_source_client'`
  const { size, modules } = await bundle(folder, app)
  expect(modules).toEqual(
    expect.arrayContaining(['address', 'payload-check', 'recognise', 'server-url', 'credentials']),
  )
  expect(size).toBeLessThan(10_000)
})
