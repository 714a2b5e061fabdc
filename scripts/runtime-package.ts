// Makes the package asyncapi-eventsource-runtime from runtime/: `npm run runtime:package -- <folder>`. The folder must be
// empty or hold an earlier result. ES modules and CommonJS are compiled from the same files, with types; `exports` lists the
// modules in the root of runtime/ only.
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import * as pack from '../package.json'
import { RUNTIME_PACKAGE } from '../pipeline/pack'
import { withImportExtension } from '../pipeline/render/runtime-files'

const ROOT = join(__dirname, '..')
const RUNTIME = join(ROOT, 'runtime')
const FORMATS = { esm: 'module', cjs: 'commonjs' } as const

/** Versions of the packages that a module may import, by value or by type. */
const PEER_RANGES: Readonly<Record<string, string>> = {
  '@angular/core': '>=20',
  '@opentelemetry/api': '^1.0.0',
  eventsource: '^4.0.0 || ^5.0.0',
  express: '^4.18.0 || ^5.0.0',
  fastify: '^5.0.0',
  react: '^18.0.0 || ^19.0.0',
  rxjs: '^7.0.0',
  svelte: '^4.0.0 || ^5.0.0',
  vue: '^3.3.0',
}

/** Names of the modules that users and generated code import. */
export function entryModules(): string[] {
  return readdirSync(RUNTIME)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.slice(0, -'.ts'.length))
    .sort()
}

function writeJson(path: string, value: object): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`)
}

/** Texts of all modules, by their path below runtime/. */
function sources(): [path: string, text: string][] {
  return readdirSync(RUNTIME, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => [path, readFileSync(join(RUNTIME, path), 'utf8')])
}

/**
 * The packages that modules import, with their versions. A user needs the one of the module that the user imports.
 * @throws Error where a package has no version in `PEER_RANGES`
 */
function peers(): Record<string, string> {
  // The client loads `eventsource` by a name that bundlers do not follow.
  const names = new Set(['eventsource'])
  for (const [, text] of sources())
    for (const [, name = ''] of text.matchAll(
      /\bfrom '((?:@[^/']+\/)?[^.:/'][^:/']*)(?:\/[^']*)?'/g,
    ))
      names.add(name)
  const entries = [...names].sort().map((name): [string, string] => {
    const range = PEER_RANGES[name]
    if (range === undefined)
      throw new Error(`runtime/ imports "${name}"; add its versions to PEER_RANGES`)
    return [name, range]
  })
  return Object.fromEntries(entries)
}

/** The manifest of the package; the publisher's fields are those of this repository. */
function manifest(): object {
  const { author, bugs, engines, funding, homepage, license, repository, version } = pack
  const conditions = (name: string, folder: keyof typeof FORMATS): object => ({
    types: `./${folder}/${name}.d.ts`,
    default: `./${folder}/${name}.js`,
  })
  return {
    name: RUNTIME_PACKAGE,
    version,
    description: 'Runtime of the code that asyncapi-eventsource-template generates',
    license,
    author,
    homepage,
    repository,
    bugs,
    funding,
    engines,
    type: 'module',
    sideEffects: false,
    files: Object.keys(FORMATS),
    exports: {
      ...Object.fromEntries(
        entryModules().map((name) => [
          `./${name}`,
          { import: conditions(name, 'esm'), require: conditions(name, 'cjs') },
        ]),
      ),
      './package.json': './package.json',
    },
    // TypeScript's module resolution "node10" does not read `exports`.
    typesVersions: { '*': { '*': ['./cjs/*.d.ts'] } },
    peerDependencies: peers(),
    peerDependenciesMeta: Object.fromEntries(
      Object.keys(peers()).map((name) => [name, { optional: true }]),
    ),
  }
}

/** Copies the sources with the extension that compiled files have, and compiles them once for each module format. */
function compile(copies: string, folder: string): void {
  for (const [path, text] of sources()) {
    mkdirSync(dirname(join(copies, path)), { recursive: true })
    writeFileSync(join(copies, path), withImportExtension(text, 'js'))
  }
  const { compilerOptions } = JSON.parse(
    readFileSync(join(ROOT, 'tsconfig.base.json'), 'utf8'),
  ) as { compilerOptions: object }
  for (const [name, type] of Object.entries(FORMATS)) {
    const outDir = join(folder, name)
    writeJson(join(copies, 'package.json'), { type })
    writeJson(join(copies, 'tsconfig.json'), {
      compilerOptions: {
        ...compilerOptions,
        module: 'nodenext',
        moduleResolution: 'nodenext',
        lib: ['es2022', 'dom', 'dom.iterable'],
        types: ['node'],
        typeRoots: [join(ROOT, 'node_modules/@types')],
        rootDir: '.',
        declaration: true,
        outDir,
      },
      include: ['**/*.ts'],
    })
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
    execFileSync(process.execPath, [tsc, '-p', copies], { stdio: ['ignore', 'inherit', 'inherit'] })
    writeJson(join(outDir, 'package.json'), { type })
  }
}

/** @throws Error where the folder holds something else, or a module does not compile */
export function makeRuntimePackage(folder: string): void {
  const path = join(folder, 'package.json')
  const isEarlierResult =
    existsSync(path) &&
    (JSON.parse(readFileSync(path, 'utf8')) as { name?: unknown }).name === RUNTIME_PACKAGE
  if (existsSync(folder) && readdirSync(folder).length > 0 && !isEarlierResult)
    throw new Error(`${folder} is not empty and is no earlier result; name another folder`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeJson(path, manifest())
  // Inside the repository, so that the compiler finds the types of Node.js and Express.
  const copies = mkdtempSync(join(ROOT, '.runtime-package-'))
  try {
    compile(copies, resolve(folder))
  } finally {
    rmSync(copies, { recursive: true, force: true })
  }
  copyFileSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'))
  copyFileSync(join(ROOT, 'docs/runtime-package.md'), join(folder, 'README.md'))
}

if (require.main === module) {
  const folder = process.argv[2]
  if (folder === undefined) {
    console.error('usage: npm run runtime:package -- <folder>')
    process.exitCode = 1
  } else makeRuntimePackage(folder)
}
