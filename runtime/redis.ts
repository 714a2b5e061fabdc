import type { Broker, BrokerFactory, BrokerHub } from './brokers/broker'
import { RedisAppender, type Retention } from './brokers/redis/appender'
import { type RedisCluster, ownerOf } from './brokers/redis/cluster'
import {
  type ClientProvider,
  type RedisClient,
  RedisConnection,
  keyPrefix,
} from './brokers/redis/connection'
import { readNewestId } from './brokers/redis/read-position'
import { RedisReader } from './brokers/redis/reader'
import { streamKeys } from './brokers/redis/stream'

export { RedisError } from './brokers/redis/connection'
export type { RedisCluster } from './brokers/redis/cluster'
export type { RedisClient } from './brokers/redis/connection'

export interface RedisBrokerOptions {
  /** Prefix of every key: `<prefix>{<hub>}:events` and `<prefix>{<hub>}:tails`. Default `sse:`. */
  prefix?: string
  /**
   * Approximate number of events that Redis keeps for each hub: it trims whole nodes. A process that starts or was
   * disconnected can catch up on these. Replay reads the hub's own history. Default 10000.
   */
  maxEvents?: number
  /**
   * Maximum number of events kept while they are younger than 10 s, if it is greater than `maxEvents`. A process that is
   * busy for a moment then misses nothing in a burst. Default 10 × `maxEvents`.
   */
  maxBurst?: number
  /**
   * Bytes of events that Redis keeps for each hub, at any rate of events; the newest event is always kept. Default 64 MiB,
   * at least the hub's own `history.maxBytes`.
   */
  maxBytes?: number
  /**
   * Age in ms at which Redis drops an event, when the next one is appended. Default: the hub's own `maxAge`, else no limit.
   */
  maxAge?: number
  /**
   * Number of addresses of a hub whose newest id is stored. Beyond it a gap may be reported although nothing is lost.
   * Default 100000.
   */
  maxAddresses?: number
  /** Time after which a publish is rejected, and a connection without a reply is closed, ms. Default 5000. */
  timeout?: number
  /** Bytes of events of a hub that may wait for Redis in this process; at more, `publish` rejects. Default 16 MiB. */
  maxPending?: number
  /** Time that a read waits for events before it checks that the data it has read still exists, ms. Default 5000. */
  block?: number
}

/**
 * Connects hubs of the same name in any number of processes: each publishes to one stream in Redis, and each reads that
 * stream. Requires Redis 6.2 or later, or a compatible server (Valkey).
 *
 * One call serves all hubs of a process over two connections. They open with the first hub and close with the last one. In
 * a cluster each hub has two connections.
 *
 * @param client a description: its address, TLS, credentials and database are used. A function is called for each new
 * connection and returns the description of the current primary (Sentinel)
 * @example createRoomsHub({ broker: redisBroker(createClient({ url })) })
 */
export function redisBroker(
  client: RedisClient | RedisCluster | (() => RedisClient | Promise<RedisClient>),
  options: RedisBrokerOptions = {},
): BrokerFactory {
  const { prefix = 'sse:', timeout = 5000, block = 5000 } = options
  const { maxAddresses = 100_000, maxPending = 16 * MIB } = options
  for (const [name, value] of Object.entries(options)) checkOption(name, value)
  const brokers = new Set<Broker>()
  const connect = (provideClient: ClientProvider): Connections => {
    const control = new RedisConnection(provideClient)
    return { control, reader: new RedisReader(provideClient, control, { block, timeout }) }
  }
  const isCluster = 'nodeClient' in client
  const shared = isCluster
    ? undefined
    : connect(typeof client === 'function' ? client : () => client)

  return (hub): Broker => {
    const keys = streamKeys(keyPrefix(client) + prefix, hub.name)
    // One node has both keys of a hub; the keys of another hub are likely on another node.
    const { control, reader } =
      shared ?? connect(() => ownerOf(client as RedisCluster, keys.stream, timeout))
    const retention = retentionOf(hub, options, maxAddresses)
    const appender = new RedisAppender(control, keys, retention, { timeout, maxPending })
    let state: 'new' | 'open' | 'closed' = 'new'
    const broker: Broker = {
      append(address, event, data) {
        if (state === 'closed') return Promise.reject(new Error(`hub ${hub.name} is closed`))
        return appender.append(address, event, data)
      },
      async open(sink) {
        if (reader.has(keys)) {
          throw new Error(
            `this Redis broker already has a hub ${hub.name}; give the other hub another name or another broker`,
          )
        }
        state = 'open'
        const preload = { events: hub.maxEvents, bytes: hub.maxBytes, age: hub.maxAge }
        await reader.add({ keys, sink, preload })
      },
      readClock: () => reader.readClock(keys),
      newestId: (address) => readNewestId(control, keys, address, timeout),
      maxAddresses,
      async close() {
        const wasOpen = state === 'open'
        state = 'closed'
        await appender.waitForIdle()
        // Clients receive the events that this process has just published.
        if (wasOpen && appender.lastId !== '') await reader.waitFor(keys, appender.lastId)
        if (wasOpen) reader.remove(keys)
        brokers.delete(broker)
        if (shared === undefined || brokers.size === 0) control.drop()
      },
    }
    brokers.add(broker)
    return broker
  }
}

const MIB = 1024 * 1024

interface Connections {
  readonly control: RedisConnection
  readonly reader: RedisReader
}

/** Redis keeps at least as much of a hub as the hub itself. */
function retentionOf(hub: BrokerHub, options: RedisBrokerOptions, addresses: number): Retention {
  const events = Math.max(options.maxEvents ?? 10_000, hub.maxEvents)
  return {
    events,
    burst: options.maxBurst ?? 10 * events,
    bytes: Math.max(options.maxBytes ?? 64 * MIB, hub.maxBytes),
    age: options.maxAge ?? hub.maxAge ?? 0,
    addresses,
  }
}

function checkOption(name: string, value: unknown): void {
  if (name === 'prefix' || value === undefined) return
  const least = name === 'maxAge' ? 0 : 1
  if (Number.isSafeInteger(value) && Number(value) >= least) return
  throw new TypeError(
    `redisBroker: ${name} must be a whole number of at least ${least}, found ${String(value)}`,
  )
}
