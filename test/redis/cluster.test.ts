import { execFileSync } from 'node:child_process'
import { createClient, createCluster } from 'redis'
import { createCluster as createCluster5 } from 'redis5'
import { redisBroker } from '../../runtime/redis'
import { slotOf } from '../../runtime/redis-cluster'
import type { RedisCluster } from '../../runtime/redis'
import type { Broker } from '../../runtime/broker'
import { HUB, appendAll } from './harness'
import { RedisServer, describeRedis, freePort } from './redis-server'
import { RecordingSink } from './sink'

/** ms */
const QUICK = { timeout: 1000, block: 100 }
/** Each on another node: their slots are in different thirds. */
const NAMES = ['Rooms', 'Mail', 'Pulse', 'Notices', 'Ticks', 'Jobs']

describeRedis('A Redis broker in a cluster', () => {
  const nodes: RedisServer[] = []
  const brokers: Broker[] = []

  beforeAll(async () => {
    for (let n = 0; n < 3; n++) {
      const bus = String(await freePort())
      const flags = ['--cluster-enabled', 'yes', '--cluster-port', bus]
      nodes.push(await RedisServer.start(...flags, '--cluster-node-timeout', '2000'))
    }
    const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`)
    execFileSync('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes'])
    for (const node of nodes) {
      while (!String(await node.command('CLUSTER', 'INFO')).includes('cluster_state:ok'));
    }
  })
  afterEach(async () => {
    await Promise.all(brokers.splice(0).map((broker) => broker.close()))
  })
  afterAll(async () => {
    for (const node of nodes) await node.close()
  })

  const rootNodes = (): { url: string }[] => nodes.map(({ url }) => ({ url }))

  async function open(cluster: RedisCluster, name: string) {
    const broker = redisBroker(cluster, QUICK)({ ...HUB, name })
    brokers.push(broker)
    const sink = new RecordingSink()
    await broker.open(sink)
    return { broker, sink }
  }

  async function ownerOf(name: string): Promise<RedisServer> {
    for (const node of nodes) {
      const held = await node.command('EXISTS', `sse:{${name}}:tails`).catch(() => 0)
      if (held === 1) return node
    }
    throw new Error(`no node has ${name}`)
  }

  it.each(['Rooms', 'é', 'a b', 'x'.repeat(100)])('knows the slot of %j', async (name) => {
    const key = `sse:{${name}}:events`
    expect(slotOf(key)).toBe(await nodes[0]?.command('CLUSTER', 'KEYSLOT', key))
  })

  it.each([
    ['6', (): RedisCluster => createCluster({ rootNodes: rootNodes() })],
    ['5', (): RedisCluster => createCluster5({ rootNodes: rootNodes() })],
  ])('has each hub where its keys belong, with node-redis %s', async (version, cluster) => {
    const [one, other] = [redisBroker(cluster(), QUICK), redisBroker(cluster(), QUICK)]
    const owners = new Set<RedisServer>()
    for (const name of NAMES.map((each) => each + version)) {
      const hub = { ...HUB, name }
      const [a, b] = [one(hub), other(hub)]
      brokers.push(a, b)
      const [atA, atB] = [new RecordingSink(), new RecordingSink()]
      await Promise.all([a.open(atA), b.open(atB)])
      const ids = [...(await appendAll(a, 'r', 20)), ...(await appendAll(b, 'r', 20))]
      for (const sink of [atA, atB]) {
        await sink.until(({ live }) => live.length === 40)
        expect(sink.live.map(({ id }) => id)).toEqual(ids)
      }
      owners.add(await ownerOf(name))
    }
    expect(owners.size).toBe(3)
  })

  it('leaves no connection behind', async () => {
    const { broker } = await open(createCluster({ rootNodes: rootNodes() }), 'Gone')
    await broker.append('r', '', '')
    await broker.close()
    for (const node of nodes) {
      const others = async (): Promise<number> =>
        String(await node.command('CLIENT', 'LIST', 'TYPE', 'NORMAL'))
          .trim()
          .split('\n').length - 1
      while ((await others()) > 0);
    }
  })

  it('follows a hub whose slot moves to another node, and loses nothing', async () => {
    const cluster = createCluster({ rootNodes: rootNodes() })
    const { broker, sink } = await open(cluster, 'Moving')
    const ids = await appendAll(broker, 'r', 10)
    const from = await ownerOf('Moving')
    const to = nodes.find((node) => node !== from) as RedisServer
    const keys = ['sse:{Moving}:events', 'sse:{Moving}:tails'] as const
    const slot = String(slotOf(keys[0]))
    const [fromId, toId] = [
      String(await from.command('CLUSTER', 'MYID')),
      String(await to.command('CLUSTER', 'MYID')),
    ]
    await to.command('CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId)
    await from.command('CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId)
    const target = ['127.0.0.1', String(to.port)]
    await from.command('MIGRATE', ...target, '', '0', '5000', 'KEYS', ...keys)
    for (const node of [to, from, ...nodes]) {
      await node.command('CLUSTER', 'SETSLOT', slot, 'NODE', toId)
    }
    for (let n = 0; n < 10; n++) {
      // The first one finds out that the node is another.
      ids.push(await broker.append('r', '', '').catch(() => broker.append('r', '', '')))
    }
    await sink.until(({ live }) => live.length === 20)
    expect(sink.live.map(({ id }) => id)).toEqual(ids)
    expect(sink.count('reset')).toBe(0)
    expect(await ownerOf('Moving')).toBe(to)
  })
})

describeRedis('A Redis broker with a function', () => {
  it('asks it for each connection, so that it may lead to another Redis', async () => {
    const first = await RedisServer.start('--repl-diskless-sync-delay', '0')
    const second = await RedisServer.start()
    let url = first.url
    const broker = redisBroker(() => Promise.resolve(createClient({ url })), QUICK)(HUB)
    const sink = new RecordingSink()
    await broker.open(sink)
    await broker.append('r', '', 'first')
    await sink.until(({ live }) => live.length === 1)
    await second.command('REPLICAOF', '127.0.0.1', `${first.port}`)
    while (!String(await second.command('INFO', 'replication')).includes('master_link_status:up'));
    while ((await second.command('XLEN', 'sse:{Rooms}:events')) !== 1);
    await first.kill()
    await second.command('REPLICAOF', 'NO', 'ONE')
    url = second.url
    await broker.append('r', '', 'second').catch(() => broker.append('r', '', 'second'))
    await sink.until(({ live }) => live.length === 2)
    expect(sink.live.map(({ data }) => data)).toEqual(['first', 'second'])
    expect(sink.count('reset')).toBe(0)
    await broker.close()
    await Promise.all([first.close(), second.close()])
  })

  it('that finds nothing refuses to publish, in its words', async () => {
    const broker = redisBroker(() => Promise.reject(new Error('no primary')), QUICK)(HUB)
    const sink = new RecordingSink()
    const opened = broker.open(sink)
    await sink.until((each) => each.count('down') === 1)
    await expect(broker.append('r', '', '')).rejects.toMatchObject({
      outcome: 'refused',
      message: expect.stringMatching(/cannot be reached: no primary/) as string,
    })
    await broker.close()
    await opened
  })
})
