import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  hashOf,
  MANIFEST,
  manifestText,
  readManifest,
  type ManifestEntry,
} from '../../pipeline/manifest'
import { packTemplatePaths, PACK } from '../../pipeline/templates'
import { checkCopies, checkPaths, removeCopies, write } from '../../pipeline/write'
import { readFolder, scratchFolder } from '../support/folder'

/** Where files are made before they are moved to their place. */
const WORKSHOP = '.eventsource-tmp'

function writeTexts(folder: string, files: Record<string, string>): void {
  write({
    folder,
    files: Object.entries(files).map(([path, content]) => ({
      path,
      content,
      entry: { hash: hashOf(content), source: '' },
    })),
    manifest: new Map(),
    noOverwrite: [],
  })
}

/** Every place in the output where a symbolic link could have been put beforehand. */
describe('a symbolic link in the output folder', () => {
  test.each(['a.ts', 'deep/a.ts', MANIFEST])('as the file %s is replaced, not followed', (path) => {
    const [folder, outside] = [scratchFolder(), scratchFolder()]
    writeFileSync(join(outside, 'victim'), 'mine')
    mkdirSync(join(folder, 'deep'))
    symlinkSync(join(outside, 'victim'), join(folder, path))
    writeTexts(folder, { 'a.ts': 'a', 'deep/a.ts': 'b' })
    expect(readFolder(outside)).toEqual({ victim: 'mine' })
    expect(lstatSync(join(folder, path)).isFile()).toBe(true)
  })

  test.each(['deep', 'deep/er', WORKSHOP])('as the folder %s that leads out is refused', (path) => {
    const [folder, outside] = [scratchFolder(), scratchFolder()]
    if (path.includes('/')) mkdirSync(join(folder, 'deep'))
    symlinkSync(outside, join(folder, path))
    expect(() => {
      writeTexts(folder, { 'a.ts': 'a', 'deep/er/a.ts': 'b' })
    }).toThrow('the symbolic link leads out of the output folder')
    expect(readFolder(outside)).toEqual({})
    expect(existsSync(join(folder, 'a.ts'))).toBe(false)
  })

  test('that leads nowhere is refused as a folder', () => {
    const folder = scratchFolder()
    symlinkSync(join(folder, 'nowhere'), join(folder, 'deep'))
    expect(() => {
      writeTexts(folder, { 'deep/a.ts': 'b' })
    }).toThrow('the symbolic link leads out of the output folder')
  })

  test('in the place where files are made is not written through', () => {
    const [folder, outside] = [scratchFolder(), scratchFolder()]
    mkdirSync(join(folder, WORKSHOP))
    for (const name of ['file', `${process.pid}.tmp`]) {
      writeFileSync(join(outside, name), 'mine')
      symlinkSync(join(outside, name), join(folder, WORKSHOP, name))
    }
    writeTexts(folder, { 'a.ts': 'a' })
    expect(readFolder(outside)).toEqual({ file: 'mine', [`${process.pid}.tmp`]: 'mine' })
    expect(readFileSync(join(folder, 'a.ts'), 'utf8')).toBe('a')
  })

  test('to a folder beside the files is not written through', () => {
    const folder = scratchFolder()
    mkdirSync(join(folder, 'src'))
    writeFileSync(join(folder, 'src/file'), 'mine')
    symlinkSync(join(folder, 'src'), join(folder, WORKSHOP))
    expect(() => {
      writeTexts(folder, { 'a.ts': 'a' })
    }).toThrow(`${WORKSHOP}: a symbolic link stands where files are made; remove it`)
    expect(readFolder(join(folder, 'src'))).toEqual({ file: 'mine' })
  })
})

test('what others put where files are made stays', () => {
  const folder = scratchFolder()
  mkdirSync(join(folder, WORKSHOP))
  writeFileSync(join(folder, WORKSHOP, 'notes.md'), 'mine')
  writeTexts(folder, { 'a.ts': 'a' })
  expect(readFolder(join(folder, WORKSHOP))).toEqual({ 'notes.md': 'mine' })
})

test('what a killed run left where files are made goes', () => {
  const folder = scratchFolder()
  mkdirSync(join(folder, WORKSHOP))
  // No process has this id: Linux, macOS and Windows give smaller ones.
  writeFileSync(join(folder, WORKSHOP, '2147483646.tmp'), 'half')
  writeTexts(folder, { 'a.ts': 'a' })
  expect(existsSync(join(folder, WORKSHOP))).toBe(false)
})

test('a link in the place of the output folder itself is the wish of the user', () => {
  const [folder, target] = [scratchFolder(), scratchFolder()]
  symlinkSync(target, join(folder, 'out'))
  writeTexts(join(folder, 'out'), { 'deep/a.ts': 'a' })
  expect(readFolder(target)['deep/a.ts']).toBe('a')
})

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

  test('of a run that was killed are taken for what they are, half ones too', () => {
    const folder = scratchFolder()
    mkdirSync(join(folder, 'channels'), { recursive: true })
    const text = readFileSync(join(PACK, 'template', copy), 'utf8')
    for (const left of [text, text.slice(0, 40), '']) {
      writeFileSync(join(folder, copy), left)
      checkCopies(folder, packTemplatePaths())
    }
    removeCopies(folder, packTemplatePaths())
    expect(readFolder(folder)).toEqual({})
  })
})

test('two runs that were killed, one after the other, still leave nothing unknown', () => {
  const folder = scratchFolder()
  const entry = (content: string): ManifestEntry => ({ hash: hashOf(content), source: content })
  const killed = (content: string): void => {
    const manifest = readManifest(folder)
    writeFileSync(
      join(folder, MANIFEST),
      manifestText(new Map([['b.ts', entry(content)]]), manifest),
    )
  }
  writeTexts(folder, { 'b.ts': 'first' })
  // Each was killed after it had said what it would do, and before it did it.
  killed('second')
  killed('third')
  const manifest = readManifest(folder)
  expect(manifest.get('b.ts')?.map(({ hash }) => hash)).toEqual(
    ['third', 'second', 'first'].map((content) => hashOf(content)),
  )
  expect(write({ folder, files: [], manifest, noOverwrite: [] }).removed).toEqual(['b.ts'])
  expect(existsSync(join(folder, 'b.ts'))).toBe(false)
})

describe('a manifest that someone else wrote', () => {
  test.each(['../victim', '/etc/victim', 'x/../../victim', 'a\\..\\victim', './x'])(
    'names %s: refused',
    (path) => {
      const folder = scratchFolder()
      expect(() => {
        write({
          folder,
          files: [],
          manifest: new Map([[path, [{ hash: 'x', source: 'x' }]]]),
          noOverwrite: [],
        })
      }).toThrow('does not stay in the output folder')
    },
  )

  test('cannot remove through a link that leads out', () => {
    const [folder, outside] = [scratchFolder(), scratchFolder()]
    writeFileSync(join(outside, 'victim'), 'mine')
    symlinkSync(outside, join(folder, 'deep'))
    const entry = { hash: hashOf('mine'), source: '' }
    expect(() => {
      write({ folder, files: [], manifest: new Map([['deep/victim', [entry]]]), noOverwrite: [] })
    }).toThrow('the symbolic link leads out')
    expect(readFolder(outside)).toEqual({ victim: 'mine' })
  })
})
