import type { Broker, BrokerSink, Entry } from './broker'
import { comeBack } from './come-back'
import { compareIds, isEventId, timeOfId } from './event-id'
import { Frame } from './frame'
import { watch, type Watched } from './heartbeat'
import { History, type Resume } from './history'
import type { StreamTimes } from './connection'
import type { HttpResponse } from './http'
import { HubClient } from './hub-client'
import { Lobby } from './lobby'
import { Room, type RoomHost } from './room'
import type { HubEvent, HubMetrics } from './server-types'
import { encodeLine, GAP } from './sse'

export interface HubCoreOptions {
  readonly times: StreamTimes
  readonly maxEvents: number
  /** Bytes. */
  readonly maxBytes: number
  /** ms. */
  readonly maxAge: number
  onError(error: unknown): void
  notify(event: HubEvent, address: string): void
}

/** What one tick may gather before it is sent early, bytes. */
const MAX_PENDING = 1024 * 1024

/** How far another process's clock may be in front of this one's, ms. */
const CLOCK_SKEW = 60_000

/**
 * Rooms, history and clients of one hub: takes entries from a broker, writes to clients. It knows no channel and no host.
 */
export class HubCore implements BrokerSink, RoomHost {
  readonly #broker: Broker
  readonly #options: HubCoreOptions
  readonly #history: History
  readonly #rooms = new Map<string, Room>()
  readonly #clients = new Set<HubClient>()
  readonly #lobby = new Lobby()
  readonly #dirty = new Set<Room>()
  readonly #aging: Watched
  #pendingBytes = 0
  #flushing: NodeJS.Immediate | undefined
  #isReady = false
  #hasFailed = false
  #isClosing = false
  /** Clients that were there when the hub began to close. */
  #leaving = 1
  #onEmpty: (() => void) | undefined
  readonly #metrics = { published: 0, delivered: 0, dropped: 0, bytes: 0 }

  constructor(broker: Broker, options: HubCoreOptions) {
    this.#broker = broker
    this.#options = options
    this.#history = new History(options, broker.start)
    this.#aging = { interval: options.maxAge, look: () => this.#trim(Date.now()) }
    broker.open(this).catch((error: unknown) => this.#fail(error))
  }

  /** See `HubBase.ready`. */
  get ready(): Promise<void> {
    return this.#lobby.ready
  }

  get size(): number {
    return this.#clients.size
  }

  /** Whether a client that comes now would never hear anything. */
  get isOver(): boolean {
    return this.#isClosing || this.#hasFailed
  }

  get metrics(): HubMetrics {
    return { clients: this.#clients.size, ...this.#metrics }
  }

  async publish(address: string, event: string, data: string): Promise<string> {
    if (this.#isClosing) throw new Error('the hub is closed')
    const id = await this.#broker.append(address, event, data)
    this.#metrics.published++
    return id
  }

  /**
   * Makes a response a client of a room. It opens once the history is there, so that it misses nothing from then on;
   * while the broker is away it opens at once.
   */
  join(
    place: { readonly address: string; readonly lastEventId: string },
    response: HttpResponse,
    onClose: () => void,
  ): void {
    const client = new HubClient(place, response, this.#options.times, () => {
      onClose()
      this.#left(client)
    })
    this.#clients.add(client)
    if (this.#isReady) this.#enter(client)
    else this.#lobby.add(client)
    this.#options.notify('connect', client.address)
  }

  async close(): Promise<void> {
    this.#isClosing = true
    this.#leaving = this.#clients.size
    const { closeTimeout } = this.#options.times
    let timer: NodeJS.Timeout | undefined
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
    this.#dismiss(new Error('the hub was closed before it was ready'))
    for (const room of this.#rooms.values()) room.flushAll()
    await Promise.race([empty, timeout])
    for (const client of this.#clients) client.connection.destroy()
    await empty
    clearTimeout(timer)
    this.#history.clear()
    watch.delete(this.#aging)
  }

  // What the broker says.

  preload(entries: readonly Entry[], position?: string): void {
    const { head } = this.#history
    const newest = entries.at(-1)?.id
    const isKnown = this.#isReady && newest !== undefined && head !== ''
    if (isKnown && compareIds(newest, head) >= 0) {
      const fresh = entries.findIndex(({ id }) => compareIds(id, head) > 0)
      const old = fresh === -1 ? entries.length : fresh
      this.#remember(entries.slice(0, old))
      this.entries(entries.slice(old))
      return
    }
    // The broker has lost what clients have seen, and perhaps what they have not.
    if (this.#isReady && head !== '') this.#history.forget()
    this.#remember(entries)
    if (newest === undefined && position !== undefined) this.#history.begin(position)
    if (this.#isReady && head !== '') for (const room of this.#rooms.values()) room.tellGap()
    this.#isReady = true
    this.#lobby.admitAll((client, since) => this.#enter(client, since))
  }

  entries(batch: readonly Entry[]): void {
    const now = Date.now()
    const isAging = this.#options.maxAge < Infinity
    for (const entry of batch) {
      const time = isAging ? Math.min(now, timeOfId(entry.id)) : now
      const { bytes } = this.#history.append(entry, time)
      this.#pendingBytes += bytes
      const room = this.#rooms.get(entry.address)
      if (room !== undefined) this.#dirty.add(room)
      if (this.#pendingBytes > MAX_PENDING) this.#flush()
    }
    this.#flushing ??= setImmediate(() => this.#flush())
  }

  reset(): void {
    this.#flush()
    this.#history.clear()
  }

  up(): void {
    // Nothing waits for it: the broker goes on by itself.
  }

  down(error: Error): void {
    this.#lobby.openAll()
    this.#options.onError(error)
  }

  // What the rooms say.

  delivered(events: number, bytes: number): void {
    this.#metrics.delivered += events
    this.#metrics.bytes += bytes
  }

  missed({ address }: Room, events: number): void {
    this.#metrics.dropped += events
    this.#options.notify('gap', address)
  }

  slow({ address }: Room): void {
    this.#options.notify('slow', address)
  }

  caughtUp({ connection }: HubClient): void {
    if (!this.#isClosing) return
    connection.end(comeBack(this.#options.times.retry, this.#leaving))
  }

  emptied(room: Room): void {
    this.#rooms.delete(room.address)
    this.#dirty.delete(room)
    this.#history.release(room.address)
  }

  #flush(): void {
    clearImmediate(this.#flushing)
    this.#flushing = undefined
    this.#pendingBytes = 0
    for (const room of this.#dirty) room.flush()
    this.#dirty.clear()
    this.#trim(Date.now())
  }

  /** Events age also where nothing is published and nobody comes. */
  #trim(time: number): void {
    this.#history.trim(time)
    if (this.#options.maxAge === Infinity) return
    if (this.#history.isEmpty) watch.delete(this.#aging)
    else watch.add(this.#aging)
  }

  /** Takes entries into the history that are not for those who listen. */
  #remember(entries: readonly Entry[]): void {
    const now = Date.now()
    for (const entry of entries) {
      this.#history.append(entry, Math.min(now, timeOfId(entry.id)))
      this.#rooms.get(entry.address)?.skip()
    }
    this.#trim(now)
  }

  #fail(error: unknown): void {
    this.#hasFailed = true
    this.#options.onError(error)
    this.#dismiss(error instanceof Error ? error : new Error(String(error)))
  }

  #dismiss(reason: Error): void {
    const { retry } = this.#options.times
    this.#lobby.dismissAll(reason, ({ connection }) => {
      connection.end(comeBack(retry, this.#clients.size))
    })
  }

  /**
   * One synchronous turn: what came is flushed, the history is read, the client is there. So nothing is lost or doubled.
   * @param since when its stream opened, where that was before the history was there
   */
  #enter(client: HubClient, since?: number): void {
    const { address, connection, lastEventId } = client
    const room = this.#roomOf(address)
    room.flush()
    this.#trim(Date.now())
    const place = this.#placeOf(address, lastEventId, since)
    const gap = place === 'unknown' || (typeof place === 'object' && place.gap)
    const isBehind = typeof place === 'object' && place.cursor < this.#history.pin(address).end
    // From here on the client can say where it was, also before the first event.
    const tellsId = !isBehind && (gap || lastEventId === '')
    const id = tellsId && this.#history.head !== '' ? this.#history.head : undefined
    if (connection.isOpen) tell(client, { gap, id })
    else connection.open({ gap, id })
    if (place === 'ahead') room.addAhead(client, lastEventId)
    else if (isBehind) room.addBehind(client, place.cursor)
    else room.addLive(client)
    if (gap) this.#options.notify('gap', address)
  }

  #placeOf(
    address: string,
    id: string,
    since: number | undefined,
  ): Resume | 'now' | 'ahead' | 'unknown' {
    if (id === '') {
      return since === undefined ? 'now' : this.#history.since(address, since, CLOCK_SKEW)
    }
    if (!isEventId(id)) return 'unknown'
    const { start } = this.#broker
    const isForeign = start !== undefined && compareIds(id, start) < 0
    if (isForeign) return 'unknown'
    const resume = this.#history.resume(address, id)
    if (resume !== null) return resume
    const canBeAhead = start === undefined && timeOfId(id) <= Date.now() + CLOCK_SKEW
    return canBeAhead ? 'ahead' : 'unknown'
  }

  #roomOf(address: string): Room {
    const existing = this.#rooms.get(address)
    if (existing !== undefined) return existing
    const room = new Room(address, this.#history.pin(address), this)
    this.#rooms.set(address, room)
    return room
  }

  #left(client: HubClient): void {
    this.#clients.delete(client)
    this.#lobby.leave(client)
    this.#options.notify('disconnect', client.address)
    if (this.#clients.size === 0) this.#onEmpty?.()
  }
}

/** Says to a client that is connected what the headers and the first line would have said. */
function tell(
  { connection }: HubClient,
  { gap, id }: { readonly gap: boolean; readonly id: string | undefined },
): void {
  const text = (gap ? GAP : '') + (id === undefined ? '' : `${encodeLine('id', id)}\n`)
  if (text !== '') connection.write(new Frame(text))
}
