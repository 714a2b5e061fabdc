import { compile } from '../../support/compile'
import { parseDocument } from '../../support/document'
import { outputOf } from '../../support/output'

const apiKey = (place: string): object => ({ type: 'httpApiKey', in: place, name: 'key' })

const schemes = {
  token: { type: 'http', scheme: 'bearer' },
  login: { type: 'http', scheme: 'basic' },
  query: apiKey('query'),
  header: apiKey('header'),
  cookie: apiKey('cookie'),
}

/** Ways to authenticate, each made of schemes that are all needed. */
type Alternatives = (keyof typeof schemes)[][]

const EACH: Alternatives = [['token'], ['login'], ['query'], ['header'], ['cookie']]

/** The output for a channel that requires one of these. */
async function outputFor(client: string, alternatives: Alternatives) {
  const document = await parseDocument({
    asyncapi: '2.6.0',
    info: { title: 'Test', version: '1' },
    servers: {
      main: {
        url: 'example.com',
        protocol: 'https',
        security: alternatives.map((ids) => Object.fromEntries(ids.map((id) => [id, []]))),
      },
    },
    channels: { ticks: { subscribe: { message: { payload: { type: 'number' } } } } },
    components: { securitySchemes: schemes },
  })
  return outputOf(document, { client, side: 'client' })
}

/** Which of these options a generated function takes, according to the compiler. */
async function taken(
  client: string,
  alternatives: Alternatives,
  candidates: readonly string[],
): Promise<string[]> {
  const output = await outputFor(client, alternatives)
  const files = Object.fromEntries(
    candidates.map((auth, index) => [
      `use${index}.ts`,
      `import { listenForTicks } from './channels/index'
listenForTicks(() => undefined, { ${auth} })`,
    ]),
  )
  const problems = compile({ ...output, ...files }, { types: ['node'] })
  expect(problems.filter((problem) => !problem.startsWith('use'))).toEqual([])
  return candidates.filter((_, index) => !problems.some((one) => one.startsWith(`use${index}.ts`)))
}

const token = "auth: { token: async () => 'abc' }"
const login = "auth: { login: { username: 'ada', password: 'x' } }"
const query = "auth: { query: () => 'abc' }"
const header = "auth: { header: 'abc' }"
const cookie = "auth: { cookie: 'abc' }"
const both = "auth: { query: 'abc', token: 'abc' }"
const authorization = "authorization: 'abc'"
const all = [token, login, query, header, cookie, both, authorization]

test('client=fetch supports every scheme of the document', async () => {
  expect(await taken('fetch', EACH, all)).toEqual(all)
})

describe('client=eventsource accepts the credentials that EventSource can send', () => {
  test('API keys in the query, whatever else there is', async () => {
    expect(await taken('eventsource', EACH, all)).toEqual([query])
  })

  test('the key beside a cookie, which the browser sends', async () => {
    expect(await taken('eventsource', [['query', 'cookie']], all)).toEqual([query])
  })

  test('nothing if a header is needed too', async () => {
    expect(await taken('eventsource', [['query', 'token']], all)).toEqual([])
  })

  test('nothing if it can send nothing; then there is no code for it', async () => {
    expect(await taken('eventsource', [['token'], ['cookie']], [...all, 'auth: {}'])).toEqual([])
    const { 'channels/event_source_client.ts': module } = await outputFor('eventsource', [
      ['token'],
    ])
    expect(module).not.toMatch(/auth|Provided/i)
  })
})
