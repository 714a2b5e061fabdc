import { existsSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MANIFEST } from '../../../pipeline/output/manifest'
import { write } from '../../../pipeline/output/write'
import { readFolder, scratchFolder } from '../../support/folder'
import { NOTHING, run } from '../../support/run'

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

test('what is formatted to the same is not touched either', async () => {
  const folder = scratchFolder()
  await run(folder, { 'a.ts': 'let a' })
  const before = statSync(join(folder, 'a.ts')).mtimeMs
  expect(await run(folder, { 'a.ts': 'let   a' })).toEqual({ ...NOTHING, unchanged: ['a.ts'] })
  expect(statSync(join(folder, 'a.ts')).mtimeMs).toBe(before)
})

test('a file that changes while others are formatted is not emptied', () => {
  const folder = scratchFolder()
  writeFileSync(join(folder, 'a.ts'), 'mine')
  const file = { path: 'a.ts', content: null, entry: { hash: 'of before', source: '' } }
  const done = write({ folder, files: [file], manifest: new Map(), noOverwrite: [] })
  expect(done).toEqual({ ...NOTHING, unchanged: ['a.ts'] })
  expect(readFolder(folder)['a.ts']).toBe('mine')
})

test('the output folder is created if it is missing', async () => {
  const folder = join(scratchFolder(), 'new/output')
  expect((await run(folder, { 'deep/a.ts': 'let a' })).written).toEqual(['deep/a.ts'])
  expect(readFolder(folder)['deep/a.ts']).toBe('let a;\n')
})

test('an edited file is written again', async () => {
  const folder = scratchFolder()
  await run(folder, { 'a.ts': 'let a' })
  writeFileSync(join(folder, 'a.ts'), 'mine')
  expect((await run(folder, { 'a.ts': 'let a' })).written).toEqual(['a.ts'])
  expect(readFolder(folder)['a.ts']).toBe('let a;\n')
})

test('a symbolic link that leads out of the folder is refused before anything is written', async () => {
  const folder = scratchFolder()
  const outside = scratchFolder()
  symlinkSync(outside, join(folder, 'channels'))
  await expect(run(folder, { 'a.ts': 'let a', 'channels/b.ts': 'let b' })).rejects.toThrow(
    'the symbolic link points outside the output folder',
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
      'is outside the output folder',
    )
  },
)

test('a path in the manifest that leads out is refused', async () => {
  const folder = scratchFolder()
  writeFileSync(
    join(folder, MANIFEST),
    JSON.stringify({ files: { '../victim': { hash: 'x', source: 'x' } } }),
  )
  await expect(run(folder, { 'a.ts': 'let a' })).rejects.toThrow('is outside the output folder')
})

test('invalid TypeScript is reported with its path', async () => {
  await expect(run(scratchFolder(), { 'x/a.ts': 'export const = 1' })).rejects.toThrow(
    'x/a.ts is not valid: ',
  )
})

test('a folder in the place of a file is refused', async () => {
  const folder = scratchFolder()
  mkdirSync(join(folder, 'a.ts'))
  await expect(run(folder, { 'a.ts': 'let a' })).rejects.toThrow('a folder is in place of a file')
  rmSync(join(folder, 'a.ts'), { recursive: true })
  expect((await run(folder, { 'a.ts': 'let a' })).written).toEqual(['a.ts'])
})
