import ts from 'typescript'
import { RESERVED_NAMES } from '../../../pipeline/view/reserved-names'
import { parseFile } from '../../support/document'
import { outputOf } from '../../support/output'

/** Every name that a module of the output imports or exports by name, other than the document's own. */
function namesIn(path: string, text: string): string[] {
  const names: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isImportSpecifier(node) || ts.isExportSpecifier(node)) names.push(node.name.text)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true))
  return names
}

const MODULES = [
  'channels/event_source_client.ts',
  'channels/event_source_express.ts',
  'channels/event_source_server.ts',
  'index.ts',
]

// llm-chat has a channel that answers a request; its modules import what other channels do not need.
test.each(['rooms', 'llm-chat'])(
  'whatever the output of %s takes from the runtime or from Express is reserved',
  async (example) => {
    const files = outputOf(await parseFile(`examples/${example}.yaml`), { runs: 'true' })
    const paths = Object.keys(files).filter(
      (path) => path === 'index.ts' || path.startsWith('channels/event'),
    )
    expect(paths.sort()).toEqual(MODULES)
    const models = Object.keys(files).flatMap(
      (path) => /^(?:payloads|parameters|headers)\/(\w+)\.ts$/.exec(path)?.[1] ?? [],
    )
    // Types of a channel (`<Name>SendEvents`, `<Name>Content`) are given out together with the names of models.
    const server = files['channels/event_source_server.ts'] ?? ''
    const channels = [...server.matchAll(/export function create(\w+?)(?:Hub|Runs)\b/g)].map(
      ([, name = '']) => name,
    )
    expect(channels).not.toEqual([])
    const own = [...models, ...channels]
    const free = paths
      .flatMap((path) => namesIn(path, files[path] ?? ''))
      .filter((name) => /^[A-Z]/.test(name) && !RESERVED_NAMES.includes(name))
      .filter((name) => !own.some((model) => name.startsWith(model)))
    expect(free).toEqual([])
  },
)
