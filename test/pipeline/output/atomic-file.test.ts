import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { removeTempFiles, TEMP_DIRECTORY } from '../../../pipeline/output/atomic-file'
import { write } from '../../../pipeline/output/write'
import { readFolder, scratchFolder } from '../../support/folder'

test('a temporary file of the current run is removed while the run continues', () => {
  const folder = scratchFolder()
  mkdirSync(join(folder, TEMP_DIRECTORY))
  writeFileSync(join(folder, TEMP_DIRECTORY, `${process.pid}.tmp`), 'half')
  removeTempFiles(folder)
  expect(existsSync(join(folder, TEMP_DIRECTORY))).toBe(false)
})

// A process with the id 1 exists; processes with the other ids do not.
test.each(['1.tmp', '0.tmp', '-1.tmp', '01.tmp', '99999999999.tmp', 'x.tmp', '2147483646.tmp~'])(
  'what is called %s where files are made stays',
  (name) => {
    const folder = scratchFolder()
    mkdirSync(join(folder, TEMP_DIRECTORY))
    writeFileSync(join(folder, TEMP_DIRECTORY, name), 'mine')
    removeTempFiles(folder)
    expect(readFolder(join(folder, TEMP_DIRECTORY))).toEqual({ [name]: 'mine' })
  },
)

test('files of others in the temporary folder remain', () => {
  const folder = scratchFolder()
  mkdirSync(join(folder, TEMP_DIRECTORY))
  writeFileSync(join(folder, TEMP_DIRECTORY, 'notes.md'), 'mine')
  write({ folder, files: [], manifest: new Map(), noOverwrite: [] })
  expect(readFolder(join(folder, TEMP_DIRECTORY))).toEqual({ 'notes.md': 'mine' })
})

test('temporary files of a killed run are removed', () => {
  const folder = scratchFolder()
  mkdirSync(join(folder, TEMP_DIRECTORY))
  // No process has this id: Linux, macOS and Windows give smaller ones.
  writeFileSync(join(folder, TEMP_DIRECTORY, '2147483646.tmp'), 'half')
  write({ folder, files: [], manifest: new Map(), noOverwrite: [] })
  expect(existsSync(join(folder, TEMP_DIRECTORY))).toBe(false)
})

test('without a temporary folder there is nothing to remove', () => {
  const [folder, other] = [scratchFolder(), scratchFolder()]
  removeTempFiles(folder)
  expect(existsSync(join(folder, TEMP_DIRECTORY))).toBe(false)
  writeFileSync(join(other, '2147483646.tmp'), 'mine')
  symlinkSync(other, join(folder, TEMP_DIRECTORY))
  removeTempFiles(folder)
  expect(readFolder(other)).toEqual({ '2147483646.tmp': 'mine' })
})
