import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { COMPAT, linkPackages, scratch } from './folders'
import { generate } from './generation'
import { once } from './matrix'
import { succeed } from './processes'
import { compilers, node } from './programs'
import { checkout } from './snapshot'

export type Client = 'fetch' | 'eventsource'
export type ImportExtension = 'none' | 'js' | 'ts'

/** How an application is written and run. */
export type Kind =
  /** TypeScript as it is, ES modules. */
  | 'ts'
  /** TypeScript as it is, imports without an extension: for bundlers and Bun. */
  | 'bundled'
  /** Compiled to ES modules. */
  | 'esm'
  /** Compiled to CommonJS. */
  | 'cjs'

const EXTENSION: Readonly<Record<Kind, ImportExtension>> = {
  ts: 'ts',
  bundled: 'none',
  esm: 'js',
  cjs: 'none',
}

export interface ApplicationRequest {
  readonly kind: Kind
  readonly client?: Client
  readonly redis?: boolean
  /** Name to import by → name in this harness; on top of the newest that all Nodes take. */
  readonly packages?: Readonly<Record<string, string>>
  /** More programs of `apps/`. */
  readonly programs?: readonly string[]
}

export interface Application {
  readonly folder: string
  /** Path of a program in it, to be run in the folder. */
  program(name: string): string
}

const PACKAGES = {
  express: 'express5',
  '@types/express': 'express-types5',
  '@types/node': 'node-types20',
  eventsource: 'eventsource4',
}

const outputs = new Map<string, () => Promise<string>>()

/** What the pack makes of `examples/rooms.yaml`; each set of parameters is generated once. */
export async function generatedRooms(
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const key = JSON.stringify(parameters)
  const make =
    outputs.get(key) ??
    once(async () => {
      const folder = scratch('rooms')
      const document = join(await checkout(), 'examples/rooms.yaml')
      await generate([{ document, folder, parameters }])
      return folder
    })
  outputs.set(key, make)
  return make()
}

const applications = new Map<string, () => Promise<Application>>()

/** The programs of `apps/` on generated code, with packages of their own; compiled if the kind requires it. */
export async function application(request: ApplicationRequest): Promise<Application> {
  const key = JSON.stringify(request)
  const make = applications.get(key) ?? once(() => build(request))
  applications.set(key, make)
  return make()
}

async function build({
  kind,
  client = 'fetch',
  redis = false,
  packages = {},
  programs = [],
}: ApplicationRequest): Promise<Application> {
  const folder = scratch(kind)
  const importExtension = EXTENSION[kind]
  const generated = await generatedRooms({
    importExtension,
    client,
    ...(redis ? { broker: 'redis' } : {}),
  })
  cpSync(generated, join(folder, '__gen__'), { recursive: true })
  copyApp(`scenario-${client}`, 'scenario', folder, importExtension)
  copyApp(redis ? 'broker-redis' : 'broker-memory', 'broker', folder, importExtension)
  for (const app of ['expectations', 'server', 'client', ...programs]) {
    copyApp(app, app, folder, importExtension)
  }
  const type = kind === 'cjs' ? 'commonjs' : 'module'
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type }))
  linkPackages(folder, { ...PACKAGES, ...packages })
  if (kind === 'esm' || kind === 'cjs') await compile(folder)
  const file = (name: string): string =>
    kind === 'ts' || kind === 'bundled' ? `${name}.ts` : `out/${name}.js`
  return { folder, program: file }
}

/** Copies a program, and gives its relative imports the extension. */
export function copyApp(
  app: string,
  name: string,
  folder: string,
  extension: ImportExtension,
): void {
  const ending = extension === 'none' ? '' : `.${extension}`
  const text = readFileSync(join(COMPAT, 'apps', `${app}.ts`), 'utf8')
  writeFileSync(
    join(folder, `${name}.ts`),
    text.replaceAll(/(\bfrom '\.[^']*)'/g, (_, path: string) => `${path}${ending}'`),
  )
}

/** The strict flags under which the output must compile. */
export const STRICT = {
  target: 'es2022',
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
  noPropertyAccessFromIndexSignature: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  noFallthroughCasesInSwitch: true,
  isolatedModules: true,
  erasableSyntaxOnly: true,
  skipLibCheck: true,
  esModuleInterop: true,
}

async function compile(folder: string): Promise<void> {
  const compilerOptions = {
    ...STRICT,
    module: 'nodenext',
    moduleResolution: 'nodenext',
    lib: ['es2022', 'dom'],
    types: ['node'],
    rootDir: '.',
    outDir: 'out',
  }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, include: ['*.ts', '__gen__'] }),
  )
  const compiler = compilers().find(({ name }) => name === 'typescript6')
  await succeed(node(24).path, [compiler?.path ?? '', '-p', '.'], { cwd: folder })
}
