import type { Broker, BrokerFactory } from './broker'
import { RedisAppender } from './redis-appender'
import { ownerOf } from './redis-cluster'
import type { RedisCluster } from './redis-cluster'
import { RedisConnection } from './redis-connection'
import type { Locate, RedisClient } from './redis-connection'
import { RedisReader } from './redis-reader'
import { streamKeys } from './redis-stream'

export { RedisError } from './redis-connection'
export type { RedisCluster } from './redis-cluster'
export type { RedisClient } from './redis-connection'

export interface RedisBrokerOptions {
  /** In front of every key: `<prefix>{<hub>}:events` and `<prefix>{<hub>}:tails`. Default `sse:`. */
  prefix?: string
  /**
   * Events that Redis keeps for each hub, roughly: it trims whole nodes. It is what a process that starts
   * or was away can catch up on; replay itself reads the hub's own history. Default 10000.
   */
  maxEvents?: number
  /**
   * Events beyond `maxEvents` are kept while they are younger than 10 s, so that a burst does not outrun a
   * process that is busy for a moment: up to so many. Default 10 × `maxEvents`.
   */
  maxBurst?: number
  /** Age in ms at which Redis drops an event, when the next one comes. Default: the hub's own `maxAge`, else none. */
  maxAge?: number
  /** Addresses of a hub whose newest id is remembered. Beyond it a gap may be announced where none is. Default 100000. */
  maxAddresses?: number
  /** ms to wait for an answer of Redis, after which a publish is rejected and the connection is dropped. Default 5000. */
  timeout?: number
  /** ms that a read waits for events before it looks whether what it read is still there. Default 5000. */
  block?: number
}

/**
 * Hubs of the same name, in any number of processes, as one: each publishes to one stream in Redis, and
 * each mirrors that stream. Needs Redis 6.2 or later, or what speaks like it (Valkey).
 *
 * One call serves all hubs of a process over two connections, which open with the first and close with
 * the last hub; in a cluster over two for each hub.
 *
 * @param client a description: its address, TLS, credentials and database are used. A function is asked for one at
 * each new connection, for what knows where the primary is now (Sentinel)
 * @example createRoomsHub({ broker: redisBroker(createClient({ url })) })
 */
export function redisBroker(
  client: RedisClient | RedisCluster | (() => RedisClient | Promise<RedisClient>),
  options: RedisBrokerOptions = {},
): BrokerFactory {
  const { prefix = 'sse:', timeout = 5000, block = 5000 } = options
  for (const [name, value] of Object.entries(options)) check(name, value)
  const brokers = new Set<Broker>()
  const connect = (locate: Locate): Connections => {
    const control = new RedisConnection(locate)
    return { control, reader: new RedisReader(locate, control, { block, timeout }) }
  }
  const isCluster = 'nodeClient' in client
  const shared = isCluster
    ? undefined
    : connect(typeof client === 'function' ? client : () => client)

  return (hub): Broker => {
    const keys = streamKeys(keyPrefix(client) + prefix, hub.name)
    // One node has both keys of a hub, and those of another hub are likely on another.
    const { control, reader } =
      shared ?? connect(() => ownerOf(client as RedisCluster, keys.stream))
    const events = Math.max(options.maxEvents ?? 10_000, hub.maxEvents)
    const retention = {
      events,
      burst: options.maxBurst ?? 10 * events,
      age: options.maxAge ?? hub.maxAge ?? 0,
      addresses: options.maxAddresses ?? 100_000,
    }
    const appender = new RedisAppender(control, keys, retention, timeout)
    let state: 'new' | 'open' | 'closed' = 'new'
    const broker: Broker = {
      append(address, event, data) {
        if (state === 'closed') return Promise.reject(new Error(`hub ${hub.name} is closed`))
        return appender.append(address, event, data)
      },
      async open(sink) {
        if (reader.has(keys)) {
          throw new Error(
            `this Redis broker has a hub ${hub.name} open already: name the other one differently, or give it a broker of its own`,
          )
        }
        state = 'open'
        const preload = { events: hub.maxEvents, bytes: hub.maxBytes, age: hub.maxAge }
        await reader.add({ keys, sink, preload })
      },
      async close() {
        if (state === 'open') reader.remove(keys)
        state = 'closed'
        await appender.idle()
        brokers.delete(broker)
        if (shared === undefined || brokers.size === 0) control.drop()
      },
    }
    brokers.add(broker)
    return broker
  }
}

interface Connections {
  readonly control: RedisConnection
  readonly reader: RedisReader
}

function check(name: string, value: unknown): void {
  if (name === 'prefix' || value === undefined) return
  const least = name === 'maxAge' ? 0 : 1
  if (Number.isSafeInteger(value) && Number(value) >= least) return
  throw new TypeError(
    `redisBroker: ${name} must be a whole number of at least ${least}, not ${String(value)}`,
  )
}

/** The client's own prefix of keys (node-redis 6), which raw commands do not get. */
function keyPrefix(client: object): string {
  const { options, _options } = client as { options?: object; _options?: object }
  const { keyPrefix: prefix } = (options ?? _options ?? {}) as { keyPrefix?: unknown }
  return typeof prefix === 'string' ? prefix : ''
}
