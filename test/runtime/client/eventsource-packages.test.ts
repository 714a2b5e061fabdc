import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { compile } from '../../support/compile'
import { parseFile } from '../../support/document'
import { scratchFolder } from '../../support/folder'
import { outputOf } from '../../support/output'

const page = `
  import { listenForUserSignedup } from './channels/index'
  listenForUserSignedup((message) => console.log(message), { baseUrl: 'https://api.example.com' })
`

async function output(): Promise<Record<string, string>> {
  const document = await parseFile('examples/account-service.yaml')
  return outputOf(document, { client: 'eventsource', side: 'client' })
}

test('client=eventsource imports no package', async () => {
  const imports = Object.values(await output()).flatMap((text) =>
    [...text.matchAll(/(?:from|import\() ?['"]([^'"]+)['"]/g)].map(([, name = '']) => name),
  )
  expect(imports.length).toBeGreaterThan(0)
  expect(imports.filter((name) => !name.startsWith('.'))).toEqual([])
})

test('client=eventsource compiles for a page', async () => {
  expect(compile({ ...(await output()), 'page.ts': page }, { types: [] })).toEqual([])
})

test('client=eventsource is bundled for a page in a folder without packages', async () => {
  const folder = scratchFolder()
  for (const [path, content] of Object.entries(await output())) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  const { outputFiles, warnings } = await build({
    stdin: { contents: page, resolveDir: folder, loader: 'ts' },
    absWorkingDir: folder,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    metafile: true,
  })
  expect(warnings).toEqual([])
  // The package is loaded by name, where the platform has no EventSource.
  expect(outputFiles[0]?.text).toContain('eventsource')
})
