// Which folder may import which. `npm run lint` checks it; docs/architecture.md shows the same list.
// A folder may always import itself, as long as no circle arises.
const ALLOWED = {
  filters: [],

  'pipeline/document': ['pipeline/*', 'filters'],
  'pipeline/schema': ['pipeline/*', 'filters'],
  'pipeline/codegen': ['pipeline/*', 'pipeline/schema', 'filters', 'runtime'],
  'pipeline/samples': ['pipeline/*', 'pipeline/schema', 'pipeline/codegen', 'filters', 'runtime'],
  'pipeline/view': [
    'pipeline/*',
    'pipeline/document',
    'pipeline/schema',
    'pipeline/codegen',
    'pipeline/samples',
    'filters',
    'runtime/server',
  ],
  'pipeline/render': ['pipeline/*', 'pipeline/codegen', 'pipeline/view', 'filters'],
  'pipeline/output': ['pipeline/*', 'pipeline/render'],

  'runtime/core': [],
  'runtime/client': ['runtime/core'],
  'runtime/ui': ['runtime/client'],
  'runtime/server': ['runtime/core'],
  'runtime/brokers': ['runtime/core'],
  'runtime/brokers/redis': ['runtime/core', 'runtime/brokers', 'runtime/runs'],
  'runtime/hub': ['runtime/core', 'runtime/server', 'runtime/brokers'],
  'runtime/runs': ['runtime/core', 'runtime/server'],
}

/** Files of `pipeline/` itself that every phase may import; the others, and `pipeline/command`, run the phases. */
const BASE = 'diagnostics|json|json-pointer|options|pack|short-names|suggest'

/** Paths of a folder: of all below it, or (`runtime`, `pipeline/*`) only of the files in it. */
function pathsOf(folder) {
  if (folder === 'pipeline/*') return `^pipeline/(${BASE})\\.ts$`
  if (folder === 'runtime') return '^runtime/[^/]+\\.ts$'
  if (folder === 'runtime/brokers') return '^runtime/brokers/[^/]+\\.ts$'
  return `^${folder}/`
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(ALLOWED).map(([folder, others]) => ({
      name: `${folder} imports only ${others.join(', ') || 'itself'}`,
      severity: 'error',
      from: { path: pathsOf(folder) },
      to: {
        path: '^(filters|pipeline|runtime)/',
        pathNot: [folder, ...others].map(pathsOf),
      },
    })),
    {
      name: 'the base of pipeline/ imports no phase',
      severity: 'error',
      from: { path: pathsOf('pipeline/*') },
      to: { path: '^(filters|pipeline|runtime)/', pathNot: pathsOf('pipeline/*') },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'node_modules' },
  },
}
