import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { format } from '../../pipeline/format'
import { MANIFEST, readManifest } from '../../pipeline/manifest'
import { contentHash, write, type Written } from '../../pipeline/write'
import { readFolder, scratchFolder } from '../support/folder'

/** One run over the phases that touch the folder. */
async function run(
  folder: string,
  files: Record<string, string>,
  noOverwrite: string[] = [],
): Promise<Written> {
  const manifest = readManifest(folder)
  const formatted = await format({
    files: Object.entries(files).map(([path, content]) => ({ path, content })),
    optionsFor: () => ({}),
    manifest,
    currentHash: (path) => contentHash(folder, path),
  })
  return write({ folder, files: formatted, manifest, noOverwrite })
}

const NOTHING: Written = { written: [], unchanged: [], removed: [], kept: [], edited: [] }

test('files are formatted and written, with a manifest', async () => {
  const folder = scratchFolder()
  const done = await run(folder, { 'a.ts': 'export const a=1', 'deep/er/b.txt': 'as it is' })
  expect(done).toEqual({ ...NOTHING, written: ['a.ts', 'deep/er/b.txt'] })
  expect(readFolder(folder)).toEqual({
    'a.ts': 'export const a = 1;\n',
    'deep/er/b.txt': 'as it is',
    [MANIFEST]: expect.stringContaining('"deep/er/b.txt"') as string,
  })
})

test('what would not change is not touched', async () => {
  const folder = scratchFolder()
  await run(folder, { 'a.ts': 'let a' })
  const before = statSync(join(folder, 'a.ts')).mtimeMs
  const manifest = statSync(join(folder, MANIFEST)).mtimeMs
  expect(await run(folder, { 'a.ts': 'let a' })).toEqual({ ...NOTHING, unchanged: ['a.ts'] })
  const after = statSync(join(folder, 'a.ts'))
  expect(after.mtimeMs).toBe(before)
  expect(statSync(join(folder, MANIFEST)).mtimeMs).toBe(manifest)
})

test('an edited file is written anew', async () => {
  const folder = scratchFolder()
  await run(folder, { 'a.ts': 'let a' })
  writeFileSync(join(folder, 'a.ts'), 'mine')
  expect((await run(folder, { 'a.ts': 'let a' })).written).toEqual(['a.ts'])
  expect(readFolder(folder)['a.ts']).toBe('let a;\n')
})

test('a file that --no-overwrite names stays, but is written where it is missing', async () => {
  const folder = scratchFolder()
  await run(folder, { 'src/a.ts': 'let a' }, ['src/**'])
  writeFileSync(join(folder, 'src/a.ts'), 'mine')
  expect(await run(folder, { 'src/a.ts': 'let b', 'src/b.ts': 'let b' }, ['src/**'])).toEqual({
    ...NOTHING,
    written: ['src/b.ts'],
    kept: ['src/a.ts'],
  })
  expect(readFolder(folder)['src/a.ts']).toBe('mine')
})

test('a stale file goes, and its folder with it', async () => {
  const folder = scratchFolder()
  await run(folder, { 'a.ts': 'let a', 'old/b.ts': 'let b' })
  expect(await run(folder, { 'a.ts': 'let a' })).toEqual({
    ...NOTHING,
    unchanged: ['a.ts'],
    removed: ['old/b.ts'],
  })
  expect(existsSync(join(folder, 'old'))).toBe(false)
})

test('a stale file that was edited stays and is reported, once', async () => {
  const folder = scratchFolder()
  await run(folder, { 'a.ts': 'let a', 'b.ts': 'let b' })
  writeFileSync(join(folder, 'b.ts'), 'mine')
  expect(await run(folder, { 'a.ts': 'let a' })).toEqual({
    ...NOTHING,
    unchanged: ['a.ts'],
    edited: ['b.ts'],
  })
  expect(readFolder(folder)['b.ts']).toBe('mine')
  expect((await run(folder, { 'a.ts': 'let a' })).edited).toEqual([])
})

test('files that it did not write are never removed', async () => {
  const folder = scratchFolder()
  mkdirSync(join(folder, 'old'))
  writeFileSync(join(folder, 'old/mine.ts'), 'mine')
  await run(folder, { 'old/b.ts': 'let b' })
  await run(folder, { 'a.ts': 'let a' })
  expect(readFolder(folder)['old/mine.ts']).toBe('mine')
})

test('a manifest that cannot be read removes nothing', async () => {
  const folder = scratchFolder()
  await run(folder, { 'a.ts': 'let a', 'b.ts': 'let b' })
  writeFileSync(join(folder, MANIFEST), '{')
  expect((await run(folder, { 'a.ts': 'let a' })).removed).toEqual([])
  expect(readFolder(folder)['b.ts']).toBe('let b;\n')
})

test('after a run that was killed half way, the next one still knows all files as its own', async () => {
  const folder = scratchFolder()
  await run(folder, { 'a.ts': 'let a', 'b.ts': 'let b' })
  const old = readFileSync(join(folder, MANIFEST), 'utf8')
  await run(folder, { 'a.ts': 'let a2', 'c.ts': 'let c' })
  // The state in the middle: the new manifest with the old one in it, c.ts written, a.ts and b.ts still old.
  const state = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')) as object
  const previous = (JSON.parse(old) as { files: object }).files
  writeFileSync(join(folder, MANIFEST), JSON.stringify({ ...state, previous }))
  writeFileSync(join(folder, 'a.ts'), 'let a;\n')
  writeFileSync(join(folder, 'b.ts'), 'let b;\n')
  const done = await run(folder, { 'd.ts': 'let d' })
  expect(done).toEqual({ ...NOTHING, written: ['d.ts'], removed: ['a.ts', 'c.ts', 'b.ts'] })
})

test('a symbolic link that leads out of the folder is refused before anything is written', async () => {
  const folder = scratchFolder()
  const outside = scratchFolder()
  symlinkSync(outside, join(folder, 'channels'))
  await expect(run(folder, { 'a.ts': 'let a', 'channels/b.ts': 'let b' })).rejects.toThrow(
    'the symbolic link leads out of the output folder',
  )
  expect(readFolder(outside)).toEqual({})
  expect(existsSync(join(folder, 'a.ts'))).toBe(false)
})

test('a symbolic link in the place of a file is replaced, not followed', async () => {
  const folder = scratchFolder()
  const outside = scratchFolder()
  writeFileSync(join(outside, 'secret'), 'mine')
  symlinkSync(join(outside, 'secret'), join(folder, 'a.ts'))
  await run(folder, { 'a.ts': 'let a' })
  expect(readFolder(outside)).toEqual({ secret: 'mine' })
  expect(readFolder(folder)['a.ts']).toBe('let a;\n')
})

test.each(['../a.ts', 'x/../../a.ts', '/a.ts', 'a\\b.ts', 'x//a.ts'])(
  'the path %s is refused',
  async (path) => {
    await expect(run(scratchFolder(), { [path]: 'x' })).rejects.toThrow(
      'does not stay in the output folder',
    )
  },
)

test('a path in the manifest that leads out is refused', async () => {
  const folder = scratchFolder()
  writeFileSync(
    join(folder, MANIFEST),
    JSON.stringify({ files: { '../victim': { hash: 'x', source: 'x' } } }),
  )
  await expect(run(folder, { 'a.ts': 'let a' })).rejects.toThrow(
    'does not stay in the output folder',
  )
})

test('what is no valid TypeScript is told with its path', async () => {
  await expect(run(scratchFolder(), { 'x/a.ts': 'export const = 1' })).rejects.toThrow(
    'x/a.ts: what its template renders to is not valid',
  )
})

test('a folder in the place of a file is refused', async () => {
  const folder = scratchFolder()
  mkdirSync(join(folder, 'a.ts'))
  await expect(run(folder, { 'a.ts': 'let a' })).rejects.toThrow(
    'a folder stands where a file has to be',
  )
  rmSync(join(folder, 'a.ts'), { recursive: true })
  expect((await run(folder, { 'a.ts': 'let a' })).written).toEqual(['a.ts'])
})
