import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from 'redis'
import { Brokers } from './harness'
import { RedisServer, describeRedis, freePort } from './redis-server'

describeRedis('A Redis broker takes over from its client', () => {
  const brokers = new Brokers()
  afterEach(() => brokers.close())

  it('password and database', async () => {
    const redis = await RedisServer.start('--requirepass', 'secret')
    const refused = brokers.make(redis.client())
    await expect(refused.append('r', '', '')).rejects.toMatchObject({
      message: expect.stringMatching(/NOAUTH/) as string,
    })
    const client = createClient({ url: `redis://:secret@127.0.0.1:${redis.port}/3` })
    const { broker, sink } = await brokers.open(client)
    await broker.append('r', '', '')
    await sink.until(({ live }) => live.length === 1)
    await client.connect()
    expect(await client.keys('*')).toHaveLength(2)
    client.destroy()
    await redis.close()
  })

  it('credentials that are asked for anew at each connection', async () => {
    const redis = await RedisServer.start('--requirepass', 'first')
    let password = 'first'
    const client = redis.client({
      credentialsProvider: {
        type: 'async-credentials-provider',
        credentials: () => Promise.resolve({ username: 'default', password }),
      },
    })
    const { broker, sink } = await brokers.open(client)
    await broker.append('r', '', '')
    const admin = createClient({ url: redis.url, password })
    await admin.connect()
    await admin.configSet('requirepass', 'second')
    password = 'second'
    await admin.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'])
    admin.destroy()
    await sink.until((each) => each.count('up') === 2)
    await broker.append('r', '', '')
    await sink.until(({ live }) => live.length === 2)
    await redis.close()
  })

  it('TLS, and its trust', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'redis-tls-'))
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    execFileSync(
      'openssl',
      `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost
       -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout ${key} -out ${certificate}`.split(
        /\s+/,
      ),
      { stdio: 'ignore' },
    )
    const port = await freePort()
    const redis = await RedisServer.start(
      ...['--tls-port', `${port}`, '--tls-auth-clients', 'no'],
      ...['--tls-key-file', key, '--tls-cert-file', certificate],
    )
    const url = `rediss://127.0.0.1:${port}`
    const distrusting = brokers.make(createClient({ url }))
    await expect(distrusting.append('r', '', '')).rejects.toMatchObject({
      message: expect.stringMatching(/self-signed certificate/) as string,
    })
    const ca = readFileSync(certificate)
    const { broker, sink } = await brokers.open(createClient({ url, socket: { tls: true, ca } }))
    await broker.append('r', '', '')
    await sink.until(({ live }) => live.length === 1)
    await redis.close()
    rmSync(folder, { recursive: true })
  })
})
