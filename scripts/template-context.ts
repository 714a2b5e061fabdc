// Writes docs/template-context.md from the types of the template context: `npm run docs:context`.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { filters } from '../filters'
import { modelFilters } from '../pipeline/codegen/model-filters'

const ROOT = join(__dirname, '..')
const SOURCES = [
  'pipeline/view/view.ts',
  'pipeline/samples/samples.ts',
  'pipeline/document/servers.ts',
  'pipeline/document/security.ts',
  'pipeline/options.ts',
  'pipeline/codegen/shapes.ts',
  'pipeline/schema/schema.ts',
]

const INTRODUCTION = `# The template context

<!-- Made from the types in pipeline/ by \`npm run docs:context\`; edit those. -->

A template in \`template/\` is rendered with a \`View\`. One whose path has brackets, such as \`payloads/[payload].ts.hbs\`, is
rendered once for each member of a list, and gets the member beside the view under the name in the brackets:
\`[channel]\`, \`[payload]\`, \`[parameters]\`, \`[headers]\`.

- A \`string\` is text of the document. It can be printed only through a filter: \`{{literal address}}\`. Without one, the run
  ends with an error that names the template and the line.
- \`Code\`, numbers and booleans print as they are: \`{{name}}\`.
- A name that does not exist is an error, in \`{{#if}}\` too.
`

/** The page, as it has to be. */
export function templateContext(): string {
  const interfaces = SOURCES.flatMap((path) => readInterfaces(path))
  const names = new Set(interfaces.map(({ name }) => name))
  const reached = new Set<string>()
  const reach = (name: string): void => {
    if (reached.has(name)) return
    reached.add(name)
    const found = interfaces.find((one) => one.name === name)
    for (const word of found?.text.match(/\w+/g) ?? []) if (names.has(word)) reach(word)
  }
  reach('View')
  const sections = interfaces
    .filter(({ name }) => reached.has(name))
    .map(
      ({ name, comment, body }) => `## ${name}\n\n${comment === '' ? '' : `${comment}\n\n`}${body}`,
    )
  return `${INTRODUCTION}\n${filterTable()}\n\n${sections.join('\n\n')}\n`
}

interface Described {
  readonly name: string
  readonly comment: string
  readonly body: string
  /** All types in it, for what it refers to. */
  readonly text: string
}

function readInterfaces(path: string): Described[] {
  const file = ts.createSourceFile(
    path,
    readFileSync(join(ROOT, path), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  )
  return file.statements.flatMap((statement) => {
    if (ts.isTypeAliasDeclaration(statement)) {
      const text = statement.type.getText()
      const body = `\`\`\`ts\n${statement.getText().replace(/^export /, '')}\n\`\`\``
      return [{ name: statement.name.text, comment: commentOf(statement), body, text }]
    }
    if (!ts.isInterfaceDeclaration(statement)) return []
    const rows = statement.members.filter(ts.isPropertySignature).map((member) => {
      const type = (member.type?.getText() ?? '')
        .replaceAll('readonly ', '')
        .replaceAll(/\s+/g, ' ')
      const optional = member.questionToken === undefined ? '' : '?'
      return `| \`${member.name.getText()}${optional}\` | ${cell(`\`${type}\``)} | ${cell(commentOf(member))} |`
    })
    const base =
      statement.heritageClauses?.flatMap(({ types }) => types.map((type) => type.getText())) ?? []
    const also =
      base.length === 0 ? '' : `All of ${base.map((name) => `\`${name}\``).join(', ')}, and:\n\n`
    const body =
      rows.length === 0 ? '' : `${also}| name | type | |\n| --- | --- | --- |\n${rows.join('\n')}`
    return [
      { name: statement.name.text, comment: commentOf(statement), body, text: statement.getText() },
    ]
  })
}

function filterTable(): string {
  const rows = Object.keys({ ...filters, ...modelFilters, module: 0 })
    .sort()
    .map((name) => `| \`${name}\` | ${cell(filterComment(name))} |`)
  return `## Filters\n\n| name | what it makes of its arguments |\n| --- | --- |\n${rows.join('\n')}`
}

/** The comment above the function of that name, in any file of filters/ (or of pipeline/). */
function filterComment(name: string): string {
  for (const path of FILTER_FILES) {
    const source = readFileSync(join(ROOT, path), 'utf8')
    const comment = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/
    const at = new RegExp(String.raw`(export function ${name}\b|^\s+${name}: \()`, 'm').exec(source)
    const text = at === null ? null : comment.exec(source.slice(0, at.index))
    if (text !== null) return text[1]?.replaceAll(/^\s*\* ?/gm, '').trim() ?? ''
  }
  return ''
}

const FILTER_FILES = [
  ...readdirSync(join(ROOT, 'filters'))
    .sort()
    .map((name) => `filters/${name}`),
  'pipeline/codegen/model-filters.ts',
  'pipeline/codegen/jsdoc.ts',
  'pipeline/codegen/types/print-type.ts',
  'pipeline/render/render.ts',
]

function commentOf(node: ts.Node): string {
  return ts
    .getJSDocCommentsAndTags(node)
    .flatMap((doc) => ts.getTextOfJSDocComment(doc.comment) ?? [])
    .join(' ')
}

function cell(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', String.raw`\|`)
}

if (require.main === module) {
  writeFileSync(join(ROOT, 'docs/template-context.md'), templateContext())
}
