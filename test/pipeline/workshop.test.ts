import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clearWorkshop, WORKSHOP } from '../../pipeline/workshop'
import { write } from '../../pipeline/write'
import { readFolder, scratchFolder } from '../support/folder'

test('what this run left where files are made goes, though the run goes on', () => {
  const folder = scratchFolder()
  mkdirSync(join(folder, WORKSHOP))
  writeFileSync(join(folder, WORKSHOP, `${process.pid}.tmp`), 'half')
  clearWorkshop(folder)
  expect(existsSync(join(folder, WORKSHOP))).toBe(false)
})

// The id 1 is that of a process that lives; the others are none.
test.each(['1.tmp', '0.tmp', '-1.tmp', '01.tmp', '99999999999.tmp', 'x.tmp', '2147483646.tmp~'])(
  'what is called %s where files are made stays',
  (name) => {
    const folder = scratchFolder()
    mkdirSync(join(folder, WORKSHOP))
    writeFileSync(join(folder, WORKSHOP, name), 'mine')
    clearWorkshop(folder)
    expect(readFolder(join(folder, WORKSHOP))).toEqual({ [name]: 'mine' })
  },
)

test('what others put where files are made stays', () => {
  const folder = scratchFolder()
  mkdirSync(join(folder, WORKSHOP))
  writeFileSync(join(folder, WORKSHOP, 'notes.md'), 'mine')
  write({ folder, files: [], manifest: new Map(), noOverwrite: [] })
  expect(readFolder(join(folder, WORKSHOP))).toEqual({ 'notes.md': 'mine' })
})

test('what a killed run left where files are made goes', () => {
  const folder = scratchFolder()
  mkdirSync(join(folder, WORKSHOP))
  // No process has this id: Linux, macOS and Windows give smaller ones.
  writeFileSync(join(folder, WORKSHOP, '2147483646.tmp'), 'half')
  write({ folder, files: [], manifest: new Map(), noOverwrite: [] })
  expect(existsSync(join(folder, WORKSHOP))).toBe(false)
})

test('where no files are made there is nothing to remove', () => {
  const [folder, other] = [scratchFolder(), scratchFolder()]
  clearWorkshop(folder)
  expect(existsSync(join(folder, WORKSHOP))).toBe(false)
  writeFileSync(join(other, '2147483646.tmp'), 'mine')
  symlinkSync(other, join(folder, WORKSHOP))
  clearWorkshop(folder)
  expect(readFolder(other)).toEqual({ '2147483646.tmp': 'mine' })
})
