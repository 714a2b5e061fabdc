import { connectionErrorText, destroyClient, type RedisClient } from './connection'

/**
 * The part of a cluster of the `redis` package (node-redis 5 and 6) that this code uses: any `createCluster(…)` is
 * compatible.
 */
export interface RedisCluster {
  readonly slots: readonly { readonly master: unknown }[]
  duplicate(overrides?: object): RedisCluster
  connect(): Promise<unknown>
  destroy(): void
  // Declared as a method so that it accepts the items of `slots`, whose type is the package's own.
  nodeClient(node: never): RedisClient | Promise<RedisClient>
  on(event: 'error', listener: (error: Error) => void): unknown
}

/**
 * A description of the node that owns a key. It is looked up for each new connection, with a separate cluster object that
 * has only the current state of the nodes: node-redis detects a moved slot only by its own commands. Rejects if the node
 * cannot be reached.
 *
 * @param timeout ms; a node that does not answer in a third of it is unavailable
 */
export async function ownerOf(
  cluster: RedisCluster,
  key: string,
  timeout: number,
): Promise<RedisClient> {
  const fresh = cluster.duplicate(lookupOverrides(cluster, timeout))
  let cause: Error | undefined
  fresh.on('error', (error) => (cause = error))
  try {
    await fresh.connect().catch((error: Error) => {
      throw cause ? new Error(`${error.message}: ${connectionErrorText(cause)}`, { cause }) : error
    })
    const master = fresh.slots[slotOf(key)]?.master
    if (master === undefined) throw new Error(`no node of the cluster has the slot of ${key}`)
    return await fresh.nodeClient(master as never)
  } finally {
    destroyClient(fresh)
  }
}

/**
 * Options of a lookup: it connects to one root node and to the owner only, so that no other node has to be available. An
 * attempt to connect to an unavailable node ends with an error, and early enough for two more attempts in the same time.
 */
function lookupOverrides(cluster: object, timeout: number): object {
  const { _options } = cluster as { readonly _options?: { readonly defaults?: object } }
  const defaults: { readonly socket?: object } = _options?.defaults ?? {}
  const limits = { connectTimeout: timeout / 3, socketTimeout: timeout / 3 }
  const socket = { ...defaults.socket, ...limits, reconnectStrategy: false }
  return { minimizeConnections: true, defaults: { ...defaults, socket } }
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
