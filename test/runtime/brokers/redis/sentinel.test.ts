import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from 'redis'
import { redisBroker } from '../../../../runtime/redis'
import { HUB } from './support/harness'
import { RedisServer, describeRedis } from './support/redis-server'
import { freePort } from '../../../support/free-port'
import { RecordingSink } from './support/sink'

/** ms */
const QUICK = { timeout: 1000, block: 100 }

describeRedis('A Redis broker behind Sentinel', () => {
  const running: { kill(): unknown }[] = []
  afterEach(async () => {
    for (const each of running.splice(0).reverse()) await each.kill()
  })

  it('follows a failover, with the function of docs/scaling.md', async () => {
    const primary = await RedisServer.start('--repl-diskless-sync-delay', '0')
    const replica = await RedisServer.start('--replicaof', `127.0.0.1 ${primary.port}`)
    running.push(primary, replica)
    const port = await freePort()
    const config = join(replica.folder, 'sentinel.conf')
    writeFileSync(
      config,
      `port ${port}
dir ${replica.folder}
sentinel monitor mymaster 127.0.0.1 ${primary.port} 1
sentinel down-after-milliseconds mymaster 500
sentinel failover-timeout mymaster 2000
`,
    )
    const process = spawn('redis-server', [config, '--sentinel'], { stdio: 'ignore' })
    running.push(process)
    await once(process, 'spawn')
    const sentinel = createClient({ url: `redis://127.0.0.1:${port}` })
    sentinel.on('error', () => undefined)
    const broker = redisBroker(async () => {
      if (!sentinel.isOpen) await sentinel.connect()
      const answer = await sentinel.sendCommand(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'mymaster'])
      const [host, at] = answer as unknown as [string, string]
      return createClient({ socket: { host, port: Number(at) } })
    }, QUICK)(HUB)
    const sink = new RecordingSink()
    await broker.open(sink)
    await broker.append('r', '', 'before')
    await sink.until(({ live }) => live.length === 1)
    // Sentinel must have found the replica, and the replica must have the event.
    while (!String(await sentinel.sendCommand(['SENTINEL', 'REPLICAS', 'mymaster'])));
    while ((await replica.command('XLEN', 'sse:{Rooms}:events')) !== 1);
    await primary.kill()
    let id: string | undefined
    while (id === undefined) id = await broker.append('r', '', 'after').catch(() => undefined)
    await sink.until(({ live }) => live.at(-1)?.id === id)
    expect(sink.live.map(({ data }) => data)).toEqual(['before', 'after'])
    expect(sink.count('reset')).toBe(0)
    expect(await replica.command('XLEN', 'sse:{Rooms}:events')).toBe(2)
    await broker.close()
    sentinel.destroy()
    process.kill()
    await once(process, 'exit')
    await Promise.all([primary.close(), replica.close()])
  })
})
