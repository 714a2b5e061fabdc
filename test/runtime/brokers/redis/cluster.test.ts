import { execFileSync } from 'node:child_process'
import { createClient, createCluster } from 'redis'
import { createCluster as createCluster5 } from 'redis5'
import { redisBroker } from '../../../../runtime/redis'
import { slotOf } from '../../../../runtime/brokers/redis/cluster'
import type { RedisCluster } from '../../../../runtime/redis'
import type { Broker } from '../../../../runtime/brokers/broker'
import { HUB, appendAll } from './support/harness'
import { RedisServer, describeRedis } from './support/redis-server'
import { freePort } from '../../../support/free-port'
import { RecordingSink } from './support/sink'

/** ms */
const QUICK = { timeout: 1000, block: 100 }
/** A lookup ends after two thirds of the time; what remains is for a busy machine. */
const PATIENT = { timeout: 6000, block: 100 }
/** Each on another node: their slots are in different thirds. */
const NAMES = ['Rooms', 'Mail', 'Pulse', 'Notices', 'Ticks', 'Jobs']

/** By major version of node-redis. */
const CLUSTERS: [string, (rootNodes: { url: string }[]) => RedisCluster][] = [
  ['6', (rootNodes) => createCluster({ rootNodes })],
  ['5', (rootNodes) => createCluster5({ rootNodes })],
]

async function startNode(...flags: string[]): Promise<RedisServer> {
  const bus = ['--cluster-enabled', 'yes', '--cluster-port', String(await freePort())]
  return RedisServer.start(...bus, '--cluster-node-timeout', '2000', ...flags)
}

/** Bytes of the replication stream that a node has. */
async function offsetOf(node: RedisServer): Promise<number> {
  const info = String(await node.command('INFO', 'replication'))
  const role = info.includes('role:slave') ? 'slave' : 'master'
  return Number(new RegExp(`^${role}_repl_offset:(\\d+)`, 'm').exec(info)?.[1])
}

/** Three nodes, each with a third of the slots. */
async function startCluster(...flags: string[]): Promise<RedisServer[]> {
  const nodes: RedisServer[] = []
  for (let n = 0; n < 3; n++) nodes.push(await startNode(...flags))
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`)
  execFileSync('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes'])
  for (const node of nodes) {
    while (!String(await node.command('CLUSTER', 'INFO')).includes('cluster_state:ok'));
  }
  return nodes
}

describeRedis('A Redis broker in a cluster', () => {
  let nodes: RedisServer[] = []
  const brokers: Broker[] = []

  beforeAll(async () => {
    nodes = await startCluster()
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

  it.each(['Rooms', 'é', 'a b', 'x'.repeat(100)])('computes the slot of %j', async (name) => {
    const key = `sse:{${name}}:events`
    expect(slotOf(key)).toBe(await nodes[0]?.command('CLUSTER', 'KEYSLOT', key))
  })

  it.each(CLUSTERS)(
    'has each hub where its keys belong, with node-redis %s',
    async (version, clusterOf) => {
      const cluster = (): RedisCluster => clusterOf(rootNodes())
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
    },
  )

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

  it.each(CLUSTERS)(
    'keeps its connections while they are idle, with node-redis %s',
    async (_, clusterOf) => {
      const idle = { timeout: 1500, block: 1000 }
      const broker = redisBroker(clusterOf(rootNodes()), idle)(HUB)
      brokers.push(broker)
      const sink = new RecordingSink()
      await broker.open(sink)
      await sink.until(({ positions }) => positions === 2)
      expect(sink.count('down')).toBe(0)
    },
  )

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

describeRedis('A Redis broker in a cluster of which one node', () => {
  let nodes: RedisServer[] = []

  beforeEach(async () => {
    nodes = await startCluster('--cluster-require-full-coverage', 'no')
  })
  afterEach(async () => {
    for (const node of nodes) await node.close()
  })

  describe.each(CLUSTERS)('is unavailable, with node-redis %s', (_, clusterOf) => {
    it.each([
      ['has ended', (node: RedisServer) => node.kill(), /ECONNREFUSED/],
      [
        'is unresponsive',
        (node: RedisServer) => Promise.resolve(node.hang()),
        /Socket (timeout|closed)/,
      ],
    ])('as it %s: hubs of other nodes open and publish', async (__, disable, reason) => {
      const unavailable = nodes[0] as RedisServer
      await disable(unavailable)
      const cluster = clusterOf(nodes.map(({ url }) => ({ url })))
      const names = NAMES.filter((name) => slotOf(`sse:{${name}}:events`) > 5460)
      expect(names.length).toBeGreaterThan(1)
      const factory = redisBroker(cluster, QUICK)
      for (const name of names) {
        const broker = factory({ ...HUB, name })
        const sink = new RecordingSink()
        await broker.open(sink)
        const id = await broker.append('r', '', '')
        await sink.until(({ live }) => live.length === 1)
        expect(sink.live[0]?.id).toBe(id)
        await broker.close()
      }
      const name = NAMES.find((each) => slotOf(`sse:{${each}}:events`) <= 5460) as string
      const onlyRoot = clusterOf([{ url: unavailable.url }])
      const own = redisBroker(cluster, PATIENT)({ ...HUB, name })
      for (const broker of [own, redisBroker(onlyRoot, PATIENT)(HUB)]) {
        await expect(broker.append('r', '', '')).rejects.toMatchObject({
          outcome: 'refused',
          message: expect.stringMatching(reason) as string,
        })
        await broker.close()
      }
    })
  })
})

describeRedis('A Redis broker in a cluster with a replica', () => {
  it('follows a hub whose node ends: the replica becomes its node, and nothing is lost', async () => {
    const nodes = await startCluster()
    const owner = nodes[Math.floor((3 * slotOf('sse:{Rooms}:events')) / 16384)] as RedisServer
    const replica = await startNode('--repl-diskless-sync-delay', '0')
    const address = `127.0.0.1:${owner.port}`
    execFileSync('redis-cli', [
      ...['--cluster', 'add-node', `127.0.0.1:${replica.port}`, address, '--cluster-slave'],
      ...['--cluster-master-id', String(await owner.command('CLUSTER', 'MYID'))],
    ])
    while (!String(await replica.command('INFO', 'replication')).includes('link_status:up'));
    const rootNodes = [...nodes, replica].map(({ url }) => ({ url }))
    const broker = redisBroker(createCluster({ rootNodes }), QUICK)(HUB)
    const sink = new RecordingSink()
    await broker.open(sink)
    const ids = await appendAll(broker, 'r', 10)
    await sink.until(({ live }) => live.length === 10)
    const offset = await offsetOf(owner)
    while ((await offsetOf(replica)) < offset);

    await owner.kill()
    await sink.until((each) => each.count('down') === 1)
    await sink.until((each) => each.count('up') === 2)
    ids.push(...(await appendAll(broker, 'r', 10)))
    await sink.until(({ live }) => live.length === 20)
    expect(sink.live.map(({ id }) => id)).toEqual(ids)
    expect(sink.count('reset')).toBe(0)
    expect(String(await replica.command('ROLE')).startsWith('master')).toBe(true)
    await broker.close()
    for (const node of [...nodes, replica]) await node.close()
  })
})

describeRedis('A Redis broker with a function', () => {
  it('calls the provider for each connection, so that it can select another Redis', async () => {
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

  it('without available nodes rejects publish with its error', async () => {
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
