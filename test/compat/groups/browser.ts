import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type * as Esbuild from 'esbuild'
import { application, type ApplicationRequest } from '../support/application'
import { chromiumVersion, withPage } from '../support/chromium'
import { packageFolder, packageVersion, scratch } from '../support/folders'
import type { Matrix } from '../support/matrix'
import { succeed } from '../support/processes'
import { node } from '../support/programs'
import { nodeRuntime, withServer } from '../support/stage'

const GROUP = 'Browser: the generated client, bundled, in a page of the generated server'
const PAGES = {
  page: 'named imports',
  'page-protocols': 'Protocols, the server half along',
}
const EVENTSOURCE_PAGES = { ...PAGES, 'page-package': 'the eventsource package' }

/** Each bundler, each client, each way to import. */
export async function addBrowser(matrix: Matrix): Promise<void> {
  const browser = await chromiumVersion().catch(() => 'Chromium')
  for (const client of ['fetch', 'eventsource'] as const) {
    for (const bundler of ['esbuild', 'vite'] as const) {
      for (const [page, style] of Object.entries(client === 'fetch' ? PAGES : EVENTSOURCE_PAGES)) {
        matrix.check(
          GROUP,
          `client=${client}, ${style}, ${bundler} ${packageVersion(bundler)}`,
          browser,
          async () => {
            const folder = await bundled({ client, bundler, page })
            await visit(folder)
          },
        )
      }
    }
  }
}

/** Serves the folder from the generated server, and returns what a page of it reports. */
export async function visit(folder: string, query = ''): Promise<void> {
  const server = await application({ kind: 'esm' })
  await withServer(server, nodeRuntime(node(24)), { PUBLIC: folder }, (origin, running) =>
    withPage(`${origin}/${query}`, async () => {
      const [, result] = await running.printed(/result: ([^]*?)\nend of result/, 60_000)
      if (result !== 'scenario passed') throw new Error(result)
    }),
  )
}

export interface BundleRequest {
  readonly client: 'fetch' | 'eventsource'
  readonly bundler: 'esbuild' | 'vite'
  readonly page: string
  readonly application?: Partial<ApplicationRequest>
}

/** A folder to be served: `index.html` and what it loads. */
export async function bundled(request: BundleRequest): Promise<string> {
  const { client, bundler, page } = request
  const { folder } = await application({
    kind: 'bundled',
    client,
    ...request.application,
    programs: ['report', page, ...(request.application?.programs ?? [])],
  })
  const out = join(scratch('public'), 'public')
  mkdirSync(out)
  if (bundler === 'esbuild') {
    await esbuild(folder, `${page}.ts`, join(out, 'page.js'))
    writeFileSync(join(out, 'index.html'), html('/page.js'))
  } else {
    writeFileSync(join(folder, 'index.html'), html(`/${page}.ts`))
    const vite = join(packageFolder('vite'), 'bin/vite.js')
    await succeed(
      node(24).path,
      [vite, 'build', '--outDir', out, '--emptyOutDir', '--logLevel', 'warn'],
      { cwd: folder },
    )
  }
  refuseServerCode(out)
  return out
}

const html = (script: string): string =>
  `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="${script}"></script>`

async function esbuild(folder: string, entry: string, outfile: string): Promise<void> {
  // The program of the package is a script or a binary, which depends on its installation.
  const { build } = (await import(join(packageFolder('esbuild'), 'lib/main.js'))) as typeof Esbuild
  await build({
    absWorkingDir: folder,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    outfile,
  })
}

/** What only a server has must not be in what a browser loads. */
function refuseServerCode(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.js')) continue
    const found = readFileSync(join(folder, name), 'utf8').match(
      /\b(?:from|import|require)\s*\(?\s*["'](?:node:\w+|express|redis)["']|__vite-browser-external/,
    )
    if (found !== null) throw new Error(`${name} asks for ${found[0]}`)
  }
}
