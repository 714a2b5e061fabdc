import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { compile } from '../support/compile'
import { parseFile } from '../support/document'
import { scratchFolder } from '../support/folder'
import { outputOf } from '../support/output'
import { whenPackageInstalled } from '../support/requirement'

const root = join(__dirname, '../..')
const compat = join(root, 'test/compat')

/** A router of oRPC that takes generated models as schemas of its input and output. */
const PROGRAM = `import { os } from '@orpc/server'
import { RPCHandler } from '@orpc/server/node'
import { Counted, Joined, Said, type SaidInterface } from './__gen__/payloads/index'

export const router = {
  join: os
    .input(Joined)
    .output(Said)
    .handler(({ input }): SaidInterface => ({
      user: input.user,
      text: [input instanceof Joined, input.marshal()].join(' '),
    })),
  count: os.input(Counted).handler(({ input }) => input + 1),
  wrong: os.output(Said).handler(() => ({ text: 1 }) as never),
}
export const handler = new RPCHandler(router)
`

const WRONG = `import { call } from '@orpc/server'
import { router } from './program'

export const sum: Promise<number> = call(router.count, 1)
// @ts-expect-error the input is no user
export const joined = call(router.join, { user: 1 })
`

interface Handler {
  handle(request: unknown, response: unknown, options: object): Promise<unknown>
}

whenPackageInstalled(
  'oRPC',
  join(compat, 'node_modules/@orpc/server'),
  'npm ci --prefix test/compat',
)('A procedure of oRPC', () => {
  let files: Record<string, string>
  let url: string
  const server = createServer()

  beforeAll(async () => {
    files = outputOf(await parseFile(join(root, 'examples/rooms.yaml')))
    const folder = scratchFolder()
    for (const [path, text] of Object.entries({ ...generated(), 'program.ts': PROGRAM })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    const outfile = join(folder, 'program.cjs')
    await build({
      entryPoints: [join(folder, 'program.ts')],
      outfile,
      bundle: true,
      format: 'cjs',
      platform: 'node',
      nodePaths: [join(compat, 'node_modules')],
    })
    const { handler } = (await import(outfile)) as { handler: Handler }
    server.on('request', (request, response) => {
      void handler.handle(request, response, { context: {} })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })

  const generated = (): Record<string, string> =>
    Object.fromEntries(Object.entries(files).map(([path, text]) => [`__gen__/${path}`, text]))

  async function call(name: string, input: unknown): Promise<{ status: number; json: unknown }> {
    const response = await fetch(`${url}/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ json: input }),
    })
    return { status: response.status, json: ((await response.json()) as { json: unknown }).json }
  }

  const ada = { id: 'u1', name: 'Ada' }

  it('has the types of the models', () => {
    // Inside test/compat, so that its packages resolve.
    const folder = '../test/compat/orpc'
    const program = { ...generated(), 'program.ts': PROGRAM, 'wrong.ts': WRONG }
    const own = Object.fromEntries(
      Object.entries(program).map(([path, text]) => [`${folder}/${path}`, text]),
    )
    expect(compile(own, { types: ['node'] })).toEqual([])
  })

  it('gets an instance of a model', async () => {
    expect(await call('join', { user: ada })).toEqual({
      status: 200,
      json: { user: ada, text: `true ${JSON.stringify({ user: ada })}` },
    })
    expect(await call('count', 1)).toEqual({ status: 200, json: 2 })
  })

  it('refuses invalid input with the place of each error', async () => {
    const { status, json } = await call('join', { user: { id: 1 }, at: 'today' })
    expect(status).toBe(400)
    const { issues } = (json as { data: { issues: { path: unknown[] }[] } }).data
    expect(issues.map(({ path }) => path)).toEqual([['user', 'id'], ['user', 'name'], ['at']])
  })

  it('fails if its output is invalid', async () => {
    expect((await call('wrong', undefined)).status).toBe(500)
  })
})
