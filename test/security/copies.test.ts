import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PACK_ROOT } from '../../pipeline/pack'
import { packTemplatePaths } from '../../pipeline/render/templates'
import { checkCopies, checkPaths, removeFiles } from '../../pipeline/output/write'
import { readFolder, scratchFolder } from '../support/folder'

describe('the raw copies that the generator makes', () => {
  const [copy = ''] = packTemplatePaths()

  test.each([copy, 'channels'])('are not made through the symbolic link %s', (path) => {
    const [folder, outside] = [scratchFolder(), scratchFolder()]
    if (path.includes('/')) mkdirSync(join(folder, 'channels'))
    symlinkSync(join(outside, 'victim'), join(folder, path))
    expect(() => {
      checkPaths(folder, packTemplatePaths())
      checkCopies(folder, packTemplatePaths())
    }).toThrow(/symbolic link/)
    expect(readFolder(outside)).toEqual({})
  })

  test('do not take the place of a file of the user', () => {
    const folder = scratchFolder()
    mkdirSync(join(folder, 'channels'), { recursive: true })
    writeFileSync(join(folder, copy), '{{! mine }}')
    expect(() => {
      checkCopies(folder, packTemplatePaths())
    }).toThrow(`${join(folder, copy)}: the generator would overwrite this file`)
  })

  test('do not take the place of a folder', () => {
    const folder = scratchFolder()
    mkdirSync(join(folder, copy), { recursive: true })
    expect(() => {
      checkCopies(folder, packTemplatePaths())
    }).toThrow(`${join(folder, copy)}: the generator would overwrite this file`)
  })

  test('of a killed run are recognized, incomplete ones too', () => {
    const folder = scratchFolder()
    mkdirSync(join(folder, 'channels'), { recursive: true })
    const text = readFileSync(join(PACK_ROOT, 'template', copy), 'utf8')
    for (const left of [text, text.slice(0, 40), '']) {
      writeFileSync(join(folder, copy), left)
      checkCopies(folder, packTemplatePaths())
    }
    removeFiles(folder, packTemplatePaths())
    expect(readdirSync(folder)).toEqual([])
  })
})
