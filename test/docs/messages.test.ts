import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { formatText } from '../../pipeline/output/format-text'
import { generate } from '../../pipeline/generate'
import { checkCopies, checkPaths } from '../../pipeline/output/write'
import { packTemplatePaths } from '../../pipeline/render/templates'
import { parseDocument } from '../support/document'
import { scratchFolder } from '../support/folder'
import { document } from './support/documents'
import type { Case } from './support/message-case'
import { prepare, SECTIONS } from './support/messages'

jest.mock('../../pipeline/output/format-text', () => jest.requireActual('../support/format-once'))

const page = join(__dirname, '../../docs/messages.md')
const home = process.cwd()
afterEach(() => process.chdir(home))

/** The messages of a run: the error that ends it, or the notes of its report. */
async function runCase(given: Case): Promise<{ text: string; isError: boolean }> {
  const folder = scratchFolder()
  prepare(given, folder, scratchFolder())
  process.chdir(folder)
  const clean = (text: string): string =>
    text.replaceAll(process.cwd() + '/', '').replaceAll(folder + '/', '')
  try {
    checkPaths('out', packTemplatePaths())
    checkCopies('out', packTemplatePaths())
    const report =
      given.runsCommand === true
        ? await runCommand(given)
        : await generate({
            document: await parseDocument(given.document ?? document()),
            parameters: given.parameters ?? {},
            folder: 'out',
            formatOptions: () => Promise.resolve(() => ({})),
          })
    const notes = report.split('\n').filter((line) => line.startsWith('  note: '))
    return { text: clean(notes.map((line) => line.slice(8)).join('\n')), isError: false }
  } catch (error) {
    return { text: clean((error as Error).message), isError: true }
  }
}

/** The report of the command, in a process of its own. */
async function runCommand(given: Case): Promise<string> {
  writeFileSync('document.json', JSON.stringify(given.document ?? document()))
  const command = join(__dirname, '../../bin/asyncapi-eventsource-template.js')
  const args = [command, 'document.json', '-o', 'out']
  const { stdout } = await promisify(execFile)(process.execPath, args).catch(
    ({ stderr }: { stderr: string }) => {
      expect(stderr).toMatch(/^error: /)
      throw new Error(stderr.slice('error: '.length))
    },
  )
  return stdout
}

const INTRODUCTION = `# Messages

<!-- Made from test/docs/support/messages.ts by \`UPDATE_MESSAGES=1 npx jest test/docs/messages\`; edit that. -->

The messages of a run, each with an example. An **error** ends the run before it writes anything; the run reports all errors
together. A **note** is a line of the report. Before the run, the AsyncAPI parser reports errors of the document, and the
generator reports unknown parameters.
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

/** Messages for documents that the current parser rejects first, or needs minutes for. */
const PARSER_FIRST = [
  'the references of the document expand',
  'a schema is an object or a boolean',
  'was not resolved',
  'JSON Schema has no type',
  'a payload is a schema, not',
]

/** The message for a thread that ends by itself, which no test run can cause. */
const THREAD_LOST = 'a formatting thread ended early'

const UNSEEN = [...PARSER_FIRST, THREAD_LOST]

it('no message of the code is missing from the page', () => {
  const root = join(__dirname, '../..')
  const folders = ['document', 'schema', 'codegen', 'view', 'samples', 'render', 'output', ''].map(
    (name) => `pipeline/${name}`,
  )
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(root, folder, name)),
  )
  const documented = readFileSync(page, 'utf8').replaceAll(/\s+/g, ' ')
  const missing = files.flatMap((file) => {
    const source = readFileSync(file, 'utf8')
    const calls = source.matchAll(
      /(?:error|note|problem|report|skip|Error)\(\s*(?:\[\s*)?(?:[\w.]+,\s*|'[^']*',\s*|`[^`]*`,\s*)?(['`])((?:(?!\1).)+)\1/g,
    )
    return [...calls].flatMap(([, , text = '']) => {
      // A template within a template ends the match early.
      const chunks = text
        .replace(/\$\{[^}]*$/, '')
        .split(/\$\{[^}]*\}|\\n/)
        .filter((chunk) => chunk.trim().length > 12)
      if (chunks.length === 0 || UNSEEN.some((part) => text.includes(part))) return []
      return chunks.some((chunk) => documented.includes(chunk.trim()))
        ? []
        : [`${file.slice(root.length + 1)}: ${text}`]
    })
  })
  expect(missing).toEqual([])
})
