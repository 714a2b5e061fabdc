import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { listen } from '../../../runtime/fetch-client'
import { whenInstalled } from '../../support/requirement'
import { ticks, type Tick } from './support/channels'
import { record } from './support/recorder'
import { serveWith, streaming, type TestServer } from './support/server'

const hook = join(__dirname, '../../support/typescript-hook.js')

type Ticks = { tick: Tick | null }

whenInstalled(
  'openssl',
  'openssl',
  'apt-get install openssl',
)('TLS', () => {
  let folder: string
  let server: TestServer
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'client-tls-'))
    const key = join(folder, 'key.pem')
    const cert = join(folder, 'cert.pem')
    const request = '-x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost'.split(' ')
    const names = ['-addext', 'subjectAltName=IP:127.0.0.1']
    const files = ['-keyout', key, '-out', cert]
    execFileSync('openssl', ['req', ...request, ...names, ...files], { stdio: 'ignore' })
    const secure = createServer({ key: readFileSync(key), cert: readFileSync(cert) })
    server = await serveWith(secure, [streaming('data: {"n":1}\n\n')])
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true })
  })

  test('an untrusted certificate is a network error with that reason', async () => {
    const { listener, count } = record<Ticks>()
    const subscription = listen(ticks, listener, null, { baseUrl: server.url })
    const [call] = await count(1)
    subscription.close()
    expect(call?.details.cause).toMatchObject({ code: 'network', retrying: true })
    expect(call?.error).toMatch(/self.signed certificate/)
  })

  test('one that is trusted is not', async () => {
    // The platform reads what it trusts at its start.
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['-r', hook, join(__dirname, 'smoke/idle.ts'), 'close', server.url],
      { env: { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem') } },
    )
    expect(stdout).toBe('undefined\n')
  })
})
