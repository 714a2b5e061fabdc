import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { STRICT, type ImportExtension } from '../support/application'
import { filesBelow, linkPackages, scratch } from '../support/folders'
import { generate, type Job } from '../support/generation'
import { once, type Matrix } from '../support/matrix'
import { succeed } from '../support/processes'
import { compilers, node, type Compiler } from '../support/programs'
import { randomDocuments } from '../support/random-documents'
import { checkout } from '../support/snapshot'

const GROUP = 'TypeScript: the output compiles under every strict flag'
/** Each setting has documents of its own: together they are many. */
const RANDOM_DOCUMENTS = 4

/** Module resolution and platform types of a project. */
interface Setting {
  readonly title: string
  readonly importExtension: ImportExtension
  readonly type: 'module' | 'commonjs'
  readonly side: 'both' | 'client'
  /** Types of Node to compile with. Default: of the oldest Node. */
  readonly nodeTypes?: 'node-types20' | 'node-types26'
  readonly options: (compiler: Compiler) => object
}

const dom = { lib: ['es2022', 'dom'], types: [] }
const withNode = { lib: ['es2022'], types: ['node'] }

const settings: readonly Setting[] = [
  {
    title: 'bundler, ES modules, no extension; lib es2022 and @types/node 26',
    nodeTypes: 'node-types26',
    importExtension: 'none',
    type: 'module',
    side: 'both',
    options: () => ({
      module: 'esnext',
      moduleResolution: 'bundler',
      verbatimModuleSyntax: true,
      ...withNode,
    }),
  },
  {
    title: 'bundler, ES modules, no extension; lib es2022 and dom, client alone',
    importExtension: 'none',
    type: 'module',
    side: 'client',
    options: () => ({
      module: 'esnext',
      moduleResolution: 'bundler',
      verbatimModuleSyntax: true,
      ...dom,
    }),
  },
  {
    title: 'nodenext, ES modules, importExtension=js',
    importExtension: 'js',
    type: 'module',
    side: 'both',
    options: () => ({
      module: 'nodenext',
      moduleResolution: 'nodenext',
      verbatimModuleSyntax: true,
      ...withNode,
    }),
  },
  {
    title: 'nodenext, ES modules, importExtension=ts',
    importExtension: 'ts',
    type: 'module',
    side: 'both',
    options: () => ({
      module: 'nodenext',
      moduleResolution: 'nodenext',
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
      ...withNode,
    }),
  },
  {
    title: 'nodenext, CommonJS, no extension',
    importExtension: 'none',
    type: 'commonjs',
    side: 'both',
    options: () => ({ module: 'nodenext', moduleResolution: 'nodenext', ...withNode }),
  },
  {
    title: 'commonjs, no extension',
    importExtension: 'none',
    type: 'commonjs',
    side: 'both',
    // TypeScript 7 removed `node10`, the default for commonjs until 5; `bundler` accepts commonjs since 6.
    options: ({ name }) => ({
      module: 'commonjs',
      moduleResolution: name.startsWith('typescript5') ? 'node10' : 'bundler',
      ...withNode,
    }),
  },
]

/** Every way to generate that changes the code. */
const VARIANTS: readonly Readonly<Record<string, string>>[] = [
  { broker: 'redis' },
  { client: 'eventsource', model: 'interface' },
  { validation: 'none', naming: 'channel' },
]

/** Each compiler, with each module resolution, over the examples and random documents. */
export function addTypeScript(matrix: Matrix): void {
  for (const [n, setting] of settings.entries()) {
    const project = once(() => makeProject(setting, n))
    for (const compiler of compilers()) {
      matrix.check(GROUP, setting.title, compiler.title, async () => {
        const { folder, outputs } = await project()
        const config = `tsconfig.${compiler.name}.json`
        const compilerOptions = {
          ...STRICT,
          ...setting.options(compiler),
          noEmit: true,
          rootDir: '.',
        }
        writeFileSync(
          join(folder, config),
          JSON.stringify({
            compilerOptions,
            include: ['*/**/*.ts'],
            exclude: ['node_modules', '*/runtime'],
          }),
        )
        await succeed(node(24).path, [compiler.path, '-p', config], {
          cwd: folder,
          timeout: 300_000,
        })
        return `${outputs} outputs`
      })
    }
  }
}

async function makeProject(
  { importExtension, type, side, nodeTypes = 'node-types20' }: Setting,
  seed: number,
): Promise<{ folder: string; outputs: number }> {
  const folder = scratch('typescript')
  const variant = (n: number): Readonly<Record<string, string>> =>
    VARIANTS[n % VARIANTS.length] ?? {}
  const jobs: Job[] = [
    ...(await written()).map(([document, n]) => ({ document, parameters: variant(n) })),
    ...randomDocuments(RANDOM_DOCUMENTS, 2026 + seed).map((content, n) => {
      const document = join(folder, `random-${n}.json`)
      writeFileSync(document, JSON.stringify(content, null, 2))
      return { document, parameters: { ...variant(n), protocols: '*' } }
    }),
  ].map(({ document, parameters }, n) => ({
    document,
    folder: join(folder, `output${n}`),
    parameters: { ...parameters, side, importExtension },
  }))
  await generate(jobs)
  shareRuntime(
    folder,
    jobs.map((job) => job.folder),
  )
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type }))
  mkdirSync(join(folder, 'node_modules'))
  linkPackages(folder, {
    eventsource: 'eventsource5',
    ...(side === 'client'
      ? {}
      : { '@types/express': 'express-types5', '@types/node': nodeTypes, redis: 'redis6' }),
  })
  return { folder, outputs: jobs.length }
}

/**
 * Merges the runtimes of the outputs into one folder, so that the compilers check it once: most of its files are in each.
 * @throws where two outputs differ in a file of the runtime, or where one imports a file that it does not have
 */
function shareRuntime(project: string, outputs: readonly string[]): void {
  for (const output of outputs) {
    const paths = filesBelow(output)
    const missing = paths.flatMap((path) => missingImports(output, path, paths))
    if (missing.length > 0) throw new Error(`missing files: ${missing.join(', ')}`)
    for (const path of paths.filter((one) => one.startsWith('runtime/'))) {
      const shared = join(project, path)
      if (!existsSync(shared)) {
        mkdirSync(dirname(shared), { recursive: true })
        renameSync(join(output, path), shared)
      } else if (!readFileSync(shared).equals(readFileSync(join(output, path)))) {
        throw new Error(`${path} differs between outputs`)
      }
    }
    rmSync(join(output, 'runtime'), { recursive: true })
    symlinkSync(join(project, 'runtime'), join(output, 'runtime'), 'dir')
  }
}

const RELATIVE_IMPORT = /\b(?:from|import)[\s(]*["'](\.[^"']*)["']/g

/** The relative imports of a file that no file of its output fulfils. */
function missingImports(output: string, path: string, paths: readonly string[]): string[] {
  if (!path.endsWith('.ts')) return []
  return [...readFileSync(join(output, path), 'utf8').matchAll(RELATIVE_IMPORT)].flatMap(
    ([, specifier = '']) => {
      const target = posix.join(posix.dirname(path), specifier).replace(/\.[jt]s$/, '')
      return paths.includes(`${target}.ts`) || paths.includes(`${target}/index.ts`)
        ? []
        : [`${specifier} in ${path}`]
    },
  )
}

/** The examples, the largest of them in all variants. */
async function written(): Promise<[document: string, variant: number][]> {
  const examples = join(await checkout(), 'examples')
  const names = [
    ['account-service', 0],
    ['rooms', 0],
    ['rooms', 1],
    ['rooms', 2],
    ['ticker', 1],
  ] as const
  return names.map(([name, variant]) => [join(examples, `${name}.yaml`), variant])
}
