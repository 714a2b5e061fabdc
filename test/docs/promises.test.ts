import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** docs/security.md names a test for each promise. */
const root = join(__dirname, '../..')
const page = readFileSync(join(root, 'docs/security.md'), 'utf8')

const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (-|promise )/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, promise = '', held = '']) => ({ promise, held }))

test.each(rows)('$promise: the tests are there', ({ held }) => {
  const scripts = [...held.matchAll(/`npm run ([\w:]+)`/g)].map(([, name = '']) => name)
  const files = held.split(/(?=`test\/)/).flatMap((part) => {
    const path = /^`(test\/[^`]+)`/.exec(part)?.[1]
    const titles = [...part.matchAll(/"([^"]+)"/g)].map(([, title = '']) => title)
    return path === undefined ? [] : [{ path, titles }]
  })
  expect(files.length + scripts.length).toBeGreaterThan(0)
  const known = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }
  expect(Object.keys(known.scripts)).toEqual(expect.arrayContaining(scripts))
  for (const { path, titles } of files) {
    expect(existsSync(join(root, path))).toBe(true)
    const source = readFileSync(join(root, path), 'utf8')
    expect(titles.length).toBeGreaterThan(0)
    expect(titles.filter((title) => !source.includes(title))).toEqual([])
  }
})
