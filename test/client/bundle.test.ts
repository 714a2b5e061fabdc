import { gzipSync } from 'node:zlib'
import { join } from 'node:path'
import { build } from 'esbuild'

/** Bytes, gzipped; the parser package is about 1250 of them. */
const LARGEST = 7_900

const channel = `{
  name: 'Ticks', address: '/ticks', parameters: null, named: false, query: null, security: [], schemes: {},
  server: null, validate: true,
  events: [{ type: 'tick', model: { marshal: JSON.stringify, unmarshal: JSON.parse, validate: () => ({ valid: true }) } }],
}`

/** What a bundler makes of a module like the generated `channels/event_source_client.ts`, without validators. */
async function bundle(source: string) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: join(__dirname, '../../runtime'), loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    write: false,
    metafile: true,
  })
  const size = gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length
  return { size, inputs: Object.keys(metafile.inputs) }
}

test('a one-channel client is small in a browser, and asks for nothing but the parser', async () => {
  const { size, inputs } = await bundle(`
    import { listen, stream } from './fetch-client'
    const ticks = ${channel}
    export const listenForTicks = (callback, options) => listen(ticks, callback, null, options)
    export const streamTicks = (options) => stream(ticks, null, options)
  `)
  const packages = inputs.filter((input) => input.includes('node_modules'))
  expect(packages).toEqual([expect.stringContaining('node_modules/eventsource-parser/')])
  expect(size).toBeLessThan(LARGEST)
})

test('stream is left out where it is not used', async () => {
  const { inputs, size } = await bundle(`
    import { listen } from './fetch-client'
    const ticks = ${channel}
    export const listenForTicks = (callback, options) => listen(ticks, callback, null, options)
  `)
  expect(inputs.length).toBeGreaterThan(5)
  expect(size).toBeLessThan(LARGEST - 300)
})
