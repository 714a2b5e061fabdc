import type { Broker, BrokerEvent, BrokerClock, BrokerSink } from '../brokers/broker'
import { compareIds } from '../brokers/event-ids'
import type { Connection, ConnectionOwner, StreamTimes } from '../server/connection'
import { type Tickable, connectionTimer, nextTurn, shutdownRetryMs } from '../server/timers'
import { Frame, GAP_COMMENT, encodeField } from '../server/sse'
import type { EncodedMessage } from '../server/encode-message'
import { BrokerState } from './broker-state'
import { History, type HistorySettings } from './history'
import { HubClient, type JoinTarget, PendingClients } from './hub-client'
import { Rooms } from './rooms'
import { Publisher } from './publisher'
import { type Arrival, Resumption, resumeBeforeEnd } from './resumption'
import type { RoomChange } from './room-changes'
import type { HubCompression, HubEvent, HubMetrics } from './types'

export interface HubCoreOptions extends HistorySettings {
  readonly times: StreamTimes
  /** Bytes per second. */
  readonly maxReplayRate: number
  readonly compression: HubCompression | undefined
  onError(error: unknown): void
  notify(event: HubEvent, address: string, skipped?: number): void
}

/** Maximum number of bytes collected in one turn of the event loop before they are sent. */
const MAX_PENDING = 1024 * 1024

/** Number of addresses whose newest id is stored, if the broker has no limit. */
const MAX_ADDRESSES = 100_000

/**
 * Clients, rooms and history of one hub: receives events from a broker, writes to clients. Independent of channel and host.
 */
export class HubCore implements BrokerSink {
  readonly #broker: Broker
  readonly #options: HubCoreOptions
  readonly #brokerState: BrokerState
  readonly #history: History
  readonly #rooms: Rooms
  readonly #clients = new Set<HubClient>()
  readonly #pendingClients = new PendingClients()
  readonly #publisher: Publisher
  readonly #resumption: Resumption
  /** Clients whose last event ID is of an unknown epoch. They are pending too. */
  readonly #clientsOfUnknownEpoch = new Set<HubClient>()
  #isResolvingEpochs = false
  readonly #retentionTick: Tickable
  #pendingBytes = 0
  #isFlushing = false
  #cancelFlush: (() => void) | undefined
  #isReady = false
  #hasFailed = false
  #isClosing = false
  /** Number of clients when the hub began to close. */
  #closingClientCount = 1
  #onEmpty: (() => void) | undefined

  constructor(broker: Broker, options: HubCoreOptions) {
    this.#broker = broker
    this.#options = options
    this.#brokerState = new BrokerState(broker.start)
    this.#history = new History(options, broker.start, broker.maxAddresses ?? MAX_ADDRESSES)
    this.#publisher = new Publisher(broker, this.#history)
    this.#resumption = new Resumption(broker, this.#brokerState, this.#history)
    this.#rooms = new Rooms(this.#history, this.#brokerState, {
      maxReplayRate: options.maxReplayRate,
      compression: options.compression,
      heartbeat: options.times.heartbeat,
      onError: (error) => options.onError(error),
      notify: (event, address, skipped) => options.notify(event, address, skipped),
      onCaughtUp: ({ connection }) => {
        if (!this.#isClosing) return
        connection.end(shutdownRetryMs(options.times.retry, this.#closingClientCount))
      },
    })
    // Events also expire while nothing is published and no client connects.
    this.#retentionTick = { interval: options.maxAge, onTick: () => this.#flush() }
    broker.open(this).catch((error: unknown) => this.#fail(error))
  }

  /** See `HubBase.ready`. */
  get ready(): Promise<void> {
    return this.#pendingClients.ready
  }

  get size(): number {
    return this.#clients.size
  }

  /** The newest id that this process has read; `''` before the first. */
  get lastEventId(): string {
    return this.#history.head
  }

  /** Whether new clients would never receive an event. */
  get isClosed(): boolean {
    return this.#isClosing || this.#hasFailed
  }

  get metrics(): HubMetrics {
    return { clients: this.#clients.size, published: this.#publisher.count, ...this.#rooms.metrics }
  }

  async publish(address: string, message: EncodedMessage): Promise<string> {
    if (this.#isClosing) throw new Error('the hub is closed')
    return this.#publisher.publish(address, message)
  }

  /** Ends or reopens a room. */
  async changeRoom(address: string, change: RoomChange): Promise<void> {
    await this.ready
    if (this.#isClosing) throw new Error('the hub is closed')
    return this.#publisher.change(address, change)
  }

  /**
   * Adds a response to a room as a client. The stream opens when the history is loaded, so the client misses nothing after
   * that. While the broker is unavailable it opens at once.
   */
  join(
    target: JoinTarget,
    connect: (owner: ConnectionOwner) => Connection,
    onClose: () => void,
  ): void {
    const client = new HubClient(target, connect, {
      onClose: () => {
        onClose()
        this.#onClientClosed(client)
      },
      onError: (error) => this.#options.onError(error),
    })
    this.#clients.add(client)
    if (this.#isReady) this.#admit(client)
    else this.#pendingClients.add(client)
    // The hub refuses clients of an ended room.
    if (!this.#clients.has(client)) return
    client.isAnnounced = true
    this.#options.notify('connect', client.address)
  }

  async close(): Promise<void> {
    this.#isClosing = true
    this.#closingClientCount = this.#clients.size
    const { closeTimeout } = this.#options.times
    let timer: ReturnType<typeof setTimeout> | undefined
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, closeTimeout)
    })
    const closed = this.#broker.close().catch((error: unknown) => this.#options.onError(error))
    await Promise.race([closed, timeout])
    this.#flush()
    const empty = new Promise<void>((resolve) => {
      if (this.#clients.size === 0) resolve()
      else this.#onEmpty = resolve
    })
    this.#rejectPending(new Error('the hub was closed before it was ready'))
    this.#rooms.flushAll()
    await Promise.race([empty, timeout])
    for (const client of this.#clients) client.connection.destroy()
    await empty
    clearTimeout(timer)
    this.#rooms.close()
    this.#history.clear()
    connectionTimer.delete(this.#retentionTick)
  }

  // Members of `BrokerSink`.

  preload(events: readonly BrokerEvent[], position?: string): void {
    this.#flush()
    const { head } = this.#history
    const newest = events.at(-1)?.id
    const hadEvents = this.#isReady && head !== ''
    const isLost = hadEvents && this.#brokerState.classify(head) !== 'known'
    if (hadEvents && !isLost && newest !== undefined && compareIds(newest, head) >= 0) {
      const firstNew = events.findIndex(({ id }) => compareIds(id, head) > 0)
      const knownCount = firstNew === -1 ? events.length : firstNew
      this.#appendToHistory(events.slice(0, knownCount))
      this.deliver(events.slice(knownCount))
      return
    }
    // The broker has lost events that clients have received, and possibly events that they have not received.
    if (hadEvents) this.#history.reset()
    this.#appendToHistory(events)
    if (newest === undefined && position !== undefined) this.#history.resetTo(position)
    if (hadEvents) this.#rooms.reportGapToAll()
    this.#isReady = true
    this.#pendingClients.activateAll((client, since) => this.#admit(client, since))
  }

  deliver(batch: readonly BrokerEvent[]): void {
    const now = performance.now()
    for (const event of batch) {
      const time = this.#brokerState.publishedAt(event.id, now)
      this.#rooms.metrics.lag = now - time
      this.#pendingBytes += this.#history.append(event, time)
      this.#rooms.markChanged(event.address)
      if (this.#pendingBytes > MAX_PENDING) this.#flush()
    }
    this.#cancelFlush ??= nextTurn(() => this.#flush())
  }

  reset(): void {
    this.#flush()
    this.#history.clear()
  }

  updateClock(clock: BrokerClock): void {
    this.#brokerState.update(clock)
    this.#rooms.reportLostIds()
    void this.#resolveUnknownEpochs()
  }

  up(): void {
    this.#pendingClients.onBrokerAvailable()
    void this.#resolveUnknownEpochs()
  }

  down(error: Error): void {
    this.#pendingClients.sendHeadersToAll()
    this.#options.onError(error)
  }

  /** Listeners and `onError`, which are called meanwhile, may publish: the next flush sends these events. */
  #flush(): void {
    if (this.#isFlushing) return
    this.#cancelFlush?.()
    this.#cancelFlush = undefined
    this.#pendingBytes = 0
    this.#isFlushing = true
    this.#rooms.flush()
    this.#isFlushing = false
    if (!this.#rooms.hasChanges) this.#trim()
  }

  /** Drops events that exceed a limit. Only for events that were sent: a room cannot send what its log no longer has. */
  #trim(): void {
    this.#history.trim(performance.now())
    if (this.#options.maxAge === Infinity) return
    if (this.#history.isEmpty) connectionTimer.delete(this.#retentionTick)
    else connectionTimer.add(this.#retentionTick)
  }

  /** Adds events to the history without sending them to connected clients. */
  #appendToHistory(events: readonly BrokerEvent[]): void {
    const now = performance.now()
    for (const event of events) {
      this.#history.append(event, this.#brokerState.publishedAt(event.id, now))
      this.#rooms.markDelivered(event.address)
    }
    this.#trim()
  }

  #fail(error: unknown): void {
    this.#hasFailed = true
    this.#options.onError(error)
    this.#rejectPending(error instanceof Error ? error : new Error(String(error)))
  }

  #rejectPending(reason: Error): void {
    const { retry } = this.#options.times
    this.#pendingClients.rejectAll(reason, ({ connection }) => {
      connection.end(shutdownRetryMs(retry, this.#clients.size))
    })
  }

  /** Requests the epochs from the broker and admits the clients that need them. One call at a time serves all of them. */
  async #resolveUnknownEpochs(): Promise<void> {
    if (this.#isResolvingEpochs) return
    this.#isResolvingEpochs = true
    while (this.#clientsOfUnknownEpoch.size > 0) {
      // The reply applies to clients that connected before the request.
      const clients = [...this.#clientsOfUnknownEpoch]
      try {
        await this.#broker.readClock?.()
      } catch {
        // `up` or `updateClock` retries. The broker reports its failure with `down`.
        break
      }
      for (const client of clients) {
        if (!this.#clientsOfUnknownEpoch.delete(client)) continue
        this.#pendingClients.remove(client)
        this.#addToRoom(client, { hasCurrentEpochs: true })
      }
    }
    this.#isResolvingEpochs = false
  }

  #admit(client: HubClient, since?: number): void {
    const { lastEventId } = client.target
    if (lastEventId === '' || this.#brokerState.classify(lastEventId) !== 'unknown') {
      this.#addToRoom(client, { since })
      return
    }
    this.#clientsOfUnknownEpoch.add(client)
    this.#pendingClients.add(client)
    void this.#resolveUnknownEpochs()
  }

  /** One synchronous turn flushes new events, reads the history and adds the client: nothing is lost or sent twice. */
  #addToRoom(client: HubClient, arrival: Arrival): void {
    const { connection, target } = client
    const { address, lastEventId, snapshot } = target
    if (!connection.isOpen && !connection.canOpen) {
      // The client is removed when its response closes.
      connection.end()
      this.#options.onError(
        new Error(
          `no event stream for a client of ${address}: the response was sent by other code while the client waited for the broker`,
        ),
      )
      return
    }
    this.#flush()
    if (arrival.newestId === undefined && this.#resumption.needsNewestId(target)) {
      void this.#readNewestId(client, arrival)
      return
    }
    const room = this.#rooms.open(address)
    const resume = resumeBeforeEnd(
      this.#history.retain(address),
      this.#resumption.resolve(target, arrival),
    )
    if (resume === 'ended') {
      this.#rooms.releaseIfEmpty(room)
      client.refuse()
      return
    }
    const hasGap = resume === 'lost' || (typeof resume === 'object' && resume.hasGap)
    if (snapshot !== undefined && (hasGap || lastEventId === '')) {
      this.#open(client, {})
      room.addAwaitingSnapshot(client)
      return
    }
    const isBehind = typeof resume === 'object' && resume.cursor < this.#history.retain(address).end
    // The client needs a position before its first event.
    const sendsId = !isBehind && (hasGap || lastEventId === '')
    const { head } = this.#history
    this.#open(client, { hasGap, id: sendsId && head !== '' ? head : undefined })
    if (resume === 'ahead') room.addAhead(client, lastEventId)
    else if (isBehind) room.addBehind(client, resume.cursor)
    else room.addLive(client)
    if (hasGap) this.#options.notify('gap', address)
  }

  async #readNewestId(client: HubClient, arrival: Arrival): Promise<void> {
    this.#pendingClients.add(client)
    const newestId = await this.#resumption.readNewestId(client.address)
    if (this.#isClosing || !this.#pendingClients.has(client)) return
    this.#pendingClients.remove(client)
    this.#addToRoom(client, { ...arrival, newestId })
  }

  /** Sends headers and first line, or their equivalent in the stream if the headers are already sent. */
  #open({ connection }: HubClient, first: { hasGap?: boolean; id?: string | undefined }): void {
    try {
      if (!connection.isOpen) {
        connection.open(first)
        return
      }
      const { hasGap = false, id } = first
      const text =
        (hasGap ? GAP_COMMENT : '') + (id === undefined ? '' : `${encodeField('id', id)}\n`)
      if (text !== '') connection.write(new Frame(text))
    } catch (error) {
      this.#rooms.onWriteError(connection, error)
    }
  }

  #onClientClosed(client: HubClient): void {
    this.#clients.delete(client)
    this.#pendingClients.remove(client)
    this.#clientsOfUnknownEpoch.delete(client)
    this.#rooms.removeClient(client)
    if (client.isAnnounced) this.#options.notify('disconnect', client.address)
    if (this.#clients.size === 0) this.#onEmpty?.()
  }
}
