import fs, { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MANIFEST } from '../../../pipeline/output/manifest'
import { readFolder, scratchFolder } from '../../support/folder'
import { NOTHING, run } from '../../support/run'

test('a file that --no-overwrite names remains, but is written if it is missing', async () => {
  const folder = scratchFolder()
  await run(folder, { 'src/a.ts': 'let a' }, ['src/**'])
  writeFileSync(join(folder, 'src/a.ts'), 'mine')
  expect(await run(folder, { 'src/a.ts': 'let b', 'src/b.ts': 'let b' }, ['src/**'])).toEqual({
    ...NOTHING,
    written: ['src/b.ts'],
    skipped: ['src/a.ts'],
  })
  expect(readFolder(folder)['src/a.ts']).toBe('mine')
})

test('a file that --no-overwrite named is still in the manifest, and is removed once it is stale', async () => {
  const folder = scratchFolder()
  await run(folder, { 'a.ts': 'let a', 'b.ts': 'let b' })
  await run(folder, { 'a.ts': 'let a2', 'b.ts': 'let b' }, ['a.ts'])
  expect((await run(folder, { 'b.ts': 'let b' })).removed).toEqual(['a.ts'])
  expect(existsSync(join(folder, 'a.ts'))).toBe(false)
})

test('a stale file that --no-overwrite names remains, and is removed by a run that does not name it', async () => {
  const folder = scratchFolder()
  await run(folder, { 'a.ts': 'let a', 'b.ts': 'let b' })
  expect(await run(folder, { 'b.ts': 'let b' }, ['a.ts'])).toEqual({
    ...NOTHING,
    unchanged: ['b.ts'],
    skipped: ['a.ts'],
  })
  expect(readFolder(folder)['a.ts']).toBe('let a;\n')
  expect((await run(folder, { 'b.ts': 'let b' })).removed).toEqual(['a.ts'])
})

test('a file that --no-overwrite named and no run wrote is never removed', async () => {
  const folder = scratchFolder()
  writeFileSync(join(folder, 'a.ts'), 'mine')
  await run(folder, { 'a.ts': 'let a', 'b.ts': 'let b' }, ['a.ts'])
  expect(await run(folder, { 'b.ts': 'let b' })).toEqual({ ...NOTHING, unchanged: ['b.ts'] })
  expect(readFolder(folder)['a.ts']).toBe('mine')
})

test('a stale file is removed with its folder', async () => {
  const folder = scratchFolder()
  await run(folder, { 'a.ts': 'let a', 'old/b.ts': 'let b' })
  expect(await run(folder, { 'a.ts': 'let a' })).toEqual({
    ...NOTHING,
    unchanged: ['a.ts'],
    removed: ['old/b.ts'],
  })
  expect(existsSync(join(folder, 'old'))).toBe(false)
})

test('a stale file that was edited remains and is reported, once', async () => {
  const folder = scratchFolder()
  await run(folder, { 'a.ts': 'let a', 'b.ts': 'let b' })
  writeFileSync(join(folder, 'b.ts'), 'mine')
  expect(await run(folder, { 'a.ts': 'let a' })).toEqual({
    ...NOTHING,
    unchanged: ['a.ts'],
    staleButModified: ['b.ts'],
  })
  expect(readFolder(folder)['b.ts']).toBe('mine')
  expect((await run(folder, { 'a.ts': 'let a' })).staleButModified).toEqual([])
})

test('a stale file that the user removed is not reported as edited', async () => {
  const folder = scratchFolder()
  await run(folder, { 'a.ts': 'let a', 'old/b.ts': 'let b' })
  rmSync(join(folder, 'old'), { recursive: true })
  expect(await run(folder, { 'a.ts': 'let a' })).toEqual({
    ...NOTHING,
    unchanged: ['a.ts'],
    removed: ['old/b.ts'],
  })
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

test('after a run that ended because the disk was full, the next run still owns its files', async () => {
  const folder = scratchFolder()
  await run(folder, { 'a.ts': 'let a', 'b.ts': 'let b' })
  const writeFile = fs.writeFileSync
  const full = jest.spyOn(fs, 'writeFileSync').mockImplementation((file, data, options) => {
    if (data === 'let c;\n') throw new Error('ENOSPC: no space left on device')
    writeFile(file, data, options)
  })
  await expect(run(folder, { 'a.ts': 'let a2', 'c.ts': 'let c' })).rejects.toThrow('ENOSPC')
  full.mockRestore()
  expect(readFolder(folder)['a.ts']).toBe('let a2;\n')
  await run(folder, { 'd.ts': 'let d' })
  expect(Object.keys(readFolder(folder))).toEqual([MANIFEST, 'd.ts'])
})

test('after a run that was killed, the next run still owns all files', async () => {
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
