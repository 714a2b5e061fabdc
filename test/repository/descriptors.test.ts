import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

// Generated channel modules describe each channel to the runtime. A member that the runtime does not read only adds bytes.

const runtime = join(__dirname, '../../runtime')
const sources = readdirSync(runtime, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => {
    const text = readFileSync(join(runtime, path), 'utf8')
    return ts.createSourceFile(path, text, ts.ScriptTarget.ES2022)
  })

/** Names of the properties that the runtime reads: `channel.name`, `{ name } = channel`. */
const read = new Set<string>()
function collect(node: ts.Node): void {
  if (ts.isPropertyAccessExpression(node)) read.add(node.name.text)
  if (ts.isBindingElement(node)) {
    const name = node.propertyName ?? node.name
    if (ts.isIdentifier(name)) read.add(name.text)
  }
  ts.forEachChild(node, collect)
}
sources.forEach(collect)

test.each([
  ['core/channel.ts', 'ChannelDescriptor'],
  ['core/channel.ts', 'EventDescriptor'],
  ['client/types.ts', 'ClientChannel'],
  ['server/types.ts', 'ServerChannel'],
])('the runtime reads each member of %s %s', (path, name) => {
  const found = sources
    .find(({ fileName }) => fileName === path)
    ?.statements.find(
      (one): one is ts.InterfaceDeclaration =>
        ts.isInterfaceDeclaration(one) && one.name.text === name,
    )
  const members = (found?.members ?? []).flatMap(({ name: member }) =>
    member !== undefined && ts.isIdentifier(member) ? member.text : [],
  )
  expect(members.length).toBeGreaterThan(3)
  expect(members.filter((member) => !read.has(member))).toEqual([])
})
