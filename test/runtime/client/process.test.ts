import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { serveSmoke } from './smoke/server'
import { serve, status } from './support/server'

const root = join(__dirname, '../../..')

/** Runs a script in a process of its own, until that ends by itself. */
async function run(script: string, ...args: string[]): Promise<string[]> {
  const hook = join(root, 'test/support/typescript-hook.js')
  const file = join(__dirname, 'smoke', script)
  const { stdout } = await promisify(execFile)(process.execPath, ['-r', hook, file, ...args])
  return stdout.trim().split('\n')
}

test('a process ends after its last subscription has ended', async () => {
  const server = await serveSmoke()
  const [verdict = ''] = await run('smoke.ts', server.url)
  await server.close()
  expect(JSON.parse(verdict)).toMatchObject({ ok: true })
  expect(server.requests).toHaveLength(6)
})

test('a process that only listens keeps running, as long as there is a next attempt', async () => {
  const server = await serve(status(503))
  const lines = await run('idle.ts', server.url)
  await server.close()
  expect(lines).toEqual(Array.from({ length: 4 }, () => 'The server answered with status 503'))
})

test('a process ends when its subscription is closed, though a delay is running', async () => {
  const server = await serve(status(503, { 'Retry-After': '3600' }))
  const lines = await run('idle.ts', 'close', server.url)
  await server.close()
  expect(lines).toEqual(['The server answered with status 503'])
})
