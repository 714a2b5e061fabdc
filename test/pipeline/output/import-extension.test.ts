import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { generate } from '../../../pipeline/generate'
import { detectImportExtension } from '../../../pipeline/output/import-extension'
import { MANIFEST, readImportExtension } from '../../../pipeline/output/manifest'
import { parseFile } from '../../support/document'
import { readFolder, scratchFolder } from '../../support/folder'

const ESM = '{ "type": "module" }'
const nodenext = (more = ''): string => `{ "compilerOptions": { "module": "nodenext"${more} } }`

/** A folder with these files. */
function project(files: Readonly<Record<string, string>>): string {
  const folder = scratchFolder()
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

/** What is detected for `src/__gen__`, which does not exist yet, in a project of these files. */
function detect(files: Readonly<Record<string, string>>) {
  const folder = project(files)
  const detected = detectImportExtension(join(folder, 'src/__gen__'))
  if (detected === undefined) return undefined
  return { ...detected, reason: detected.reason?.replace(folder, '') }
}

describe('the extension of imports', () => {
  test.each([
    ['no tsconfig.json', { 'package.json': ESM }, undefined],
    [
      'a bundler',
      {
        'package.json': ESM,
        'tsconfig.json':
          '{ "compilerOptions": { "module": "esnext", "moduleResolution": "bundler" } }',
      },
      'none',
    ],
    ['nodenext in CommonJS', { 'package.json': '{}', 'tsconfig.json': nodenext() }, 'none'],
    ['nodenext in ES modules', { 'package.json': ESM, 'tsconfig.json': nodenext() }, 'js'],
    [
      'node16 as moduleResolution',
      {
        'package.json': ESM,
        'tsconfig.json':
          '{ "compilerOptions": { "module": "node16", "moduleResolution": "Node16" } }',
      },
      'js',
    ],
    [
      'rewritten extensions',
      {
        'package.json': ESM,
        'tsconfig.json': nodenext(', "rewriteRelativeImportExtensions": true'),
      },
      'ts',
    ],
    [
      'TypeScript extensions without output',
      {
        'package.json': ESM,
        'tsconfig.json': nodenext(', "allowImportingTsExtensions": true, "noEmit": true'),
      },
      'ts',
    ],
    [
      'comments and trailing commas',
      {
        'package.json': ESM,
        'tsconfig.json': '{ // compiler\n "compilerOptions": { "module": "nodenext", }, }',
      },
      'js',
    ],
    [
      'extends',
      {
        'package.json': ESM,
        'config/base.json': nodenext(),
        'tsconfig.json': '{ "extends": "./config/base.json" }',
      },
      'js',
    ],
    [
      'extends of a package',
      {
        'package.json': ESM,
        'node_modules/@tsconfig/node22/tsconfig.json': nodenext(),
        'tsconfig.json': '{ "extends": "@tsconfig/node22/tsconfig.json" }',
      },
      'js',
    ],
    [
      'extends of a file that is missing',
      {
        'package.json': ESM,
        'tsconfig.json':
          '{ "extends": "./nope.json", "compilerOptions": { "module": "nodenext" } }',
      },
      undefined,
    ],
    [
      'a nearer package.json without a type',
      { 'package.json': ESM, 'src/package.json': '{}', 'tsconfig.json': nodenext() },
      'none',
    ],
    ['a Deno project', { 'deno.json': '{}' }, 'ts'],
    [
      'a Deno project below a TypeScript one',
      { 'tsconfig.json': '{}', 'src/deno.jsonc': '{}' },
      'ts',
    ],
  ])('%s', (_, files, extension) => {
    expect(detect(files)?.extension).toBe(extension)
  })

  test('of a solution file is that of the referenced project that includes the folder', () => {
    const files = {
      'package.json': ESM,
      'tsconfig.json':
        '{ "files": [], "references": [{ "path": "./tsconfig.node.json" }, { "path": "./tsconfig.app.json" }] }',
      'tsconfig.node.json':
        '{ "compilerOptions": { "module": "nodenext" }, "include": ["vite.config.ts"] }',
      'tsconfig.app.json':
        '{ "compilerOptions": { "module": "esnext", "moduleResolution": "bundler" }, "include": ["src"] }',
    }
    expect(detect(files)).toEqual({ extension: 'none', reason: undefined })
    const server = {
      ...files,
      'tsconfig.node.json': '{ "compilerOptions": { "module": "nodenext" }, "include": ["src"] }',
    }
    expect(detect(server)).toEqual({
      extension: 'js',
      reason: '/tsconfig.node.json: module resolution "nodenext" of ES modules needs extensions',
    })
  })
})

describe('the recorded extension', () => {
  const NODENEXT = { 'package.json': ESM, 'tsconfig.json': nodenext() }
  const BUNDLER = { ...NODENEXT, 'tsconfig.json': '{ "compilerOptions": { "module": "esnext" } }' }

  async function run(folder: string, parameters: Readonly<Record<string, string>> = {}) {
    const document = await parseFile('examples/account-service.yaml')
    return generate({ document, parameters, folder: join(folder, 'gen') })
  }

  /** A project with the output of a run in another one. */
  async function copied(files: Readonly<Record<string, string>>): Promise<string> {
    const [origin, folder] = [project(NODENEXT), project(files)]
    await run(origin)
    cpSync(join(origin, 'gen'), join(folder, 'gen'), { recursive: true })
    return folder
  }

  test('is in the manifest', async () => {
    const folder = await copied({})
    expect(JSON.parse(readFolder(folder)[`gen/${MANIFEST}`] ?? '')).toMatchObject({
      importExtension: 'js',
    })
  })

  test.each([
    ['a machine without the configuration', {}],
    ['a machine with another configuration around the folder', BUNDLER],
  ])('lets a check pass on %s', async (_, files) => {
    const folder = await copied(files)
    const before = readFolder(folder)
    expect(await run(folder, { check: 'true' })).toContain('up to date')
    expect(readFolder(folder)).toEqual(before)
  })

  test('that differs from the configuration is in the report of a check', async () => {
    const folder = await copied(BUNDLER)
    expect(await run(folder, { check: 'true' })).toContain(
      `note: importExtension=js: ${join(folder, 'gen', MANIFEST)} records it; a run here gives "none"`,
    )
  })

  test('is used by a run without a configuration, and not by one with another', async () => {
    expect(await run(await copied({}))).toContain(': 0 written')
    const folder = await copied(BUNDLER)
    expect(await run(folder)).not.toContain(': 0 written')
    expect(readImportExtension(join(folder, 'gen'))).toBe('none')
  })

  test('does not replace a named one', async () => {
    const folder = await copied({})
    await expect(run(folder, { check: 'true', importExtension: 'none' })).rejects.toThrow(
      'index.ts differs from the output of this document and these parameters',
    )
  })

  test('that is not one of the values counts as missing', () => {
    const folder = project({ [MANIFEST]: '{ "importExtension": "mjs", "files": {} }' })
    expect(readImportExtension(folder)).toBeUndefined()
  })
})
