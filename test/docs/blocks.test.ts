import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { filters } from '../../filters/filters'
import { scripts } from '../../package.json'
import { Engine } from '../../pipeline/engine'
import { formatText } from '../../pipeline/format-text'
import { readParameters, type RawParameters } from '../../pipeline/parameters'
import { Findings } from '../../pipeline/problems'
import { templateContext } from '../../scripts/template-context'
import { compile } from '../support/compile'
import { parseFile, parseText } from '../support/document'
import { outputOf } from '../support/output'
import { blocks, pages, root, textOf, type Block } from './pages'

const HOUSE_STYLE = { semi: false, singleQuote: true, printWidth: 100 }

function of(language: string): [string, Block][] {
  return blocks
    .filter((block) => block.language === language)
    .map((block) => [`${block.page}:${block.line}`, block])
}

/** `a=b c=d` as parameters. */
function parametersOf(text: string): RawParameters {
  return Object.fromEntries(
    text
      .split(' ')
      .filter((pair) => pair.includes('='))
      .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  )
}

it('every block says what it is written in', () => {
  const known = ['ts', 'tsx', 'sh', 'yaml', 'mustache', 'text', 'nginx', 'http']
  expect(blocks.filter(({ language }) => !known.includes(language))).toEqual([])
})

describe('TypeScript', () => {
  const excerpts = blocks.filter(({ note }) => note.startsWith('output: '))

  it('compiles, page by page, against what the examples give', async () => {
    const rooms = outputOf(await parseFile(join(root, 'examples/rooms.yaml')), { broker: 'redis' })
    const account = outputOf(await parseFile(join(root, 'examples/account-service.yaml')))
    const files: Record<string, string> = {}
    for (const page of pages()) {
      const own = blocks.filter(
        (block) => block.page === page && block.language === 'ts' && !excerpts.includes(block),
      )
      if (own.length === 0 || page === 'docs/template-context.md') continue
      const folder = page.replace(/\.md$/, '')
      const output = own.some(({ text }) => text.includes('UserSignedup')) ? account : rooms
      for (const [path, text] of Object.entries(output)) files[`${folder}/__gen__/${path}`] = text
      for (const { line, text } of own) {
        if (text.includes("from './code'")) continue
        files[`${folder}/line${line}.ts`] = `${text}\nexport {}\n`
      }
    }
    files['surroundings.d.ts'] = readFileSync(join(__dirname, 'surroundings.d.ts'), 'utf8')
    const problems = compile(files, {
      types: ['node', 'jest'],
      noUnusedLocals: false,
      noUnusedParameters: false,
      esModuleInterop: true,
    })
    expect(problems.filter((problem) => !problem.includes('__gen__'))).toEqual([])
  }, 300_000)

  it.each(excerpts.map((block): [string, Block] => [`${block.page}:${block.line}`, block]))(
    '%s is what comes out',
    async (_, { note, text }) => {
      const [path = '', parameters = ''] = note.replace('output: ', '').split('; ')
      const document = await parseFile(join(root, 'examples/rooms.yaml'))
      const output = outputOf(document, parametersOf(parameters))
      const lines = (await formatText({ path, content: output[path] ?? '' }, HOUSE_STYLE)).split(
        '\n',
      )
      for (const line of text.trimEnd().split('\n')) {
        const at = lines.findIndex((other) => other.trim().startsWith(line.trim()))
        expect([line, at >= 0]).toEqual([line, true])
        lines.splice(0, at)
      }
    },
  )
})

describe('lists of files', () => {
  it.each(
    blocks
      .filter(({ note }) => note.startsWith('files:'))
      .map((block): [string, Block] => [`${block.page}:${block.line}`, block]),
  )('%s are what comes out', async (_, { note, text }) => {
    const document = await parseFile(join(root, 'examples/rooms.yaml'))
    const paths = Object.keys(outputOf(document, parametersOf(note.replace('files:', ''))))
    const listed = text.trim().split('\n')
    const folders = new Set(listed.map((path) => dirname(path)))
    const compared = listed.includes('runtime/redis.ts')
      ? paths.filter((path) => listed.includes(path))
      : paths.filter(
          (path) => folders.has(dirname(path)) && !(folders.has('.') && path === 'index.ts'),
        )
    expect(compared.sort()).toEqual(listed)
  })
})

it.each(of('yaml'))('%s is a valid document', async (_, { text }) => {
  await parseText(text)
})

it.each(of('mustache'))('%s is a template that the engine takes', (_, { text }) => {
  new Engine(filters).template('page', text)
})

describe('commands', () => {
  const lines = of('sh').flatMap(([place, { text }]) =>
    text
      .trim()
      .split('\n')
      .flatMap((line) => line.split(' && '))
      .map((line): [string, string] => [place, line]),
  )

  it.each(lines)('%s: %s exists', (_, line) => {
    const script = /^npm (?:run (?:--\S+ )*)?([\w:]+)/.exec(line)?.[1]
    const own = ['install', 'ci', 'pack', 'start', 'client']
    if (line.startsWith('npm') && script !== undefined && !own.includes(script)) {
      // The scaffold's scripts are tested with the scaffold.
      expect([...Object.keys(scripts), 'build']).toContain(script)
    }
    const findings = new Findings()
    if (line.includes('asyncapi-eventsource-template')) {
      const given = [...line.matchAll(/-p "?([\w=/*.,-]+)"?/g)].map((match) => match[1]).join(' ')
      readParameters(parametersOf(given), findings)
    }
    expect(findings.problems).toEqual([])
  })
})

it('every link leads somewhere', () => {
  const broken = pages().flatMap((page) =>
    [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = '']) => {
      if (/^https?:/.test(target)) return []
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? join(root, page) : join(root, dirname(page), path)
      if (!existsSync(file)) return [`${page}: ${target}`]
      if (anchor === undefined) return []
      const headings = [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(
        ([, text = '']) =>
          text
            .toLowerCase()
            .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
            .replaceAll(' ', '-'),
      )
      return headings.includes(anchor) ? [] : [`${page}: ${target}`]
    }),
  )
  expect(broken).toEqual([])
})

it('the parameters page has every parameter, in the order of package.json', () => {
  const { generator } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    generator: { parameters: object }
  }
  const headings = [...textOf('docs/parameters.md').matchAll(/^## (\w+)$/gm)].map(
    ([, name]) => name,
  )
  expect(headings).toEqual(Object.keys(generator.parameters))
})

it('the template context is that of the types (else: npm run docs:context)', async () => {
  const text = await formatText({ path: 'x.md', content: templateContext() }, HOUSE_STYLE)
  expect(textOf('docs/template-context.md')).toBe(text)
})
