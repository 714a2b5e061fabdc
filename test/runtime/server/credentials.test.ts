import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import express, { type Router } from 'express'
import { compile } from '../../support/compile'
import { parseDocument } from '../../support/document'
import { scratchFolder } from '../../support/folder'
import { outputOf } from '../../support/output'
import { Hosts } from './support/host'

const apiKey = (place: string): object => ({ type: 'httpApiKey', in: place, name: 'x-key' })

const schemes = {
  token: { type: 'http', scheme: 'bearer', description: 'Of the session.' },
  login: { type: 'http', scheme: 'basic' },
  'in-header': apiKey('header'),
  query: apiKey('query'),
  cookie: apiKey('cookie'),
  oauth: { type: 'oauth2', flows: { implicit: { authorizationUrl: 'https://a.b', scopes: {} } } },
  oidc: { type: 'openIdConnect', openIdConnectUrl: 'https://a.b' },
}

async function output(): Promise<Record<string, string>> {
  const message = { payload: { type: 'number' } }
  const document = await parseDocument({
    asyncapi: '2.6.0',
    info: { title: 'Test', version: '1' },
    servers: {
      main: {
        url: 'example.com',
        protocol: 'https',
        security: Object.keys(schemes).map((id) => ({ [id]: [] })),
      },
      open: { url: 'example.com', protocol: 'https' },
    },
    channels: {
      'ticks/{id}': { servers: ['main'], parameters: { id: {} }, subscribe: { message } },
      // What would be its own type of credentials is the name of a type of the runtime.
      basic: { servers: ['main'], subscribe: { message } },
      open: { servers: ['open'], subscribe: { message } },
    },
    components: { securitySchemes: schemes },
  })
  return outputOf(document, { side: 'server', host: 'express,fetch,node,fastify' })
}

describe('The credentials that authorize gets', () => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  it('are typed by the security schemes of the channel', async () => {
    const uses = (body: string): string => `
import { Router } from 'express'
import { createTicksIdHub, registerSendTicksId, registerSendOpen } from './channels/index'
import { registerSendTicksId as registerFastify } from './channels/event_source_fastify'
import { handleTicksId as handleFetch } from './channels/event_source_fetch'
import { handleTicksId as handleNode } from './channels/event_source_node'
import fastify from 'fastify'
${body}
export const all = [Router, fastify, createTicksIdHub, registerSendTicksId, registerSendOpen, registerFastify, handleFetch, handleNode]
`
    const body = `{
  const texts: (string | undefined)[] = [token, query, cookie, oauth, oidc, inHeader]
  return texts.includes(id) && login?.username === login?.password
}`
    const shape = "{ token, login, query, cookie, oauth, oidc, 'in-header': inHeader }"
    const authorize = `authorize: async (_request, { id }, ${shape}) => ${body}`
    const problems = compile(
      {
        ...(await output()),
        'right.ts': uses(`
createTicksIdHub({ ${authorize} })
registerSendTicksId(Router(), () => undefined, { ${authorize} })
registerFastify(fastify(), () => undefined, { ${authorize} })
handleFetch(() => undefined, { ${authorize} })
handleNode(() => undefined, { ${authorize} })
createTicksIdHub({ authorize: false })
registerSendOpen(Router(), () => undefined, { authorize: () => true })
`),
        'unknown.ts': uses('createTicksIdHub({ authorize: (_q, _p, { tokn }) => tokn === 1 })'),
        'absent.ts': uses(
          "createTicksIdHub({ authorize: (_q, _p, { token }) => token.startsWith('t') })",
        ),
        'credential.ts': uses('createTicksIdHub({ authorize: (_q, _p, { token }) => token })'),
        'nothing.ts': uses('createTicksIdHub({ authorize: () => undefined })'),
        'missing.ts': uses('createTicksIdHub()'),
        'forgotten.ts': uses('registerSendTicksId(Router(), () => undefined, { heartbeat: 1 })'),
        'identity.ts': uses(`
registerSendTicksId<{ name: string }>(
  Router(),
  async (_req, _res, _next, _parameters, sendEvent) => { sendEvent.identity.name satisfies string },
  { authorize: () => ({ name: 'ada' }) },
)
handleFetch(({ sendEvent }) => { sendEvent.identity satisfies undefined }, { authorize: () => true })
const authorize = async (): Promise<{ name: string } | 403> => ({ name: 'ada' })
handleNode((_req, _res, _parameters, sendEvent) => { void sendEvent.identity.name }, { authorize })
`),
      },
      { types: ['node'], esModuleInterop: true },
    )
    expect(problems).toEqual([
      expect.stringMatching(/^absent\.ts.*'token' is possibly 'undefined'/),
      expect.stringMatching(/^credential\.ts.*is not assignable to type.*AuthorizeResult/),
      expect.stringMatching(/^forgotten\.ts.*'authorize' is missing/),
      expect.stringMatching(/^missing\.ts.*Expected 1 arguments/),
      expect.stringMatching(/^nothing\.ts.*is not assignable to type/),
      expect.stringMatching(/^unknown\.ts.*'tokn' does not exist/),
    ])
  })

  it('are what the request presents', async () => {
    const folder = scratchFolder()
    for (const [path, text] of Object.entries(await output())) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    const { registerSendTicksId } = (await import(
      join(folder, 'channels/event_source_express.ts')
    )) as {
      registerSendTicksId(router: Router, callback: () => void, options: object): void
    }
    const app = express()
    const seen: unknown[] = []
    registerSendTicksId(app, () => undefined, {
      authorize: (_request: unknown, parameters: object, credentials: object) => {
        seen.push({ ...parameters, ...credentials })
        return true
      },
    })
    const url = `${await hosts.serve(app)}/ticks/7`
    const bearer = { authorization: 'Bearer abc', 'x-key': 'h', cookie: 'x-key=c' }
    const basic = { authorization: `Basic ${btoa('ada:pass')}` }
    await hosts.open(`${url}?x-key=q`, { headers: bearer })
    await hosts.open(url, { headers: basic })
    await hosts.open(url)
    const token = 'abc'
    expect(seen).toEqual([
      { id: '7', token, oauth: token, oidc: token, 'in-header': 'h', query: 'q', cookie: 'c' },
      { id: '7', login: { username: 'ada', password: 'pass' } },
      { id: '7' },
    ])
  })
})
