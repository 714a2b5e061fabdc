import { createRequire } from 'node:module'
import { join, posix } from 'node:path'
import { createContext, Script } from 'node:vm'
import { transformSync } from '@swc/core'
import { devDependencies } from '../../../package.json'
import { formatText } from '../../../pipeline/output/format-text'
import { GenerationError } from '../../../pipeline/diagnostics'
import { compile } from '../../support/compile'
import { outputOf } from '../../support/output'
import { resolved } from './resolve'

export interface Case {
  readonly document: object
  readonly parameters: Readonly<Record<string, string>>
}

export type Result =
  { readonly files: Readonly<Record<string, string>> } | { readonly refused: string }

/** What came of a document, twice; throws where a rule is broken. */
export async function outcome({ document, parameters }: Case): Promise<Result> {
  const once = generateOnce(document, parameters)
  const again = generateOnce(document, parameters)
  if (JSON.stringify(once) !== JSON.stringify(again)) throw new Error('two runs differ')
  if ('refused' in once) {
    if (once.refused.length < 10) throw new Error(`refused without a reason: ${once.refused}`)
    return once
  }
  checkPathsOf(Object.keys(once.files))
  const files: Record<string, string> = {}
  for (const [path, content] of Object.entries(once.files)) {
    // The runtime does not depend on the document.
    if (!path.startsWith('runtime/')) files[path] = await formatText({ path, content }, {})
  }
  if (files['package.json'] !== undefined) checkPackage(files['package.json'])
  return { files }
}

function generateOnce(document: object, parameters: Readonly<Record<string, string>>): Result {
  try {
    return { files: outputOf(resolved(document), parameters) }
  } catch (error) {
    if (error instanceof GenerationError) return { refused: error.message }
    throw error
  }
}

const PLACES =
  /^(index\.ts|README\.md|\.gitignore|(package|tsconfig)\.json|(channels|payloads|parameters|headers|src|runtime(?:\/[a-z]+){0,2})\/([^/]+)\.ts)$/
const DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i

function checkPathsOf(paths: readonly string[]): void {
  const seen = new Set<string>()
  for (const path of paths) {
    const [, , , , name = 'x'] = PLACES.exec(path) ?? []
    if (!PLACES.test(path)) throw new Error(`a file in a strange place: ${path}`)
    if (DEVICE.test(name) || /[<>:"|?*\\\p{C}\p{Z}]|[. ]$/u.test(name)) {
      throw new Error(`a file with a strange name: ${path}`)
    }
    if (Buffer.byteLength(posix.basename(path)) > 200) throw new Error(`a long name: ${path}`)
    const folded = path.normalize('NFKC').toUpperCase().toLowerCase()
    if (seen.has(folded)) throw new Error(`two files that are one without case: ${path}`)
    seen.add(folded)
  }
}

/** Packages that this project has too. */
const PACK_NAMES = new Set(Object.keys(devDependencies))

function checkPackage(text: string): void {
  const content = JSON.parse(text) as Record<string, Record<string, string>>
  const known: Record<string, RegExp> = {
    build: /^tsc$/,
    prestart: /^npm run build$/,
    preclient: /^npm run build$/,
    client: /^node dist\/src\/client\.js$/,
    start: /^node dist\/src\/(server|client)\.js$/,
  }
  const strange = Object.entries(content['scripts'] ?? {}).filter(
    ([name, command]) => known[name]?.test(command) !== true,
  )
  if (strange.length > 0) throw new Error(`strange scripts: ${JSON.stringify(strange)}`)
  const names = ['dependencies', 'devDependencies'].flatMap((key) =>
    Object.keys(content[key] ?? {}),
  )
  const others = names.filter((name) => !PACK_NAMES.has(name))
  if (others.length > 0) throw new Error(`strange dependencies: ${others.join()}`)
  if (!/^[a-z0-9][a-z0-9._-]{0,213}$/.test(String(content['name']))) {
    throw new Error(`a strange name of a package: ${String(content['name'])}`)
  }
}

/** Compiles many outputs at once, each in a folder of its own and all over one runtime. Diagnostics by number of the output. */
export function compileAll(
  outputs: readonly Readonly<Record<string, string>>[],
  runtime: Readonly<Record<string, string>>,
): Map<number, string[]> {
  const files: Record<string, string> = { ...runtime }
  outputs.forEach((output, index) => {
    for (const [path, content] of Object.entries(output)) {
      files[`o${index}/${path}`] = content.replaceAll(
        /(from ['"])((?:\.\.?\/)+)runtime\//g,
        (_, start: string, up: string) => `${start}${up === './' ? '../' : '../../'}runtime/`,
      )
    }
  })
  const found = new Map<number, string[]>()
  for (const line of compile(files, { types: ['node'] })) {
    const index = Number(/^o(\d+)\//.exec(line)?.[1] ?? -1)
    found.set(index, [...(found.get(index) ?? []), line])
  }
  return found
}

const PACKAGES = createRequire(join(__dirname, '../../../package.json'))

/** Left out of the import: `@angular/core` is an ES module only, which Jest cannot `require`. It is compiled all the same. */
const NOT_LOADABLE: readonly string[] = ['runtime/angular.ts']

/**
 * Imports every module of an output in a realm of its own.
 * @returns what changed in it, which has to be nothing
 */
export function importAll(files: Readonly<Record<string, string>>): string[] {
  const context = createContext({
    Buffer,
    URL,
    TextDecoder,
    TextEncoder,
    AbortController,
    AbortSignal,
    setTimeout,
    clearTimeout,
    console: {},
    process: { env: {}, pid: 1, hrtime: process.hrtime, nextTick: process.nextTick },
    fetch: () => {
      throw new Error('fetched while being imported')
    },
  })
  const state = new Script(SNAPSHOT)
  const before = state.runInContext(context) as string
  const loaded = new Map<string, { exports: unknown }>()
  const load = (path: string): unknown => {
    const known = loaded.get(path)
    if (known !== undefined) return known.exports
    const source = files[path]
    if (source === undefined) throw new Error(`${path} is not among the files`)
    const module = { exports: {} }
    loaded.set(path, module)
    const require = (specifier: string): unknown =>
      specifier.startsWith('.')
        ? load(`${posix.join(posix.dirname(path), specifier)}.ts`)
        : (PACKAGES(specifier) as unknown)
    const run = scriptOf(path, source).runInContext(context) as (...args: unknown[]) => void
    run(module, module.exports, require)
    return module.exports
  }
  for (const path of Object.keys(files)) {
    // The starter's own programs run by design.
    if (!path.endsWith('.ts') || path.startsWith('src/') || NOT_LOADABLE.includes(path)) continue
    load(path)
  }
  const after = state.runInContext(context) as string
  return before === after ? [] : [`the realm was changed: ${before} became ${after}`]
}

/** Everything that a module could change about the globals: names, prototypes, and the canary. */
const SNAPSHOT = `JSON.stringify([
  Reflect.ownKeys(globalThis).map(String),
  ...[Object, Array, Function, String, Number, Boolean, RegExp, Promise, Map, Set, Error, Symbol].flatMap((one) => [
    Reflect.ownKeys(one).map(String), Reflect.ownKeys(one.prototype).map(String),
  ]),
  typeof pwned,
])`

const scripts = new Map<string, Script>()

function scriptOf(path: string, source: string): Script {
  const key = path.startsWith('runtime/') ? path : undefined
  const known = key === undefined ? undefined : scripts.get(key)
  if (known !== undefined) return known
  const { code } = transformSync(source, {
    filename: path,
    configFile: false,
    swcrc: false,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  })
  const script = new Script(`(function (module, exports, require) {${code}\n})`, { filename: path })
  if (key !== undefined) scripts.set(key, script)
  return script
}
