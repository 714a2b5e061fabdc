import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { compile } from '../support/compile'
import { parseFile } from '../support/document'
import { readFolder } from '../support/folder'
import { formattedOutputOf } from '../support/output'

/**
 * What comes out of the examples, as real files to read and to review. `UPDATE_GOLDEN=1 npx jest test/golden` writes them
 * anew: read the difference before committing it. The runtime is left out: it lies in `runtime/`, with tests of its own.
 */
describe.each([
  { document: 'account-service', parameters: {} },
  { document: 'rooms', parameters: { server: 'production' } },
  { document: 'ticker', parameters: {} },
  { document: 'llm-chat', parameters: {} },
])('$document', ({ document, parameters }) => {
  const folder = join(__dirname, document)

  test('gives the files that were reviewed, and they compile', async () => {
    const files = await formattedOutputOf(await parseFile(`examples/${document}.yaml`), parameters)
    expect(compile(files, { types: ['node'] })).toEqual([])
    const own = Object.fromEntries(
      Object.entries(files).filter(([path]) => !path.startsWith('runtime/')),
    )
    if (process.env['UPDATE_GOLDEN'] === '1') {
      rmSync(folder, { recursive: true, force: true })
      for (const [path, content] of Object.entries(own)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true })
        writeFileSync(join(folder, path), content)
      }
    }
    expect(own).toEqual(readFolder(folder))
  })
})

test('the scaffold of a request stream calls it with its method and a body', async () => {
  const document = await parseFile('examples/llm-chat.yaml')
  const files = await formattedOutputOf(document, { scaffold: 'true' })
  expect(compile(files, { types: ['node'] })).toEqual([])
  const readme = files['README.md']
  expect(readme).toContain("curl -N -X POST -H 'Content-Type: application/json'")
  expect(readme).not.toContain('Hub')
  expect(files['src/client.ts']).toMatch(/body: \{\s+messages:/)
})
