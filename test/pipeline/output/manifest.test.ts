import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  hashOf,
  MANIFEST,
  manifestText,
  readManifest,
  type ManifestEntry,
} from '../../../pipeline/output/manifest'
import { scratchFolder } from '../../support/folder'

const [ONE, TWO] = ['1', '2'].map((text): ManifestEntry => ({ hash: text, source: text })) as [
  ManifestEntry,
  ManifestEntry,
]

function read(content: unknown): Record<string, readonly ManifestEntry[]> {
  const folder = scratchFolder()
  writeFileSync(join(folder, MANIFEST), JSON.stringify(content))
  return Object.fromEntries(readManifest(folder))
}

describe('the valid part of a manifest is read', () => {
  test.each([
    { content: { files: { a: ONE } }, want: { a: [ONE] } },
    {
      content: { files: { a: ONE }, previous: { a: [TWO], b: ONE } },
      want: { a: [ONE, TWO], b: [ONE] },
    },
    // The manifest lists each earlier state once: otherwise it would grow with each run that is killed.
    { content: { files: { a: ONE }, previous: { a: [ONE, ONE] } }, want: { a: [ONE] } },
    { content: { files: null, previous: { a: [ONE] } }, want: { a: [ONE] } },
    { content: { files: 'text', previous: { a: [ONE] } }, want: { a: [ONE] } },
    { content: { previous: { a: [ONE] } }, want: { a: [ONE] } },
    { content: { files: { a: null, b: 1, c: [], d: ONE } }, want: { d: [ONE] } },
    { content: { files: { a: { hash: '1' }, b: { source: '1' }, c: ONE } }, want: { c: [ONE] } },
    { content: { files: { a: { hash: 1, source: '1' }, b: { hash: '1', source: 1 } } }, want: {} },
    { content: [], want: {} },
    { content: null, want: {} },
  ])('$content', ({ content, want }) => {
    expect(read(content)).toEqual(want)
  })
})

describe('the text of a manifest', () => {
  // Many keep it under version control.
  test('is the same whatever the order', () => {
    const paths = ['b', 'a', 'd', 'c']
    const text = manifestText(new Map(paths.map((path) => [path, ONE])))
    expect(Object.keys((JSON.parse(text) as { files: object }).files)).toEqual(['a', 'b', 'c', 'd'])
    expect(manifestText(new Map(paths.toReversed().map((path) => [path, ONE])))).toBe(text)
  })

  test('has earlier entries only if there are some', () => {
    expect(JSON.parse(manifestText(new Map([['a', ONE]])))).toEqual({ files: { a: ONE } })
    expect(JSON.parse(manifestText(new Map(), { previous: new Map([['a', [ONE]]]) }))).toEqual({
      files: {},
      previous: { a: [ONE] },
    })
  })

  test('may name a file __proto__', () => {
    expect(read(JSON.parse(manifestText(new Map([['__proto__', ONE]]))))).toEqual(
      Object.fromEntries([['__proto__', [ONE]]]),
    )
  })
})

test('a hash distinguishes its parts', () => {
  expect(hashOf('ab', 'c')).not.toBe(hashOf('a', 'bc'))
})
