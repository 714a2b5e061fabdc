import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { transformSync } from '@swc/core'
import { filters } from '../../../../filters'
import { literal } from '../../../../filters/literals'
import { modelFilters } from '../../../../pipeline/codegen/model-filters'
import { Engine } from '../../../../pipeline/render/engine'
import { buildModels, type Models } from '../../../../pipeline/codegen/models'
import type { ModelRequest } from '../../../../pipeline/codegen/requests'
import { createModelNames } from '../../../../pipeline/view/reserved-names'
import { loadTemplates } from '../../../../pipeline/render/templates'
import { compile } from '../../../support/compile'

export interface Described extends Models {
  readonly reports: string[]
  readonly problems: string[]
}

/** Describes payloads by name; what is not given is as most documents have it. */
export function describeSchemas(
  schemas: Readonly<Record<string, unknown>>,
  more: Partial<ModelRequest> = {},
): Described {
  const reports: string[] = []
  const problems: string[] = []
  const registry = createModelNames((message) => reports.push(message))
  const models = buildModels({
    payloads: Object.entries(schemas).map(([name, schema]) => ({
      name: registry.allocate(name),
      schema,
      pointer: `#/components/messages/${name}/payload`,
      contentType: undefined,
      schemaFormat: undefined,
    })),
    headers: [],
    parameters: [],
    queries: [],
    components: new Map(),
    registry,
    model: 'class',
    hasValidators: true,
    note: (message) => reports.push(message),
    error: (message) => problems.push(message),
    ...more,
  })
  return { ...models, reports, problems }
}

let engine: Engine | undefined

function templateOf(path: string): (context: object) => string {
  const { templates, partials } = loadTemplates(undefined)
  if (engine === undefined) {
    engine = new Engine({ ...filters, ...modelFilters, module: (to: string) => literal(to) })
    for (const { path: name, origin, source } of partials)
      engine.registerPartial(name, origin, source)
  }
  const template = templates.find((one) => one.path === path)
  if (template === undefined) throw new Error(`no template ${path}`)
  return engine.compileTemplate(template.origin, template.source)
}

/** The files of all models, not formatted. */
export function renderModels(models: Models): Record<string, string> {
  const files: Record<string, string> = {}
  for (const [folder, name] of [
    ['payloads', 'payload'],
    ['parameters', 'parameters'],
    ['headers', 'headers'],
  ] as const) {
    const list = models[folder]
    if (list.length === 0) continue
    const render = templateOf(`${folder}/[${name}].ts`)
    for (const module of list)
      files[`${folder}/${module.name.text}.ts`] = render({ [name]: module })
    files[`${folder}/index.ts`] = templateOf(`${folder}/index.ts`)(models)
  }
  return files
}

const RUNTIME = [
  'core/model',
  'core/parameters',
  'model',
  'parameters',
  'validation',
  'standard-schema',
  'formats',
  'formats-uri',
]

/** The runtime files that models import. */
export function modelRuntime(): Record<string, string> {
  return Object.fromEntries(
    RUNTIME.map((name) => [
      `runtime/${name}.ts`,
      readFileSync(join(__dirname, '../../../../runtime', `${name}.ts`), 'utf8'),
    ]),
  )
}

/** Compiles models and what uses them: they need no platform, so its types are left out. */
export function compileModels(files: Readonly<Record<string, string>>): string[] {
  return compile(files, { lib: ['lib.es2022.d.ts'] })
}

type Exports = Record<string, unknown>

/** Runs generated files and gives the exports of one of them. */
export function load(files: Readonly<Record<string, string>>, path: string): Exports {
  const modules = new Map<string, { exports: Exports }>()
  const require = (from: string, specifier: string): Exports => {
    const target = `${join(from, '..', specifier)}.ts`
    const known = modules.get(target)
    if (known !== undefined) return known.exports
    const source = files[target]
    if (source === undefined) throw new Error(`${from} imports ${target}`)
    const { code } = transformSync(source, {
      configFile: false,
      swcrc: false,
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'commonjs' },
    })
    const module = { exports: {} }
    modules.set(target, module)
    const run = new Function('require', 'module', 'exports', code) as (
      require: (specifier: string) => Exports,
      module: { exports: Exports },
      exports: Exports,
    ) => void
    run((inner) => require(target, inner), module, module.exports)
    return module.exports
  }
  return require('main.ts', `./${path.replace(/\.ts$/, '')}`)
}
