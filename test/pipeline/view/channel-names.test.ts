import ts from 'typescript'
import { INDEX, identifiersOf } from '../../../pipeline/view/channel-names'
import { compile } from '../../support/compile'
import { parseDocument } from '../../support/document'
import { outputOf } from '../../support/output'

const ALL = {
  host: 'express,fetch,node,fastify',
  ui: 'react,vue,svelte,angular,rxjs',
  runs: 'true',
}

const text = { payload: { type: 'string' } }

/** Channels with every member that adds a generated name: parameters, a query, a body, credentials. */
const complete = {
  asyncapi: '3.0.0',
  info: { title: 'Test', version: '1' },
  channels: {
    herd: {
      address: 'zebra/{id}',
      parameters: { id: {} },
      messages: { seen: text },
    },
    answers: {
      address: 'okapi',
      messages: { question: text, answer: text },
      'x-eventsource': { method: 'POST' },
    },
    plain: { address: 'tapir', messages: { grazed: text } },
  },
  operations: {
    herd: {
      action: 'send',
      channel: { $ref: '#/channels/herd' },
      security: [{ $ref: '#/components/securitySchemes/token' }],
      bindings: {
        http: {
          query: {
            type: 'object',
            required: ['since'],
            properties: { since: { type: 'integer' } },
          },
        },
      },
    },
    ask: {
      action: 'receive',
      channel: { $ref: '#/channels/answers' },
      bindings: { http: { method: 'POST' } },
      messages: [{ $ref: '#/channels/answers/messages/question' }],
      reply: {
        channel: { $ref: '#/channels/answers' },
        messages: [{ $ref: '#/channels/answers/messages/answer' }],
      },
    },
  },
  components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
}

const NAMES = ['ZebraId', 'Okapi', 'Tapir']

/** Names of a module's top level: imports, declarations. */
function topLevelNames(path: string, content: string): string[] {
  const names: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isBlock(node)) return
    const isDeclaration =
      ts.isImportSpecifier(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isVariableDeclaration(node) ||
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node) ||
      ts.isClassDeclaration(node) ||
      ts.isEnumDeclaration(node)
    if (isDeclaration && node.name !== undefined) names.push(node.name.getText())
    else ts.forEachChild(node, visit)
  }
  ts.forEachChild(ts.createSourceFile(path, content, ts.ScriptTarget.ES2022, true), visit)
  return names
}

test('the registry has each name that a template derives from a channel, and no other', async () => {
  const files = outputOf(await parseDocument(complete), ALL)
  const exported = files['channels/index.ts'] ?? ''
  const used = new Set<string>()
  for (const [path, content] of Object.entries(files)) {
    const module = /^channels\/(event_source_\w+)\.ts$/.exec(path)?.[1]
    if (module === undefined) continue
    const isExported =
      exported.includes(`./${module}'`) || /_(express|fetch|node|fastify)$/.test(module)
    const derived = topLevelNames(path, content).filter((name) =>
      NAMES.some((channel) => name.toLowerCase().includes(channel.toLowerCase())),
    )
    expect(derived).not.toEqual([])
    for (const name of derived) used.add(`${isExported ? INDEX : module} ${name}`)
  }
  const registered = new Set(NAMES.flatMap((name) => identifiersOf(name)))
  expect([...used].filter((name) => !registered.has(name)).sort()).toEqual([])
  const generic = (names: Iterable<string>): string[] => [
    ...new Set(
      [...names].map((one) =>
        one.replace(/ZebraId|Okapi|Tapir/, '<Name>').replace(/zebraId|okapi|tapir/, '<name>'),
      ),
    ),
  ]
  expect(generic(used).sort()).toEqual(generic(registered).sort())
})

/** A channel for each address. */
function documentOf(addresses: readonly string[]): object {
  const channels = addresses.map((address, index) => [
    `c${index}`,
    { address, messages: { m: text } },
  ])
  return {
    asyncapi: '3.0.0',
    info: { title: 'Test', version: '1' },
    channels: Object.fromEntries(channels) as object,
  }
}

test.each([
  { module: 'client', addresses: ['stream', 'channel', 'orders/channel', 'stream/orders'] },
  { module: 'fetch', addresses: ['orders/channel', 'handle/orders'] },
  { module: 'svelte', addresses: ['user', 'create/user'] },
  { module: 'react', addresses: ['use/a', 'a/query/options'] },
])(
  'if two functions of the module $module would have one name, a channel gets another name',
  async ({ module, addresses }) => {
    const files = outputOf(await parseDocument(documentOf(addresses)), ALL)
    const isChecked = (path: string): boolean => path === `channels/event_source_${module}.ts`
    expect(compile(files, {}, isChecked)).toEqual([])
  },
)

test('channels whose functions differ, or are in different modules, have the names of their addresses', async () => {
  const addresses = ['stream', 'source', 'user', 'stream/user', 'use/user', 'user/data']
  const files = outputOf(await parseDocument(documentOf(addresses)), ALL)
  const client = files['channels/event_source_client.ts'] ?? ''
  expect([...client.matchAll(/function stream(\w+)/g)].map(([, name]) => name)).toEqual([
    'Stream',
    'Source',
    'User',
    'StreamUser',
    'UseUser',
    'UserData',
  ])
  expect(compile(files, {}, (path) => path.startsWith('channels/'))).toEqual([])
})
