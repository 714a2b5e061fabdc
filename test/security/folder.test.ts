import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  hashOf,
  MANIFEST,
  manifestText,
  readManifest,
  type ManifestEntry,
} from '../../pipeline/output/manifest'
import { GenerationError } from '../../pipeline/diagnostics'
import { checkPaths, write } from '../../pipeline/output/write'
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

/** The error of checkPaths, if any. */
function problemsOf(folder: string, paths: readonly string[]): readonly string[] {
  try {
    checkPaths(folder, paths)
    return []
  } catch (error) {
    if (error instanceof GenerationError) return error.errors
    throw error
  }
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
    }).toThrow('the symbolic link points outside the output folder')
    expect(readFolder(outside)).toEqual({})
    expect(existsSync(join(folder, 'a.ts'))).toBe(false)
  })

  test.each(['nowhere', 'deep'])(
    'that leads to %s, which is not a folder, is refused',
    (target) => {
      const folder = scratchFolder()
      symlinkSync(join(folder, target), join(folder, 'deep'))
      const place = join(folder, 'deep')
      expect(problemsOf(folder, ['deep/a.ts', 'deep/er/a.ts'])).toEqual([
        `${place}: the symbolic link points outside the output folder; remove it`,
      ])
    },
  )

  test('that leads out is reported once, and its target is not read', () => {
    const [folder, outside] = [scratchFolder(), scratchFolder()]
    writeFileSync(join(outside, 'er'), 'mine')
    mkdirSync(join(outside, 'a.ts'))
    symlinkSync(outside, join(folder, 'deep'))
    expect(problemsOf(folder, ['deep/a.ts', 'deep/er/a.ts', 'deep/er/b.ts'])).toEqual([
      `${join(folder, 'deep')}: the symbolic link points outside the output folder; remove it`,
    ])
  })

  test('that leads to a sibling folder with the same prefix leads out', () => {
    const parent = scratchFolder()
    for (const name of ['out', 'outer']) mkdirSync(join(parent, name))
    symlinkSync(join(parent, 'outer'), join(parent, 'out/deep'))
    expect(problemsOf(join(parent, 'out'), ['deep/a.ts'])).toHaveLength(1)
  })

  test.each(['.', 'src'])('that leads to %s stays in it', (target) => {
    const folder = scratchFolder()
    mkdirSync(join(folder, 'src'))
    symlinkSync(join(folder, target), join(folder, 'deep'))
    writeTexts(folder, { 'deep/a.ts': 'a' })
    expect(readFileSync(join(folder, target, 'a.ts'), 'utf8')).toBe('a')
  })

  test('in place of the temporary folder is not followed', () => {
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
    }).toThrow(`${WORKSHOP}: a symbolic link is in place of the temporary folder; remove it`)
    expect(readFolder(join(folder, 'src'))).toEqual({ file: 'mine' })
  })
})

test('a file in place of a folder is reported once, before anything is written', () => {
  const folder = scratchFolder()
  writeFileSync(join(folder, 'deep'), 'mine')
  expect(problemsOf(folder, ['deep/a.ts', 'deep/er/a.ts', 'deep/er/b.ts'])).toEqual([
    `${join(folder, 'deep')}: a file is in place of a folder; remove it`,
  ])
  expect(() => {
    writeTexts(folder, { 'a.ts': 'a', 'deep/a.ts': 'b' })
  }).toThrow('a file is in place of a folder')
  expect(readFolder(folder)).toEqual({ deep: 'mine' })
})

test('all errors of the folder are reported at once', () => {
  const folder = scratchFolder()
  mkdirSync(join(folder, 'a.ts'))
  writeFileSync(join(folder, 'deep'), 'mine')
  expect(problemsOf(folder, ['a.ts', '../b.ts', 'deep/c.ts'])).toEqual([
    'the path "../b.ts" is outside the output folder',
    `${join(folder, 'deep')}: a file is in place of a folder; remove it`,
    `${join(folder, 'a.ts')}: a folder is in place of a file; remove it`,
  ])
})

test('paths of a folder that is not there yet are right', () => {
  expect(problemsOf(join(scratchFolder(), 'new'), ['a.ts', 'deep/a.ts'])).toEqual([])
})

test('a link in the place of the output folder is followed', () => {
  const [folder, target] = [scratchFolder(), scratchFolder()]
  symlinkSync(target, join(folder, 'out'))
  // The second run finds the folders of the first.
  for (const name of ['a', 'b']) writeTexts(join(folder, 'out'), { [`deep/${name}.ts`]: name })
  expect(readFolder(target)).toMatchObject({ 'deep/a.ts': 'a', 'deep/b.ts': 'b' })
})

test('two runs that were killed, one after the other, still leave nothing unknown', () => {
  const folder = scratchFolder()
  const entry = (content: string): ManifestEntry => ({ hash: hashOf(content), source: content })
  const killed = (content: string): void => {
    const manifest = readManifest(folder)
    writeFileSync(
      join(folder, MANIFEST),
      manifestText(new Map([['b.ts', entry(content)]]), { previous: manifest }),
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
      }).toThrow('is outside the output folder')
    },
  )

  test('cannot remove through a link that leads out', () => {
    const [folder, outside] = [scratchFolder(), scratchFolder()]
    writeFileSync(join(outside, 'victim'), 'mine')
    symlinkSync(outside, join(folder, 'deep'))
    const entry = { hash: hashOf('mine'), source: '' }
    expect(() => {
      write({ folder, files: [], manifest: new Map([['deep/victim', [entry]]]), noOverwrite: [] })
    }).toThrow('the symbolic link points outside')
    expect(readFolder(outside)).toEqual({ victim: 'mine' })
  })
})
