import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { createClient, createCluster } from 'redis'
import type { Broker } from '../../../../runtime/brokers/broker'
import { redisBroker } from '../../../../runtime/redis'
import type { RedisCluster } from '../../../../runtime/redis'
import { Brokers, HUB } from './support/harness'
import { RedisServer, describeRedis } from './support/redis-server'
import { freePort } from '../../../support/free-port'
import { RecordingSink } from './support/sink'

describeRedis('A Redis broker takes over from its client', () => {
  const brokers = new Brokers()
  const opened: Broker[] = []
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

  it('a password, which no error contains', async () => {
    const redis = await RedisServer.start('--requirepass', 'secret')
    const url = `redis://:hunter2@127.0.0.1:${redis.port}`
    const wrong = brokers.make(createClient({ url }))
    const refused: unknown = await wrong.append('r', '', '').catch((error: unknown) => error)
    await redis.close()
    const away: unknown = await wrong.append('r', '', '').catch((error: unknown) => error)
    expect(inspect(refused, { depth: 8, showHidden: true })).toMatch(/WRONGPASS|ERR/)
    for (const error of [refused, away]) {
      expect(error).toBeInstanceOf(Error)
      expect(inspect(error, { depth: 8, showHidden: true })).not.toContain('hunter2')
    }
  })

  it('a password for a cluster, and reports that it is wrong', async () => {
    const redis = await RedisServer.start('--cluster-enabled', 'yes', '--requirepass', 'secret')
    const client = (password: string): RedisCluster =>
      createCluster({ rootNodes: [{ url: redis.url }], defaults: { password } })
    await expect(redisBroker(client('x'))(HUB).append('r', '', '')).rejects.toMatchObject({
      outcome: 'refused',
      message: expect.stringMatching(/WRONGPASS/) as string,
    })
    await expect(redisBroker(client('secret'))(HUB).append('r', '', '')).rejects.toMatchObject({
      message: expect.stringMatching(/no node of the cluster has the slot/) as string,
    })
    await redis.close()
  })

  it('credentials that are read again for each connection', async () => {
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

  it('a user with only the permissions of docs/scaling.md', async () => {
    const docs = readFileSync(join(__dirname, '../../../../docs/scaling.md'), 'utf8')
    const rule = /^ACL SETUSER .*$/m.exec(docs)?.[0] ?? ''
    const redis = await RedisServer.start()
    await redis.command(...rule.split(' '))
    const client = redis.client({ username: 'sse', password: 'secret' })
    const factory = redisBroker(client, { block: 600_000, maxAddresses: 1, maxAge: 60_000 })
    const sinks = [new RecordingSink(), new RecordingSink()]
    for (const [n, sink] of sinks.entries()) {
      const broker = factory({ ...HUB, name: `Hub${n}` })
      await broker.append('before', '', '')
      await broker.open(sink)
      for (let count = 0; count < 5; count++) await broker.append(`r/${count}`, '', '')
      await sink.until(({ live }) => live.length === 5)
      opened.push(broker)
    }
    await Promise.all(opened.splice(0).map((broker) => broker.close()))
    const denied = ((await redis.command('ACL', 'LOG')) as string[][]).map((entry) => entry[7])
    // node-redis sends its name, and ignores the error.
    expect(denied.filter((command) => command !== 'client|setinfo')).toEqual([])
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
