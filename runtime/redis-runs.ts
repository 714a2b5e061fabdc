import { ownerOf, type RedisCluster } from './brokers/redis/cluster'
import { type RedisClient, RedisConnection, keyPrefix } from './brokers/redis/connection'
import { RunChanges } from './brokers/redis/run-changes'
import { RedisRunLog, type RunShard } from './brokers/redis/run-log'
import type { RunBroker } from './runs/run-log'

export { RedisError } from './brokers/redis/connection'
export type { RedisCluster } from './brokers/redis/cluster'
export type { RedisClient } from './brokers/redis/connection'

/** Times are in ms. */
export interface RedisRunsOptions {
  /** Prefix of every key: `<prefix>{<name>.<n>}:…`. Default `runs:`. */
  prefix?: string
  /**
   * Time after which a run without a renewed lease is considered failed. A producer renews its lease three times in that
   * time. Default 15000.
   */
  lease?: number
  /** Maximum time for a reply of Redis. Default 5000. */
  timeout?: number
}

/**
 * In a cluster the runs of a channel are spread over this many slots. A process has two connections for each slot that it
 * uses.
 */
const SHARDS = 8

/**
 * Keeps runs in Redis: a client can resume or stop a run through any process. Requires Redis 6.2 or later, or Valkey.
 *
 * @param client a description of the connections, as for `redisBroker`
 * @throws TypeError if an option is not a whole number of ms
 * @example createChatRuns(producer, { broker: redisRuns(createClient({ url })) })
 */
export function redisRuns(
  client: RedisClient | RedisCluster | (() => RedisClient | Promise<RedisClient>),
  options: RedisRunsOptions = {},
): RunBroker {
  const { prefix = 'runs:', lease = 15_000, timeout = 5000 } = options
  for (const [name, value] of Object.entries({ lease, timeout })) {
    if (Number.isSafeInteger(value) && value > 0) continue
    throw new TypeError(
      `redisRuns: ${name} must be a whole number of ms greater than 0, found ${String(value)}`,
    )
  }
  const isCluster = 'nodeClient' in client
  const start = keyPrefix(client) + prefix
  const getClient = typeof client === 'function' ? client : () => client as RedisClient

  return (settings) => {
    const open = (shard: number): RunShard => {
      const tag = `${start}{${settings.name}.${shard}}`
      const changes = `${tag}:changes`
      const where = isCluster ? () => ownerOf(client, changes, timeout) : getClient
      return {
        prefix: tag,
        control: new RedisConnection(where),
        changes: new RunChanges(where, changes, { block: 5000, timeout }),
      }
    }
    return new RedisRunLog(settings, { lease, timeout, shards: isCluster ? SHARDS : 1, open })
  }
}
