// Bundles the worker of the playground page: the pipeline, @asyncapi/parser and Prettier.
import { build } from 'esbuild'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { builtinModules, createRequire } from 'node:module'
import { join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const ROOT = resolve(HERE, '../..')
const PACK = '/pack'
const NODE_MODULES = join(HERE, 'node-modules.ts')
const parser = createRequire(join(ROOT, 'package.json')).resolve('@asyncapi/parser/browser')

/** Text files of the pack that the pipeline reads, by their path in the browser. */
function packFiles() {
  const files = ['template', 'partials', 'runtime'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .map((path) => join(ROOT, folder, path))
      .filter((path) => statSync(path).isFile() && /\.(hbs|ts)$/.test(path)),
  )
  return Object.fromEntries(
    [...files, join(ROOT, 'package.json')].map((path) => [
      `${PACK}/${relative(ROOT, path).split(sep).join('/')}`,
      readFileSync(path, 'utf8'),
    ]),
  )
}

/** Modules that read or write the user's folder: imported, but not called in a browser. */
const UNUSED = /^\.\/output\/(?:format|format-workers|import-extension|write)$/

/** Replaces what a browser does not have. */
const browserModules = {
  name: 'browser-modules',
  setup({ onResolve, onLoad }) {
    const builtins = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]))
    const present = new Set(['node:crypto', 'node:fs', 'node:module', 'node:path'])
    onResolve({ filter: UNUSED }, ({ path }) => ({ path, namespace: 'empty' }))
    onResolve({ filter: /^[a-z@]/ }, ({ path, importer }) => {
      if (path === '@asyncapi/parser') return { path, namespace: 'parser' }
      if (present.has(path)) return { path: NODE_MODULES }
      const isFromPack = ['pipeline', 'filters'].some((folder) =>
        importer.startsWith(join(ROOT, folder)),
      )
      if (path === 'get-tsconfig' || (builtins.has(path) && isFromPack))
        return { path, namespace: 'empty' }
      return undefined
    })
    // The browser build of the parser exports the class itself.
    onLoad({ filter: /.*/, namespace: 'parser' }, () => ({
      contents: `import Parser from ${JSON.stringify(parser)}\nexport { Parser }`,
      resolveDir: ROOT,
    }))
    onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'module.exports = {}' }))
  },
}

/** @returns size of all chunks in bytes, minified and gzipped */
export async function bundlePlayground(folder) {
  const { metafile } = await build({
    entryPoints: { generate: join(HERE, 'generate.ts') },
    outdir: folder,
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'linked',
    chunkNames: '[name]-[hash]',
    inject: [join(HERE, 'buffer.ts')],
    define: {
      __dirname: JSON.stringify(`${PACK}/pipeline`),
      __filename: JSON.stringify(`${PACK}/pipeline/pipeline.js`),
      PACK_FILES: JSON.stringify(packFiles()),
      'process.env.NODE_ENV': '"production"',
      'process.pid': '0',
    },
    plugins: [browserModules],
    metafile: true,
    logLevel: 'warning',
  })
  return Object.keys(metafile.outputs)
    .filter((path) => path.endsWith('.js'))
    .reduce((sum, path) => sum + gzipSync(readFileSync(path)).length, 0)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2]
  console.log(await bundlePlayground(resolve(folder)))
}
