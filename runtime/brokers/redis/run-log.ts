import {
  randomId,
  type NewRun,
  type RunBatch,
  type RunEnd,
  type RunEvent,
  type RunListener,
  type RunLog,
  type RunLogSettings,
  type RunPage,
  type RunRecord,
} from '../../runs/run-log'
import { type RedisConnection, RedisError, RedisScript } from './connection'
import type { RunChanges } from './run-changes'
import { APPEND_RUN, CREATE, READ_RUN, RENEW, SEAL_RUN } from './run-scripts'

/** Connections to the node that has the runs of one hash tag. */
export interface RunShard {
  readonly control: RedisConnection
  readonly changes: RunChanges
  /** `<prefix>{<name>.<shard>}`: prefix of each key. */
  readonly prefix: string
}

export interface RedisRunLogOptions {
  readonly lease: number
  readonly timeout: number
  readonly shards: number
  /** Opens a shard. Called once per shard. */
  open(shard: number): RunShard
}

const RUN_ID = /^[0-9a-f]{2}[0-9a-f]{32}$/

/** The runs of one channel in Redis. The first two digits of a run's id name its shard. */
export class RedisRunLog implements RunLog {
  readonly lease: number
  readonly retryDelay = 50
  readonly #settings: RunLogSettings
  readonly #options: RedisRunLogOptions
  readonly #shards = new Map<number, RunShard>()
  readonly #create = new RedisScript(CREATE)
  readonly #append = new RedisScript(APPEND_RUN)
  readonly #renew = new RedisScript(RENEW)
  readonly #seal = new RedisScript(SEAL_RUN)
  readonly #read = new RedisScript(READ_RUN)
  #isClosed = false

  constructor(settings: RunLogSettings, options: RedisRunLogOptions) {
    this.lease = options.lease
    this.#settings = settings
    this.#options = options
  }

  newId(idempotencyKey: string | undefined): string {
    const id = randomId()
    const shard = this.#shardNumber(idempotencyKey ?? id)
    return shard.toString(16).padStart(2, '0') + id
  }

  async create(run: NewRun, replaces = ''): Promise<string> {
    const { id, writer, record, idempotencyKey } = run
    const { prefix } = this.#shardOf(id)
    const keys = [`${prefix}:run:${id}`]
    if (idempotencyKey !== undefined) keys.push(`${prefix}:key:${idempotencyKey}`)
    const expiry = this.#settings.maxRunTime + this.#settings.retention
    const { owner, address, body } = record
    const args = [id, replaces, writer, owner, address, body, String(expiry)]
    return String(await this.#run(this.#create, id, keys, args))
  }

  async findByKey(idempotencyKey: string): Promise<string | undefined> {
    const { control, prefix } = this.#shard(this.#shardNumber(idempotencyKey))
    const command = ['GET', `${prefix}:key:${idempotencyKey}`]
    const found = await control.command(command, this.#options.timeout)
    return typeof found === 'string' ? found : undefined
  }

  async find(id: string): Promise<(RunRecord & { readonly end: RunEnd | undefined }) | undefined> {
    if (!this.#isId(id)) return undefined
    const { control, prefix } = this.#shardOf(id)
    const command = ['HMGET', `${prefix}:run:${id}`, 'o', 'a', 'b', 'e']
    const [owner, address, body, end] = list(await control.command(command, this.#options.timeout))
    if (typeof owner !== 'string') return undefined
    return { owner, address: String(address), body: String(body), end: endOf(end) }
  }

  async append({ run, writer, after, events, end }: RunBatch): Promise<'appended' | 'refused'> {
    const { retention } = this.#settings
    const items = events.map(({ event, data }) => `${event}\n${data}`)
    const args = [run, writer, String(after), end ?? '', String(retention), ...items]
    const reply = await this.#run(this.#append, run, this.#keys(run), args)
    return reply === 1 ? 'appended' : 'refused'
  }

  async renew(run: string, writer: string): Promise<'renewed' | 'refused'> {
    const reply = await this.#run(this.#renew, run, this.#keys(run).slice(0, 1), [writer])
    return reply === 1 ? 'renewed' : 'refused'
  }

  async stop(run: string): Promise<RunEnd | undefined> {
    return endOf(await this.#sealAs(run, 'stopped', ''))
  }

  async fail(run: string, stamp: string): Promise<void> {
    await this.#sealAs(run, 'failed', stamp)
  }

  async read(run: string, after: number, maxBytes: number): Promise<RunPage | undefined> {
    if (!this.#isId(run)) return undefined
    const args = [String(after), String(maxBytes)]
    const reply = await this.#run(this.#read, run, this.#keys(run).slice(0, 2), args)
    if (!Array.isArray(reply)) return undefined
    const [count, end, stamp, ...items] = reply as unknown[]
    return {
      events: items.map((item) => readEvent(String(item))),
      count: Number(count),
      end: endOf(end),
      stamp: String(stamp),
    }
  }

  watch(run: string, listener: RunListener): () => void {
    return this.#isId(run) ? this.#shardOf(run).changes.add(run, listener) : () => undefined
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const { changes, control } of this.#shards.values()) {
      changes.close()
      control.drop()
    }
    this.#shards.clear()
  }

  #sealAs(run: string, end: RunEnd, stamp: string): Promise<unknown> {
    const args = [run, end, String(this.#settings.retention), stamp]
    return this.#run(this.#seal, run, this.#keys(run), args)
  }

  #run(
    script: RedisScript,
    run: string,
    keys: readonly string[],
    args: readonly string[],
  ): Promise<unknown> {
    const { timeout } = this.#options
    return script.run(this.#shardOf(run).control, keys, args, timeout)
  }

  #keys(run: string): readonly [run: string, log: string, changes: string] {
    const { prefix } = this.#shardOf(run)
    return [`${prefix}:run:${run}`, `${prefix}:run:${run}:log`, `${prefix}:changes`]
  }

  /** Clients send the id of a run, so it can be any text. */
  #isId(id: string): boolean {
    return RUN_ID.test(id) && this.#shardNumber(id) === Number.parseInt(id.slice(0, 2), 16)
  }

  #shardOf(run: string): RunShard {
    return this.#shard(Number.parseInt(run.slice(0, 2), 16))
  }

  #shard(number: number): RunShard {
    if (this.#isClosed) throw new RedisError('the log of the runs is closed', 'refused')
    const shard = this.#shards.get(number) ?? this.#options.open(number)
    this.#shards.set(number, shard)
    return shard
  }

  #shardNumber(hex: string): number {
    return Number.parseInt(hex.slice(0, 2), 16) % this.#options.shards
  }
}

function readEvent(item: string): RunEvent {
  const end = item.indexOf('\n')
  return { event: item.slice(0, end), data: item.slice(end + 1) }
}

function endOf(value: unknown): RunEnd | undefined {
  return value === 'done' || value === 'stopped' || value === 'failed' ? value : undefined
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
