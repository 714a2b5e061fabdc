import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { formatText } from '../../../pipeline/output/format-text'
import { compileModels, describeSchemas, modelRuntime, renderModels } from './support/models-of'
import { resolveSchema } from './support/resolve'

/**
 * What each behavior looks like: `test/golden/models/<behavior>.json` is a schema, the `.ts` beside it what comes of it.
 * `UPDATE_GOLDEN=1 npx jest test/pipeline/codegen/golden` writes them again: read the difference before committing it.
 */
const folder = join(__dirname, '../../golden/models')

const behaviors = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => basename(name, '.json'))

test.each(behaviors)('%s', async (behavior) => {
  const schema: unknown = JSON.parse(readFileSync(join(folder, `${behavior}.json`), 'utf8'))
  const models = describeSchemas({ Subject: resolveSchema(schema) })
  const files = renderModels(models)
  expect(compileModels({ ...modelRuntime(), ...files })).toEqual([])
  const path = 'payloads/Subject.ts'
  const text = await formatText(
    { path, content: files[path] ?? '' },
    { semi: false, singleQuote: true, printWidth: 100 },
  )
  const golden = join(folder, `${behavior}.ts`)
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, text)
  expect(text).toBe(readFileSync(golden, 'utf8'))
  expect(text).not.toMatch(/\bany\b/)
})
