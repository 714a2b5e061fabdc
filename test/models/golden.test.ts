import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { formatText } from '../../pipeline/format-text'
import { compileModels, describeSchemas, modelRuntime, renderModels } from './support/models-of'
import { resolveSchema } from './support/resolve'

/**
 * What each behaviour looks like: `test/golden/models/<behaviour>.json` is a schema, the `.ts` beside it what comes of it.
 * `UPDATE_GOLDEN=1 npx jest test/models/golden` writes them anew: read the difference before committing it.
 */
const folder = join(__dirname, '../golden/models')

const behaviours = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => basename(name, '.json'))

test.each(behaviours)('%s', async (behaviour) => {
  const schema: unknown = JSON.parse(readFileSync(join(folder, `${behaviour}.json`), 'utf8'))
  const models = describeSchemas({ Subject: resolveSchema(schema) })
  const files = renderModels(models)
  expect(compileModels({ ...modelRuntime(), ...files })).toEqual([])
  const path = 'payloads/Subject.ts'
  const text = await formatText(
    { path, content: files[path] ?? '' },
    { semi: false, singleQuote: true, printWidth: 100 },
  )
  const golden = join(folder, `${behaviour}.ts`)
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, text)
  expect(text).toBe(readFileSync(golden, 'utf8'))
  expect(text).not.toMatch(/\bany\b/)
})
