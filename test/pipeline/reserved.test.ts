import ts from 'typescript'
import { RESERVED_NAMES } from '../../pipeline/reserved'
import { parseFile } from '../support/document'
import { outputOf } from '../support/output'

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

test('whatever the output takes from the runtime or from Express is reserved', async () => {
  const files = outputOf(await parseFile('examples/rooms.yaml'))
  const paths = Object.keys(files).filter(
    (path) => path === 'index.ts' || path.startsWith('channels/event'),
  )
  expect(paths).toHaveLength(3)
  const own = Object.keys(files).flatMap(
    (path) => /^(?:payloads|parameters|headers)\/(\w+)\.ts$/.exec(path)?.[1] ?? [],
  )
  const free = paths
    .flatMap((path) => namesIn(path, files[path] ?? ''))
    .filter((name) => /^[A-Z]/.test(name) && !RESERVED_NAMES.includes(name))
    .filter((name) => !own.some((model) => name.startsWith(model)))
  expect(free).toEqual([])
})
