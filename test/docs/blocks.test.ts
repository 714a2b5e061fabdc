import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { filters } from '../../filters'
import { scripts } from '../../package.json'
import { Engine } from '../../pipeline/render/engine'
import { formatText } from '../../pipeline/output/format-text'
import { readOptions, type RawParameters } from '../../pipeline/options'
import { Diagnostics } from '../../pipeline/diagnostics'
import { templateContext } from '../../scripts/template-context'
import { compile } from '../support/compile'
import { load } from '../pipeline/codegen/support/models-of'
import { parseFile, parseText } from '../support/document'
import { outputOf } from '../support/output'
import { blocks, pages, root, textOf, type Block } from './support/pages'

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

it('every block names its language', () => {
  const known = ['ts', 'tsx', 'sh', 'json', 'yaml', 'mustache', 'text', 'nginx', 'http']
  expect(blocks.filter(({ language }) => !known.includes(language))).toEqual([])
})

/** A program that readers paste blocks into: its compiler options, and the files that declare what the blocks take for granted. */
interface Surroundings {
  readonly options: ts.CompilerOptions
  readonly declarations: readonly string[]
  /** Whether the program can contain a block. */
  accepts(text: string): boolean
}

const PAGE_MODULE = /\/channels\/event_source_(client|react|vue|svelte|angular|rxjs|store)'/
const SERVER_MODULE =
  /'express'|'redis'|'node:|\/channels'|event_source_(express|server|fetch|node|fastify)/

describe('TypeScript', () => {
  const excerpts = blocks.filter(({ note }) => note.startsWith('output: '))

  const usedBlocks = blocks.filter(
    ({ language, note, page, text }) =>
      ['ts', 'tsx'].includes(language) &&
      page !== 'docs/template-context.md' &&
      // Recipes have a test of their own.
      !note.startsWith('run: ') &&
      // Filters of a fork have a test of their own.
      !text.includes("from './code'") &&
      !note.startsWith('output: '),
  )

  const programs: Readonly<Record<string, Surroundings>> = {
    'a project with all packages': {
      options: { types: ['node', 'jest'], esModuleInterop: true },
      declarations: ['surroundings.d.ts', 'surroundings-page.d.ts'],
      accepts: () => true,
    },
    // The options of Vite's template `react-ts`.
    'an app of Vite, without the types of Node.js': {
      options: {
        target: ts.ScriptTarget.ES2023,
        lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
        types: [],
        allowImportingTsExtensions: true,
        moduleDetection: ts.ModuleDetectionKind.Force,
      },
      declarations: ['surroundings-page.d.ts'],
      accepts: (text) =>
        PAGE_MODULE.test(text) && !SERVER_MODULE.test(text) && !text.includes('/runtime/testing'),
    },
    'the project of scaffold=true': {
      options: {
        types: ['node'],
        module: ts.ModuleKind.NodeNext,
        moduleResolution: ts.ModuleResolutionKind.NodeNext,
        esModuleInterop: true,
        verbatimModuleSyntax: false,
        erasableSyntaxOnly: false,
      },
      declarations: ['surroundings.d.ts', 'surroundings-page.d.ts'],
      accepts: (text) => SERVER_MODULE.test(text),
    },
  }

  interface Output {
    /** Folder of the output and of the blocks that import it. */
    readonly folder: string
    readonly files: Readonly<Record<string, string>>
  }

  let outputFor: (page: string, texts: string) => Output

  /** The outputs that the blocks import, by the page's own document or the example that they use. */
  beforeAll(async () => {
    const ui = 'react,vue,svelte,angular,rxjs,share'
    const exampleOf = async (name: string, parameters: RawParameters): Promise<Output> => ({
      folder: name,
      files: outputOf(await parseFile(join(root, 'examples', `${name}.yaml`)), parameters),
    })
    const rooms = await exampleOf('rooms', {
      broker: 'redis',
      metrics: 'opentelemetry',
      compression: 'gzip',
      ui,
    })
    const account = await exampleOf('account-service', { ui: 'react' })
    const chat = await exampleOf('llm-chat', { ui: 'react', broker: 'redis', runs: 'true' })
    const own = new Map<string, Output>()
    for (const { page, note, text } of blocks.filter(({ note }) => note.startsWith('document: '))) {
      expect([page, note, own.has(page)]).toEqual([page, note, false])
      const files = outputOf(await parseText(text), { ui: 'react' })
      own.set(page, { folder: page.replace(/\.md$/, ''), files })
    }
    outputFor = (page, texts) =>
      own.get(page) ??
      (texts.includes('UserSignedup') ? account : texts.includes('ChatCompletions') ? chat : rooms)
  })

  it.each(Object.entries(programs))(
    'compiles in %s',
    (_, { options, declarations, accepts }) => {
      const files: Record<string, string> = {}
      for (const page of pages()) {
        const own = usedBlocks.filter((block) => block.page === page && accepts(block.text))
        if (own.length === 0) continue
        const output = outputFor(page, own.map(({ text }) => text).join('\n'))
        for (const [path, text] of Object.entries(output.files))
          files[`${output.folder}/__gen__/${path}`] = text
        const name = page.replaceAll('/', '-')
        for (const { line, text, language } of own)
          files[`${output.folder}/${name}-line${line}.${language}`] = `${text}\nexport {}\n`
      }
      expect(Object.keys(files).length).toBeGreaterThan(100)
      for (const name of [...declarations, 'packages.d.ts'])
        files[name] = readFileSync(join(__dirname, 'support', name), 'utf8')
      const problems = compile(
        files,
        {
          noUnusedLocals: false,
          noUnusedParameters: false,
          jsx: ts.JsxEmit.ReactJSX,
          ...options,
        },
        // Other tests compile the outputs.
        (path) => !path.includes('__gen__'),
      )
      const found = problems.filter(
        // In CommonJS, readers put such a line into an async function.
        (problem) => !problem.includes("'await' at the top level"),
      )
      expect(found).toEqual([])
    },
    600_000,
  )

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

describe('results of validators', () => {
  const calls = of('ts').flatMap(([place, { text }]) =>
    [...text.matchAll(/^(\w+)(\.validate\(.*\))\n\/\/ (\{.*\})$/gm)].map(
      ([, model = '', call = '', result = '']) => [place, model, call, result] as const,
    ),
  )

  it('are shown', () => expect(calls).not.toEqual([]))

  it.each(calls)('%s: %s%s', async (_, model, call, result) => {
    const output = outputOf(await parseFile(join(root, 'examples/rooms.yaml')))
    const { [model]: subject } = load(output, 'payloads/index.ts')
    const evaluate = (text: string): unknown =>
      (new Function('subject', `return (${text})`) as (subject: unknown) => unknown)(subject)
    expect(evaluate(`subject${call}`)).toEqual(evaluate(result))
  })
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
    if (listed.every((path) => path.startsWith('runtime/'))) {
      // What a parameter adds to the runtime: the files are there with it, and not without it.
      const usual = Object.keys(outputOf(document))
      expect(paths).toEqual(expect.arrayContaining(listed))
      expect(usual.filter((path) => listed.includes(path))).toEqual([])
      return
    }
    const compared = paths.filter(
      (path) => folders.has(dirname(path)) && !(folders.has('.') && path === 'index.ts'),
    )
    expect(compared.sort()).toEqual(listed)
  })
})

it.each(
  // Files of other tools have tests of their own.
  of('yaml').filter(([, { note }]) => !note.startsWith('file: ')),
)('%s is a valid document, or an excerpt of one', async (_, { note, text }) => {
  const [, whole] = /^excerpt: (\S+)$/.exec(note) ?? []
  if (whole === undefined) {
    await parseText(text)
    return
  }
  const document = readFileSync(join(root, whole), 'utf8')
  expect(document).toContain(text.trimEnd())
  await parseText(document)
})

it.each(of('mustache'))('%s is a template that the engine accepts', (_, { text }) => {
  new Engine(filters).compileTemplate('page', text)
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
    const own = ['install', 'ci', 'pack', 'create', 'start', 'client', 'dev']
    if (line.startsWith('npm') && script !== undefined && !own.includes(script)) {
      // The scripts of the scaffold and of Vite's template are tested with these.
      expect([...Object.keys(scripts), 'build']).toContain(script)
    }
    const diagnostics = new Diagnostics()
    if (line.includes('asyncapi-eventsource-template')) {
      const given = [...line.matchAll(/-p "?([\w=/*.,-]+)"?/g)].map((match) => match[1]).join(' ')
      readOptions(parametersOf(given), diagnostics)
    }
    expect(diagnostics.errors).toEqual([])
  })
})

it('every link has a target', () => {
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
