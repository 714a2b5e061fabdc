import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(__dirname, '../..')

/** White space aside: Prettier lays the list out by its place. */
function words(text: string | undefined): string {
  if (text === undefined) throw new Error('the list is missing')
  return text.replaceAll(/[\s,]+/g, ' ').trim()
}

test('docs/architecture.md shows the list of allowed imports that lint checks', () => {
  const config = readFileSync(join(root, '.dependency-cruiser.js'), 'utf8')
  const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
  const checked = /const ALLOWED = \{\n([\s\S]*?)\n\}\n/.exec(config)?.[1]
  const shown = /<!-- imports -->\s*```text\n([\s\S]*?)\n```/.exec(page)?.[1]
  expect(words(shown)).toBe(words(checked))
})
