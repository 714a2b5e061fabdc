// Writes llms.txt (https://llmstxt.org): the pages of docs/ with one sentence each, for language models that help users of
// the package. `npm run docs:llms` writes it. With `--check`, the file is only compared, and a difference is an error.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { description, name } from '../package.json'

const ROOT = join(__dirname, '..')
const FILE = join(ROOT, 'llms.txt')
const FIRST = 'docs/getting-started.md'
/** Pages for people who change the package. */
const OPTIONAL = ['docs/architecture.md']

export interface Page {
  /** From the root of the repository, with `/`. */
  readonly path: string
  readonly text: string
}

/** `[text](target)` as `text`. */
function removeLinks(text: string): string {
  return text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
}

/** Whether a block of Markdown is ordinary text: no heading, list, table, quote, image, comment or container. */
function isParagraph(block: string): boolean {
  return block !== '' && !/^(#|[-*+] |\d+\. |\||>|!\[|<|:::|---)/.test(block)
}

function firstSentence(paragraph: string): string {
  const sentence = /^.*?[.:!?](?=\s|$)/.exec(paragraph)?.[0] ?? paragraph
  return sentence.replace(/:$/, '.')
}

/** A link to a page, with its first sentence. */
function summarize({ path, text }: Page): string {
  const body = text.replace(/^---\n[^]*?\n---\n/, '').replaceAll(/^(`{3,})[^]*?^\1$/gm, '')
  const title = /^# (.+)$/m.exec(body)?.[1]
  const paragraph = body
    .split(/\n{2,}/)
    .map((block) => block.trim().replaceAll(/\s*\n\s*/g, ' '))
    .find(isParagraph)
  if (title === undefined || paragraph === undefined)
    throw new Error(`${path}: llms.txt needs a "# title" and a paragraph; add them to the page`)
  return `- [${removeLinks(title)}](${path}): ${firstSentence(removeLinks(paragraph))}`
}

/** The text of llms.txt for these pages: the first steps, then by path, then the optional pages. */
export function llmsText(pages: readonly Page[]): string {
  const sorted = [...pages].sort((a, b) => (a.path < b.path ? -1 : 1))
  const groups = [
    sorted.filter(({ path }) => path === FIRST),
    sorted.filter(({ path }) => path !== FIRST && !OPTIONAL.includes(path)),
    sorted.filter(({ path }) => OPTIONAL.includes(path)),
  ]
  const [first = '', others = '', optional = ''] = groups.map((group) =>
    group.map((page) => `${summarize(page)}\n`).join(''),
  )
  return `# ${name}

> ${description}

Links are relative to the root of the package, which is also the root of the repository.

## Docs

${first}${others}
## Optional

${optional}`
}

/** The pages of docs/ and its folders, without those of tools (`.vitepress`, `node_modules`). */
export function readPages(): Page[] {
  return readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((path) => `docs/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.md') && !/\/(\.|node_modules\/)/.test(path))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }))
}

if (require.main === module) {
  const text = llmsText(readPages())
  if (!process.argv.includes('--check')) writeFileSync(FILE, text)
  else if (readFileSync(FILE, 'utf8') !== text) {
    console.error('llms.txt differs from what docs/ gives; run `npm run docs:llms`')
    process.exitCode = 1
  }
}
