// Makes the pages of the site in pages/ from docs/, the root of the repository and the comments in runtime/.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { dirname, join, posix, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Application } from 'typedoc'

const SITE = fileURLToPath(new URL('.', import.meta.url))
const ROOT = resolve(SITE, '..')
const PAGES = join(SITE, 'pages')
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
const SOURCE = `${manifest.repository.url.replaceAll(/^git\+|\.git$/g, '')}/blob/main`

/** Pages of the root folder, with their names on the site. */
const ROOT_PAGES = {
  'CHANGELOG.md': 'changelog.md',
  'CONTRIBUTING.md': 'contributing.md',
  'SECURITY.md': 'security-policy.md',
}

function put(path, text) {
  mkdirSync(dirname(join(PAGES, path)), { recursive: true })
  writeFileSync(join(PAGES, path), text)
}

/** Where a link of a page leads on the site; files that are no pages are in the repository. */
function targetOf(link, from) {
  const [path = '', anchor] = link.split('#')
  const file = path === '' ? from : posix.join(posix.dirname(from), path)
  const hash = anchor === undefined ? '' : `#${anchor}`
  // Anchors are in lower case.
  const parameter = Object.keys(manifest.generator.parameters).find(
    (name) => name.toLowerCase() === anchor?.toLowerCase(),
  )
  if (file === 'docs/parameters.md' && parameter !== undefined) return `/parameters/${parameter}`
  if (/^docs\/[^/]+\.md$/.test(file)) return `/${file.slice('docs/'.length, -'.md'.length)}${hash}`
  const page = ROOT_PAGES[file]
  if (page !== undefined) return `/${page.slice(0, -'.md'.length)}${hash}`
  return `${SOURCE}/${file}${hash}`
}

/** The text of a page with the links of the site; code is left as it is. */
function withSiteLinks(text, from) {
  return text.replaceAll(
    /^(`{3,})[^]*?^\1$|`[^`\n]*`|(!?)\]\(([^)\s]+)\)/gm,
    (match, fence, image, link) =>
      link === undefined || /^(https?:|mailto:)/.test(link) || /\.(png|svg)$/.test(link)
        ? match
        : `${image}](${targetOf(link, from)})`,
  )
}

/** Plain text as a cell of a table: `<` would begin an element. */
function escapeCell(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('|', '\\|')
}

/** A page for each parameter, from the sections of docs/parameters.md. */
function putParameters(text) {
  const [introduction, ...sections] = text.split(/^(?=## )/m)
  const rows = Object.entries(manifest.generator.parameters).map(
    ([name, { description }]) =>
      `| [\`${name}\`](/parameters/${name}) | ${escapeCell(description)} |`,
  )
  put(
    'parameters.md',
    `${introduction}| parameter | what it sets |\n| --- | --- |\n${rows.join('\n')}\n`,
  )
  for (const section of sections) {
    const name = /^## (\w+)/.exec(section)[1]
    put(`parameters/${name}.md`, section.replace(/^## .*/, `# Parameter \`${name}\``))
  }
}

function putDocs() {
  for (const name of readdirSync(join(ROOT, 'docs'))) {
    const path = `docs/${name}`
    if (!name.endsWith('.md')) {
      cpSync(join(ROOT, path), join(PAGES, name))
      continue
    }
    const text = withSiteLinks(readFileSync(join(ROOT, path), 'utf8'), path)
    if (name === 'parameters.md') putParameters(text)
    else put(name, text)
  }
  for (const [path, page] of Object.entries(ROOT_PAGES))
    put(page, withSiteLinks(readFileSync(join(ROOT, path), 'utf8'), path))
  for (const name of ['index.md', 'playground.md']) cpSync(join(SITE, name), join(PAGES, name))
}

/** The modules in the root of runtime/, by who imports them. */
const MODULES = {
  'Modules that you import': {
    redis: 'The Redis broker of hubs (`broker=redis`).',
    'redis-runs': 'The Redis log of runs (`broker=redis` and `runs=true`).',
    metrics: 'Metrics of hubs for OpenTelemetry (`metrics=opentelemetry`).',
    compression: 'Compression of the streams of hubs (`compression=gzip`).',
    share: 'One connection for all tabs of a browser (`ui=share`).',
    testing: 'A scripted server for tests of code that uses a client.',
  },
  'Types and functions behind the generated clients': {
    'fetch-client': 'The client on `fetch`, its options and errors.',
    'eventsource-client': 'The client on `EventSource` (`client=eventsource`).',
    store: 'Stores for pages, without a framework (`ui=store`).',
    react: 'Hooks for React, and options for TanStack Query (`ui=react`).',
    vue: 'Composables for Vue (`ui=vue`).',
    svelte: 'Stores for Svelte (`ui=svelte`).',
    angular: 'Signals for Angular (`ui=angular`).',
    rxjs: 'Observables for RxJS (`ui=rxjs`).',
  },
  'Types and functions behind the generated servers': {
    server: 'What all hosts share: options, errors, credentials.',
    hub: 'Hubs, their options, and brokers.',
    express: 'Routes on Express (`host=express`).',
    fetch: 'Handlers from `Request` to `Response` (`host=fetch`).',
    node: 'Handlers for `node:http` and `node:http2` (`host=node`).',
    fastify: 'Routes on Fastify (`host=fastify`).',
    runs: 'Runs: request streams that are stored (`runs=true`).',
  },
  'Behind the generated models': {
    model: 'What each model of a payload has.',
    parameters: 'Models of address parameters and queries.',
    validation: 'The helpers of generated validators.',
    formats: 'The checks of `format`.',
    'formats-uri': 'The checks of the URI formats.',
    'standard-schema': 'Standard Schema, for models.',
    contract: 'The contract number of the code and of the package (`runtime=package`).',
  },
}

/** The first page of the reference, and a description on each of the others. */
function describeModules() {
  const described = Object.values(MODULES).flatMap((group) => Object.keys(group))
  const others = readdirSync(join(PAGES, 'reference'))
    .map((name) => name.replace(/\.md$/, ''))
    .filter((name) => name !== 'index' && !described.includes(name))
  const groups = { ...MODULES }
  if (others.length > 0) groups['More'] = Object.fromEntries(others.map((name) => [name, '']))
  const tables = Object.entries(groups).map(([title, modules]) => {
    const rows = Object.entries(modules).map(
      ([name, description]) => `| [${name}](/reference/${name}) | ${description} |`,
    )
    return `## ${title}\n\n| module | content |\n| --- | --- |\n${rows.join('\n')}\n`
  })
  put(
    'reference/index.md',
    `# Reference of the runtime\n\n${REFERENCE_INTRODUCTION}\n\n${tables.join('\n')}`,
  )
  for (const [name, description] of Object.values(MODULES).flatMap(Object.entries)) {
    const path = join(PAGES, 'reference', `${name}.md`)
    const text = readFileSync(path, 'utf8').replace(/^# .*$/m, `# ${name}\n\n${description}`)
    writeFileSync(path, text)
  }
}

const REFERENCE_INTRODUCTION =
  'These pages are made from the comments of the code. Generated code calls most of the functions; the types describe the options and results that you use. Import a module from the output, `./__gen__/runtime/redis`, or with `runtime=package` from the package, `asyncapi-eventsource-runtime/redis`.'

/** The reference: a page for each module in the root of runtime/. */
async function putReference() {
  const app = await Application.bootstrapWithPlugins({
    plugin: ['typedoc-plugin-markdown'],
    entryPoints: readdirSync(join(ROOT, 'runtime'))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(ROOT, 'runtime', name)),
    tsconfig: join(ROOT, 'runtime/tsconfig.json'),
    basePath: join(ROOT, 'runtime'),
    name: 'Reference of the runtime',
    readme: 'none',
    router: 'module',
    entryFileName: 'index',
    indexFormat: 'table',
    hidePageHeader: true,
    hideBreadcrumbs: true,
    hideGroupHeadings: true,
    disableSources: true,
    excludeInternal: true,
    excludeExternals: true,
    useCodeBlocks: true,
    expandParameters: true,
    parametersFormat: 'table',
    tableColumnSettings: { hideSources: true, hideInherited: true, hideOverrides: true },
    sanitizeComments: true,
    logLevel: 'Error',
    outputs: [{ name: 'markdown', path: join(PAGES, 'reference') }],
  })
  const project = await app.convert()
  if (project !== undefined) await app.generateOutputs(project)
  if (app.logger.hasErrors()) throw new Error('typedoc failed')
  describeModules()
}

export async function makePages() {
  rmSync(PAGES, { recursive: true, force: true })
  mkdirSync(PAGES, { recursive: true })
  putDocs()
  await putReference()
}

/** Makes the pages of docs/ again after each change there. */
export function watchDocs() {
  watch(join(ROOT, 'docs'), () => putDocs())
}
