import type { BrokerSink, Entry } from './broker'
import { RedisConnection, RedisError } from './redis-connection'
import type { Locate } from './redis-connection'
import { BEGIN, START, follows, reaches, readEntries, readStreams } from './redis-stream'
import type { Read, StreamKeys } from './redis-stream'

/** How much of the stream a hub wants to have at its start. */
export interface Preload {
  readonly events: number
  /** UTF-16 units of content, near enough to bytes. */
  readonly bytes: number
  /** ms; undefined is no limit. */
  readonly age: number | undefined
}

/** One hub that listens. */
export interface Feed {
  readonly keys: StreamKeys
  readonly sink: BrokerSink
  readonly preload: Preload
}

export interface ReaderOptions {
  /** ms that one XREAD waits for events, and the time between two looks at whether the data is still there. */
  readonly block: number
  /** ms to wait for any other answer. */
  readonly timeout: number
}

interface Following {
  readonly feed: Feed
  readonly opened: () => void
  /** The newest id seen; undefined before the preload. */
  last: string | undefined
  /** The connection on which `last` was checked against the stream. */
  session: object | undefined
  isUp: boolean | undefined
}

const PAGE = 500
const FIRST_DELAY = 50
const MAX_DELAY = 2000

/** Why a connection is dropped that nothing is wrong with. */
const OURS = new Error('the connection is not needed any more')

function isOurs(error: unknown): boolean {
  return error instanceof RedisError && error.cause === OURS
}

/** Follows the streams of all hubs of one broker on one connection, which it blocks. */
export class RedisReader {
  readonly #connection: RedisConnection
  /** Another connection, which can wake the blocked one. */
  readonly #control: RedisConnection
  readonly #options: ReaderOptions
  readonly #followed = new Map<string, Following>()
  /** The streams that the XREAD which is under way waits for. */
  #blockedOn: readonly Following[] | undefined
  #clientId = 'unknown'
  #running = false
  #endPause: (() => void) | undefined

  constructor(locate: Locate, control: RedisConnection, options: ReaderOptions) {
    this.#connection = new RedisConnection(locate)
    this.#control = control
    this.#options = options
  }

  has(keys: StreamKeys): boolean {
    return this.#followed.has(keys.stream)
  }

  /** Starts to follow a stream. Resolves once the sink has its preload, however long Redis is away. */
  add(feed: Feed): Promise<void> {
    return new Promise((resolve) => {
      const following: Following = {
        feed,
        opened: resolve,
        last: undefined,
        session: undefined,
        isUp: undefined,
      }
      this.#followed.set(feed.keys.stream, following)
      if (this.#running) void this.#wake(following)
      else void this.#run()
    })
  }

  /** Stops to follow a stream; with the last one the connection is closed. */
  remove(keys: StreamKeys): void {
    const following = this.#followed.get(keys.stream)
    if (!following) return
    this.#followed.delete(keys.stream)
    following.opened()
    if (this.#followed.size > 0) return
    this.#endPause?.()
    this.#connection.drop(OURS)
  }

  async #run(): Promise<void> {
    this.#running = true
    let delay = FIRST_DELAY
    while (this.#followed.size > 0) {
      try {
        await this.#follow(() => (delay = FIRST_DELAY))
      } catch (error) {
        this.#blockedOn = undefined
        this.#connection.drop()
        if (this.#followed.size === 0 || isOurs(error)) continue
        for (const following of this.#followed.values()) report(following, error)
        await this.#pause(delay * (0.5 + Math.random() / 2))
        delay = Math.min(delay * 2, MAX_DELAY)
      }
    }
    this.#running = false
  }

  /** Reads on one connection until it fails or nothing is left to follow. */
  async #follow(onReady: () => void): Promise<void> {
    const session = {}
    this.#clientId = await this.#ownId()
    let checked = Date.now()
    while (this.#followed.size > 0) {
      const isDue = Date.now() - checked >= this.#options.block
      if (isDue) checked = Date.now()
      for (const following of [...this.#followed.values()]) {
        if (following.session !== session || isDue) await this.#check(following)
        following.session = session
        if (this.#follows(following)) report(following, undefined)
      }
      onReady()
      await this.#read(session)
    }
  }

  async #ownId(): Promise<string> {
    try {
      return String(await this.#command(['CLIENT', 'ID']))
    } catch (error) {
      // An access list may forbid it: then waking takes a new connection.
      if (error instanceof RedisError && error.message.startsWith('NOPERM')) return 'unknown'
      throw error
    }
  }

  async #read(session: object): Promise<void> {
    // A hub that was added while the others were checked has its turn first.
    const following = [...this.#followed.values()]
    if (following.some((each) => each.session !== session) || following.length === 0) return
    const { block, timeout } = this.#options
    const command = ['XREAD', 'COUNT', String(PAGE), 'BLOCK', String(block), 'STREAMS']
    command.push(...following.map(({ feed }) => feed.keys.stream))
    command.push(...following.map(({ last }) => last ?? START))
    this.#blockedOn = following
    const answer = await this.#command(command, block + timeout)
    this.#blockedOn = undefined
    for (const [key, entries] of readStreams(answer)) {
      const each = typeof key === 'string' ? this.#followed.get(key) : undefined
      if (each && following.includes(each)) deliver(each, entries)
    }
  }

  /** Whether its hub has not been closed while an answer was awaited. */
  #follows(following: Following): boolean {
    return this.#followed.get(following.feed.keys.stream) === following
  }

  /** Fetches the preload, at first and wherever what is stored is no longer what was read. */
  async #check(following: Following): Promise<void> {
    const { keys, sink, preload } = following.feed
    // First the head, then the entries: so that what comes between is read again, not skipped.
    const head = await this.#head(keys)
    if (!this.#follows(following)) return
    if (following.last !== undefined) {
      if (reaches(head, following.last)) return
      sink.reset()
    }
    const entries = await this.#newest(keys, preload)
    if (!this.#follows(following)) return
    following.last = entries.at(-1)?.id ?? head
    sink.preload(entries, following.last === START ? undefined : following.last)
    following.opened()
  }

  async #head({ tails, stream }: StreamKeys): Promise<string> {
    const head = await this.#command(['HGET', tails, 'head'])
    if (typeof head === 'string') return head
    try {
      return String(await this.#command(['EVAL', BEGIN, '2', stream, tails]))
    } catch (error) {
      // Nothing may be written now, or ever by this user: reading goes without.
      if (!(error instanceof RedisError && /\b(OOM|NOPERM)\b/.test(error.message))) throw error
    }
    const [newest] = readEntries(await this.#command(['XREVRANGE', stream, '+', '-', 'COUNT', '1']))
    return newest?.id ?? START
  }

  async #newest({ stream }: StreamKeys, { events, bytes, age }: Preload): Promise<Entry[]> {
    const oldest = age === undefined ? '-' : String(Math.max(0, Date.now() - age))
    const entries: Entry[] = []
    let size = 0
    let end = '+'
    for (;;) {
      const count = Math.min(PAGE, events - entries.length)
      const command = ['XREVRANGE', stream, end, oldest, 'COUNT', String(count)]
      const page = count > 0 ? readEntries(await this.#command(command)) : []
      for (const { id, entry } of page) {
        end = `(${id}`
        size += entry ? entry.data.length + entry.address.length + entry.event.length : 0
        // What lies before a gap is no history to resume from.
        const next = entries.at(-1)
        if (!entry || size > bytes || (next && !follows(next.id, id))) return entries.reverse()
        entries.push(entry)
      }
      if (page.length < PAGE) return entries.reverse()
    }
  }

  /** Makes the blocked connection take up a stream that was added. */
  async #wake(added: Following): Promise<void> {
    this.#endPause?.()
    try {
      while (this.#blockedOn && !this.#blockedOn.includes(added)) {
        const command = ['CLIENT', 'UNBLOCK', this.#clientId]
        const woken = await this.#control.command(command, this.#options.timeout)
        // It had not blocked yet: the two commands come on two connections.
        if (woken === 0) await new Promise((resolve) => setTimeout(resolve, 5))
      }
    } catch {
      // CLIENT UNBLOCK is not allowed here, or Redis has gone: a new connection does it too.
      if (!this.#blockedOn || this.#blockedOn.includes(added)) return
      this.#connection.drop(OURS)
    }
  }

  #command(args: string[], timeout: number = this.#options.timeout): Promise<unknown> {
    return this.#connection.command(args, timeout)
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#endPause = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#endPause = undefined
  }
}

/** Tells a sink about the connection, at changes only. */
function report(following: Following, error: unknown): void {
  const isUp = error === undefined
  if (following.isUp === isUp) return
  following.isUp = isUp
  if (isUp) following.feed.sink.up()
  else following.feed.sink.down(error instanceof Error ? error : new Error(String(error)))
}

/** Hands entries on; where events are missing between two, what the sink has is void. */
function deliver(following: Following, read: readonly Read[]): void {
  const { sink } = following.feed
  let batch: Entry[] = []
  for (const { id, entry } of read) {
    if (!follows(id, following.last ?? START)) {
      if (batch.length > 0) sink.entries(batch)
      batch = []
      sink.reset()
    }
    following.last = id
    if (entry) batch.push(entry)
  }
  if (batch.length > 0) sink.entries(batch)
}
