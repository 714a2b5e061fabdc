import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { scratchFolder } from '../support/folder'
import { generateCounters } from './support/pages'

const page = readFileSync(join(__dirname, '../../docs/user-interfaces.md'), 'utf8')

/** The bytes that docs/user-interfaces.md gives for a part. */
function documented(part: string): number {
  return Number(new RegExp(`^\\| ${part} +\\| ([\\d ]+)`, 'm').exec(page)?.[1]?.replaceAll(' ', ''))
}

describe('sizes, minified and gzipped', () => {
  let folder: string
  beforeAll(async () => {
    folder = scratchFolder()
    await generateCounters(folder, { ui: 'react,share', validation: 'none' })
  })

  async function bundle(app: string): Promise<{ size: number; inputs: string[] }> {
    const { outputFiles, metafile } = await build({
      stdin: { contents: app, resolveDir: folder, loader: 'ts' },
      absWorkingDir: folder,
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      platform: 'browser',
      external: ['react'],
      write: false,
      metafile: true,
    })
    const [output] = Object.values(metafile.outputs)
    const inputs = Object.entries(output?.inputs ?? {}).flatMap(([path, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [path] : [],
    )
    return { size: gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length, inputs }
  }

  const CLIENT = `export { listenForCountersId } from './channels/event_source_client'`
  const STORE = `export { createCountersIdStore } from './channels/event_source_store'`
  const REACT = `export { useCountersId } from './channels/event_source_react'`

  const SHARING = `export { shareTabs } from './runtime/share'`

  it('of the store', async () => {
    const client = await bundle(CLIENT)
    const store = await bundle(CLIENT + '\n' + STORE)
    const size = store.size - client.size
    process.stdout.write(`store: ${size} bytes\n`)
    expect(size).toBeLessThanOrEqual(documented('store'))
    expect(documented('store')).toBeLessThanOrEqual(1520)
    expect(client.inputs.filter((path) => /store|batch|shared|react/.test(path))).toEqual([])
  })

  it('of the hook for React', async () => {
    const store = await bundle(CLIENT + '\n' + STORE)
    const hook = await bundle([CLIENT, STORE, REACT].join('\n'))
    const size = hook.size - store.size
    process.stdout.write(`hook: ${size} bytes\n`)
    expect(size).toBeLessThanOrEqual(documented('hook for React'))
    expect(documented('hook for React')).toBeLessThanOrEqual(500)
  })

  it('of sharing', async () => {
    const client = await bundle(CLIENT)
    const sharing = await bundle(CLIENT + '\n' + SHARING)
    const size = sharing.size - client.size
    process.stdout.write(`sharing: ${size} bytes\n`)
    expect(size).toBeLessThanOrEqual(documented('sharing'))
    expect(documented('sharing')).toBeLessThanOrEqual(2720)
    expect(client.inputs.filter((path) => /share|tab-/.test(path))).toEqual([])
  })
})
