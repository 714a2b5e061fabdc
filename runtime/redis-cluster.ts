import type { RedisClient } from './redis-connection'

/** What this code needs of a cluster of the `redis` package (node-redis 5 and 6): any `createCluster(…)` fits. */
export interface RedisCluster {
  readonly slots: readonly { readonly master: unknown }[]
  duplicate(): RedisCluster
  connect(): Promise<unknown>
  destroy(): void
  // As a method it takes what `slots` gives, whose type is the package's own.
  nodeClient(node: never): RedisClient | Promise<RedisClient>
  on(event: 'error', listener: (error: Error) => void): unknown
}

/**
 * A description of the node that owns a key. It is asked for each new connection, of a cluster object of our own that
 * knows no more than what the nodes say now: node-redis learns that a slot has moved from its own commands only.
 * Rejects where no node can be reached.
 */
export async function ownerOf(cluster: RedisCluster, key: string): Promise<RedisClient> {
  const fresh = cluster.duplicate()
  fresh.on('error', () => undefined)
  try {
    await fresh.connect()
    const master = fresh.slots[slotOf(key)]?.master
    if (master === undefined) throw new Error(`no node of the cluster has the slot of ${key}`)
    return await fresh.nodeClient(master as never)
  } finally {
    fresh.destroy()
  }
}

/** The slot of a key that has a hash tag (Redis cluster specification: CRC16/XMODEM of the tag, modulo 16384). */
export function slotOf(key: string): number {
  const tag = /^[^{]*\{([^}]+)\}/.exec(key)?.[1] ?? key
  let crc = 0
  for (const byte of new TextEncoder().encode(tag)) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff
  }
  return crc % 16384
}
