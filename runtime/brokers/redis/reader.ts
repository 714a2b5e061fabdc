import { Pause } from '../../core/pause'
import type { BrokerEvent, BrokerSink } from '../broker'
import { MIN_ID, classifyId } from '../event-ids'
import { RedisConnection, RedisError, type ClientProvider } from './connection'
import { readPosition } from './read-position'
import {
  canContain,
  isNextId,
  parseRecords,
  parseStreams,
  type StreamKeys,
  type StreamPosition,
  type StreamRecord,
} from './stream'

/** The part of the stream that a hub loads at its start. */
export interface Preload {
  readonly events: number
  /** UTF-16 units of content, approximately bytes. */
  readonly bytes: number
  /** ms; undefined: no limit. */
  readonly age: number | undefined
}

/** One hub that receives events. */
export interface StreamConsumer {
  readonly keys: StreamKeys
  readonly sink: BrokerSink
  readonly preload: Preload
}

export interface ReaderOptions {
  /** Time that one XREAD waits for events, and the interval of checks that the data still exists, ms. */
  readonly block: number
  /** Maximum time for any other reply, ms. */
  readonly timeout: number
}

interface StreamSubscription {
  readonly consumer: StreamConsumer
  readonly resolveOpen: () => void
  /** The newest id in the stream that was read; undefined before the preload. */
  lastId: string | undefined
  /** `lastId` with its mark. */
  lastEventId: string
  /** Marks of the epochs that the sink has, and of entries for which the epochs were read again. */
  readonly marks: Set<string>
  /** The connection on which `lastId` was checked against the stream. */
  session: object | undefined
  isUp: boolean | undefined
  /** Called when more was read, and when the connection is lost. */
  readonly progress: Set<() => void>
}

/** Maximum number of events, and approximate number of UTF-16 units, of one reply. */
const PAGE_EVENTS = 500
const PAGE_SIZE = 4 * 1024 * 1024
/** Number of events of a first page, whose size is unknown. */
const FIRST_PAGE_EVENTS = 8
const INITIAL_DELAY_MS = 50
const MAX_DELAY_MS = 2000

/** Reason to drop a connection that has no error. */
const INTENTIONAL_CLOSE = new Error('the connection is not needed any more')

function isIntentionalClose(error: unknown): boolean {
  return error instanceof RedisError && error.cause === INTENTIONAL_CLOSE
}

/** Follows the streams of all hubs of one broker on one connection, which it blocks. */
export class RedisReader {
  readonly #connection: RedisConnection
  /** Another connection, which can unblock the first one. */
  readonly #control: RedisConnection
  readonly #options: ReaderOptions
  readonly #subscriptions = new Map<string, StreamSubscription>()
  /** The streams that the current XREAD waits for. */
  #blockedOn: readonly StreamSubscription[] | undefined
  #clientId = 'unknown'
  #isRunning = false
  readonly #pause = new Pause()
  /** Events to read at a time. */
  #pageEvents = FIRST_PAGE_EVENTS

  constructor(provideClient: ClientProvider, control: RedisConnection, options: ReaderOptions) {
    this.#connection = new RedisConnection(provideClient)
    this.#control = control
    this.#options = options
  }

  has(keys: StreamKeys): boolean {
    return this.#subscriptions.has(keys.stream)
  }

  /** Starts to follow a stream. Resolves once the sink has its preload, however long Redis is unavailable. */
  add(consumer: StreamConsumer): Promise<void> {
    return new Promise((resolve) => {
      const subscription: StreamSubscription = {
        consumer,
        resolveOpen: resolve,
        lastId: undefined,
        lastEventId: '',
        marks: new Set(),
        session: undefined,
        isUp: undefined,
        progress: new Set(),
      }
      this.#subscriptions.set(consumer.keys.stream, subscription)
      if (this.#isRunning) void this.#unblockReader(subscription)
      else void this.#readLoop()
    })
  }

  /** Stops following a stream; the last one closes the connection. */
  remove(keys: StreamKeys): void {
    const subscription = this.#subscriptions.get(keys.stream)
    if (!subscription) return
    this.#subscriptions.delete(keys.stream)
    subscription.resolveOpen()
    reportProgress(subscription)
    if (this.#subscriptions.size > 0) return
    this.#pause.cancel()
    this.#connection.drop(INTENTIONAL_CLOSE)
  }

  /** Reads the clock of a stream on the other connection. */
  async readClock(keys: StreamKeys): Promise<void> {
    const subscription = this.#subscriptions.get(keys.stream)
    if (subscription === undefined) return
    const position = await readPosition(this.#control, keys, this.#options.timeout)
    if (this.#isSubscribed(subscription)) reportClock(subscription, position)
  }

  /** Waits until everything up to an id is delivered, Redis is unavailable, or it has lost the event. */
  async waitFor(keys: StreamKeys, id: string): Promise<void> {
    const subscription = this.#subscriptions.get(keys.stream)
    if (subscription === undefined) return
    while (
      this.#isSubscribed(subscription) &&
      subscription.isUp === true &&
      !canContain(subscription.lastId ?? MIN_ID, id)
    ) {
      const progress = new Promise<void>((resolve) => subscription.progress.add(resolve))
      if (!(await this.#mayContain(keys, id))) return
      await progress
    }
  }

  /** Whether the stream can still have an event; false also if Redis does not reply. */
  async #mayContain(keys: StreamKeys, id: string): Promise<boolean> {
    try {
      const { head } = await readPosition(this.#control, keys, this.#options.timeout)
      return canContain(head, id)
    } catch {
      return false
    }
  }

  async #readLoop(): Promise<void> {
    this.#isRunning = true
    let delay = INITIAL_DELAY_MS
    while (this.#subscriptions.size > 0) {
      try {
        await this.#readUntilFailure(() => (delay = INITIAL_DELAY_MS))
      } catch (error) {
        this.#blockedOn = undefined
        this.#connection.drop()
        if (this.#subscriptions.size === 0 || isIntentionalClose(error)) continue
        for (const subscription of this.#subscriptions.values()) {
          reportStatus(subscription, error)
          reportProgress(subscription)
        }
        await this.#pause.wait(delay * (0.5 + Math.random() / 2))
        delay = Math.min(delay * 2, MAX_DELAY_MS)
      }
    }
    this.#isRunning = false
  }

  /**
   * Reads on one connection until it fails or there is nothing left to follow.
   * @param onReply called after each XREAD: a connection that only passes the checks before it is not stable
   */
  async #readUntilFailure(onReply: () => void): Promise<void> {
    const session = {}
    this.#clientId = await this.#readClientId()
    this.#pageEvents = FIRST_PAGE_EVENTS
    let checkedAt = performance.now()
    while (this.#subscriptions.size > 0) {
      const isDue = performance.now() - checkedAt >= this.#options.block
      if (isDue) checkedAt = performance.now()
      for (const subscription of [...this.#subscriptions.values()]) {
        if (subscription.session !== session || isDue) await this.#checkContinuity(subscription)
        subscription.session = session
        if (this.#isSubscribed(subscription)) reportStatus(subscription, undefined)
      }
      await this.#readBatch(session)
      onReply()
    }
  }

  async #readClientId(): Promise<string> {
    try {
      return String(await this.#command(['CLIENT', 'ID']))
    } catch (error) {
      // An access list may forbid it: then a new connection is necessary to unblock.
      if (error instanceof RedisError && error.message.startsWith('NOPERM')) return 'unknown'
      throw error
    }
  }

  async #readBatch(session: object): Promise<void> {
    // A hub that was added during the checks of the others is processed first.
    const subscriptions = [...this.#subscriptions.values()]
    if (subscriptions.some((each) => each.session !== session) || subscriptions.length === 0) return
    const { block, timeout } = this.#options
    const count = String(this.#pageEvents)
    const command = ['XREAD', 'COUNT', count, 'BLOCK', String(block), 'STREAMS']
    command.push(...subscriptions.map(({ consumer }) => consumer.keys.stream))
    command.push(...subscriptions.map(({ lastId }) => lastId ?? MIN_ID))
    this.#blockedOn = subscriptions
    const reply = await this.#command(command, block + timeout)
    this.#blockedOn = undefined
    let largest = 0
    for (const [key, records] of parseStreams(reply)) {
      largest = Math.max(largest, ...records.map(({ size }) => size))
      const subscription = typeof key === 'string' ? this.#subscriptions.get(key) : undefined
      if (subscription === undefined || !subscriptions.includes(subscription)) continue
      if (records.some(({ mark }) => mark !== '' && !subscription.marks.has(mark))) {
        // The sink needs the epoch before the event: the position is read, then this page again.
        for (const { mark } of records) subscription.marks.add(mark)
        subscription.session = undefined
      } else {
        deliverRecords(subscription, records)
        reportProgress(subscription)
      }
    }
    if (largest > 0) this.#pageEvents = nextPageEvents(this.#pageEvents, largest)
  }

  /** Whether its hub is still open after a reply was awaited. */
  #isSubscribed(subscription: StreamSubscription): boolean {
    return this.#subscriptions.get(subscription.consumer.keys.stream) === subscription
  }

  /** Reads the preload, at first and if the stream no longer has the data that was read. */
  async #checkContinuity(subscription: StreamSubscription): Promise<void> {
    const { keys, sink, preload } = subscription.consumer
    // First the head, then the events: events appended in between are read again, not skipped.
    const position = await readPosition(this.#connection, keys, this.#options.timeout)
    if (!this.#isSubscribed(subscription)) return
    reportClock(subscription, position)
    const { head, epochs, time } = position
    const { lastId, lastEventId } = subscription
    if (lastId !== undefined) {
      const isLost = lastEventId !== '' && classifyId(epochs, lastEventId) === 'lost'
      if (!isLost && canContain(head, lastId)) return
      sink.reset()
    }
    const events = await this.#readNewest(keys, preload, time)
    if (!this.#isSubscribed(subscription)) return
    const newest = events.at(-1)
    const mark = epochs.at(-1)?.mark
    const headId = mark === undefined ? head : `${head}-${mark}`
    subscription.lastId = newest?.id ?? head
    subscription.lastEventId = newest?.event.id ?? (mark === undefined ? '' : headId)
    for (const each of events) subscription.marks.add(each.mark)
    sink.preload(
      events.map(({ event }) => event),
      newest?.event.id ?? (head === MIN_ID ? undefined : headId),
    )
    reportProgress(subscription)
    subscription.resolveOpen()
  }

  /** @param time the clock of Redis, ms */
  async #readNewest(
    { stream }: StreamKeys,
    { events, bytes, age }: Preload,
    time: number,
  ): Promise<PreloadRecord[]> {
    const oldest = age === undefined ? '-' : String(Math.max(0, time - age))
    const records: PreloadRecord[] = []
    let size = 0
    let end = '+'
    let pageEvents = FIRST_PAGE_EVENTS
    for (;;) {
      const count = Math.min(pageEvents, events - records.length)
      const command = ['XREVRANGE', stream, end, oldest, 'COUNT', String(count)]
      const page = count > 0 ? parseRecords(await this.#command(command)) : []
      for (const { id, event, mark, size: eventSize } of page) {
        end = `(${id}`
        size += eventSize
        // A client that resumes cannot use events before a gap.
        const next = records.at(-1)
        if (event === undefined || size > bytes || (next && !isNextId(next.id, id))) {
          return records.reverse()
        }
        records.push({ id, event, mark })
      }
      if (page.length < count || count <= 0) return records.reverse()
      pageEvents = nextPageEvents(pageEvents, Math.max(...page.map((each) => each.size)))
    }
  }

  /** Unblocks the connection so that it includes a stream that was added. */
  async #unblockReader(added: StreamSubscription): Promise<void> {
    this.#pause.cancel()
    try {
      while (this.#blockedOn && !this.#blockedOn.includes(added)) {
        const command = ['CLIENT', 'UNBLOCK', this.#clientId]
        const unblockedCount = await this.#control.command(command, this.#options.timeout)
        // It had not blocked yet: the two commands use two connections.
        if (unblockedCount === 0) await new Promise((resolve) => setTimeout(resolve, 5))
      }
    } catch {
      // CLIENT UNBLOCK is not allowed here, or Redis is unavailable: a new connection has the same effect.
      if (!this.#blockedOn || this.#blockedOn.includes(added)) return
      this.#connection.drop(INTENTIONAL_CLOSE)
    }
  }

  #command(args: string[], timeout: number = this.#options.timeout): Promise<unknown> {
    return this.#connection.command(args, timeout)
  }
}

interface PreloadRecord {
  readonly id: string
  readonly event: BrokerEvent
  readonly mark: string
}

/** Number of events of the next page, from the largest event of this one; large events may follow a page of small ones. */
function nextPageEvents(pageEvents: number, largest: number): number {
  const fitting = Math.floor(PAGE_SIZE / Math.max(largest, 1))
  return Math.max(1, Math.min(PAGE_EVENTS, 8 * pageEvents, fitting))
}

function reportClock(subscription: StreamSubscription, position: StreamPosition): void {
  const { epochs, time } = position
  for (const { mark } of epochs) subscription.marks.add(mark)
  subscription.consumer.sink.updateClock({ epochs, clockOffset: time - performance.now() })
}

/** Reports the state of the connection to a sink when it changes. */
function reportStatus(subscription: StreamSubscription, error: unknown): void {
  const isUp = error === undefined
  if (subscription.isUp === isUp) return
  subscription.isUp = isUp
  if (isUp) subscription.consumer.sink.up()
  else subscription.consumer.sink.down(error instanceof Error ? error : new Error(String(error)))
}

function reportProgress({ progress }: StreamSubscription): void {
  const waiting = [...progress]
  progress.clear()
  for (const resolve of waiting) resolve()
}

/** Delivers events; reports a reset if events are missing between two of them. */
function deliverRecords(subscription: StreamSubscription, records: readonly StreamRecord[]): void {
  const { sink } = subscription.consumer
  let batch: BrokerEvent[] = []
  for (const { id, event } of records) {
    if (!isNextId(id, subscription.lastId ?? MIN_ID)) {
      if (batch.length > 0) sink.deliver(batch)
      batch = []
      sink.reset()
    }
    subscription.lastId = id
    if (event === undefined) continue
    subscription.lastEventId = event.id
    batch.push(event)
  }
  if (batch.length > 0) sink.deliver(batch)
}
