import type { Broker } from '../../../../../runtime/brokers/broker'
import { redisBroker } from '../../../../../runtime/redis'
import type { RedisBrokerOptions, RedisClient } from '../../../../../runtime/redis'
import type { RedisServer } from './redis-server'
import { RecordingSink } from './sink'

export const HUB = { name: 'Rooms', maxEvents: 1000, maxBytes: 8 * 1024 * 1024 }

export interface Opened {
  broker: Broker
  sink: RecordingSink
}

/** Brokers of one test, each with connections of its own as a process would have; closed with the test. */
export class Brokers {
  readonly #made: Broker[] = []

  make(
    client: RedisClient,
    options: RedisBrokerOptions = {},
    hub: Partial<typeof HUB> = {},
  ): Broker {
    const broker = redisBroker(client, options)({ ...HUB, ...hub })
    this.#made.push(broker)
    return broker
  }

  async open(
    redis: RedisServer | RedisClient,
    options: RedisBrokerOptions = {},
    hub: Partial<typeof HUB> = {},
  ): Promise<Opened> {
    const client = 'url' in redis ? redis.client() : redis
    const broker = this.make(client, options, hub)
    const sink = new RecordingSink()
    await broker.open(sink)
    return { broker, sink }
  }

  async close(): Promise<void> {
    await Promise.all(this.#made.splice(0).map((broker) => broker.close()))
  }
}

/** Appends one after the other, again where Redis did not take it; gives the ids. */
export async function appendAll(broker: Broker, address: string, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let n = 0; n < count; n++) ids.push(await broker.append(address, '', `${n}`))
  return ids
}

/** The two numbers of an id, without the mark of its epoch. */
export function withoutMark(id: string | undefined): string | undefined {
  return id?.split('-').slice(0, 2).join('-')
}
