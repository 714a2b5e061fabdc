import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatText } from '../../pipeline/format-text'
import { generate } from '../../pipeline/generate'
import { checkCopies, checkPaths } from '../../pipeline/write'
import { packTemplatePaths } from '../../pipeline/templates'
import { parseDocument } from '../support/document'
import { scratchFolder } from '../support/folder'
import { document, prepare, SECTIONS, type Case } from './cases'

const page = join(__dirname, '../../docs/messages.md')
const home = process.cwd()
afterEach(() => process.chdir(home))

/** What a run says: the error that ends it, or the notes of its report. */
async function runCase(given: Case): Promise<{ text: string; isError: boolean }> {
  const folder = scratchFolder()
  prepare(given, folder, scratchFolder())
  process.chdir(folder)
  const clean = (text: string): string =>
    text.replaceAll(process.cwd() + '/', '').replaceAll(folder + '/', '')
  try {
    checkPaths('out', packTemplatePaths())
    checkCopies('out', packTemplatePaths())
    const report = await generate({
      document: await parseDocument(given.document ?? document()),
      parameters: given.parameters ?? {},
      folder: 'out',
      formatOptions: prettierOptions,
    })
    const notes = report.split('\n').filter((line) => line.startsWith('  note: '))
    return { text: clean(notes.map((line) => line.slice(8)).join('\n')), isError: false }
  } catch (error) {
    return { text: clean((error as Error).message), isError: true }
  }
}

/** As `readFormatOptions`, which uses an import that does not work inside Jest. */
const prettierOptions = (
  folder: string,
  _: readonly string[],
  notice: (message: string) => void,
): Promise<() => object> => {
  const plugins = readdirSync(join(folder, '..')).includes('.prettierrc.json')
  if (plugins)
    notice('the plugins in your Prettier configuration are not run on the generated files')
  return Promise.resolve(() => ({}))
}

const INTRODUCTION = `# Messages

<!-- Made from test/messages/cases.ts by \`UPDATE_MESSAGES=1 npx jest test/messages\`; edit that. -->

Everything that a run says, with an example each. An **error** ends the run before anything is written; all errors are told at
once. A **note** ends up in the report. What is
wrong with the document itself, the AsyncAPI parser says before all of this, and the generator knows the names of parameters.
`

const texts = new Map<string, { text: string; isError: boolean }>()

describe.each(SECTIONS)('%s', (_, cases) => {
  it.each(cases.map((given): [string, Case] => [given.title, given]))(
    '%s',
    async (title, given) => {
      const said = await runCase(given)
      texts.set(title, said)
      expect(said.isError).toBe(given.isError)
      expect(said.text).not.toBe('')
      if (process.env['UPDATE_MESSAGES'] !== undefined) return
      expect(readFileSync(page, 'utf8')).toContain(`\`\`\`text\n${said.text.trimEnd()}\n\`\`\``)
    },
  )
})

it('the page has just these', async () => {
  const sections = SECTIONS.map(([heading, cases]) => {
    const parts = cases.map(({ title, advice }) => {
      const { text = '', isError = false } = texts.get(title) ?? {}
      const kind = isError ? 'Error' : 'Note'
      return `### ${title}\n\n**${kind}.** ${advice}\n\n\`\`\`text\n${text.trimEnd()}\n\`\`\``
    })
    return `## ${heading}\n\n${parts.join('\n\n')}`
  })
  const content = await formatText(
    { path: 'x.md', content: `${INTRODUCTION}\n${sections.join('\n\n')}\n` },
    { semi: false, singleQuote: true, printWidth: 100 },
  )
  if (process.env['UPDATE_MESSAGES'] !== undefined) writeFileSync(page, content)
  expect(readFileSync(page, 'utf8')).toBe(content)
})

/** Said only where the parser lets a document pass that it refuses today, or takes minutes over. */
const PARSER_FIRST = [
  'the references of the document unfold',
  'does not stand in the address',
  'a schema is an object or a boolean',
  'was not resolved',
  'JSON Schema has no type',
  'a payload is a schema, not',
]

/** Said where a thread ends by itself, which no run here can bring about. */
const THREAD_LOST = 'a thread that formats ended before its work was done'

const UNSEEN = [...PARSER_FIRST, THREAD_LOST]

it('no message of the code is missing from the page', () => {
  const root = join(__dirname, '../..')
  const folders = ['pipeline', 'pipeline/describe', 'pipeline/models']
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(root, folder, name)),
  )
  const documented = readFileSync(page, 'utf8').replaceAll(/\s+/g, ' ')
  const missing = files.flatMap((file) => {
    const source = readFileSync(file, 'utf8')
    const calls = source.matchAll(
      /(?:problem|notice|report|problems\.add|Error)\(\s*(?:\[\s*)?(['`])((?:(?!\1).)+)\1/g,
    )
    return [...calls].flatMap(([, , text = '']) => {
      const chunks = text.split(/\$\{[^}]*\}|\\n/).filter((chunk) => chunk.trim().length > 8)
      if (chunks.length === 0 || UNSEEN.some((part) => text.includes(part))) return []
      return chunks.some((chunk) => documented.includes(chunk.trim()))
        ? []
        : [`${file.slice(root.length + 1)}: ${text}`]
    })
  })
  expect(missing).toEqual([])
})
