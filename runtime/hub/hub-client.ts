import type { Connection, ConnectionOwner } from '../server/connection'
import type { Frame } from '../server/sse'
import type { SnapshotSource } from './snapshots'

/** The room of a client. */
export interface ClientOwner {
  /** Called when the client can receive more. */
  flushClient(client: HubClient): void
  removeClient(client: HubClient): void
}

/** Parameters of a client that joins. */
export interface JoinTarget {
  readonly address: string
  /** The last event ID that the client sends; `''` if it sends none. */
  readonly lastEventId: string
  /** Source of the state of the address; absent if the hub has no snapshots. */
  readonly snapshot?: SnapshotSource | undefined
  /** Responds with 204, after which an EventSource does not reconnect (WHATWG HTML §9.2.2). */
  sendNoContent(): void
}

/** One client of a hub: a connection and a position in the log of its room. */
export class HubClient implements ConnectionOwner {
  readonly target: JoinTarget
  readonly connection: Connection
  /** Number of the next event to send, while the client is behind. */
  cursor = 0
  /** Events before this number count as replay, see `ReplayLimit`. */
  replayEnd = 0
  /** Number of the event before which a gap is already reported, or of the event at which the client resumed. */
  gapReportedAt = -1
  /** Events that conflation has skipped since the client fell behind. */
  skipped = 0
  /** The client has received more events than this process: events up to this id are not sent to it. */
  aheadOfId = ''
  /** Whether listeners were notified that it connected. */
  isAnnounced = false
  /** Whether the client waits for a snapshot. */
  isAwaitingSnapshot = false
  /** The unsent rest of its snapshot, sent before events. */
  snapshotFrames: readonly Frame[] = []
  /** The room; undefined until the hub has its history. */
  owner: ClientOwner | undefined
  readonly #callbacks: Pick<ConnectionOwner, 'onClose' | 'onError'>

  constructor(
    target: JoinTarget,
    connect: (owner: ConnectionOwner) => Connection,
    callbacks: Pick<ConnectionOwner, 'onClose' | 'onError'>,
  ) {
    this.target = target
    this.#callbacks = callbacks
    this.connection = connect(this)
  }

  get address(): string {
    return this.target.address
  }

  /** Disconnects it for good: with 204 if its stream is not open yet. */
  refuse(): void {
    const canRespond = this.connection.canOpen
    this.connection.end()
    if (canRespond) this.target.sendNoContent()
  }

  onDrain(): void {
    this.owner?.flushClient(this)
  }

  onClose(): void {
    this.owner?.removeClient(this)
    this.#callbacks.onClose()
  }

  onError(error: unknown): void {
    this.#callbacks.onError(error)
  }
}

/** Clients that cannot join their room before the broker replies, and the promise `hub.ready`. */
export class PendingClients {
  /** Its rejection is marked as handled. */
  readonly ready: Promise<void>
  #settleReady: (error?: Error) => void = () => undefined
  /** The moment of `performance.now()` at which the stream opened; undefined before. */
  readonly #clients = new Map<HubClient, number | undefined>()
  #isBrokerUnavailable = false

  constructor() {
    this.ready = new Promise((resolve, reject) => {
      this.#settleReady = (error) => (error === undefined ? resolve() : reject(error))
    })
    this.ready.catch(() => undefined)
  }

  add(client: HubClient): void {
    this.#clients.set(client, undefined)
    if (this.#isBrokerUnavailable) this.#sendHeaders(client)
  }

  has(client: HubClient): boolean {
    return this.#clients.has(client)
  }

  remove(client: HubClient): void {
    this.#clients.delete(client)
  }

  /** Sends the headers while the broker is unavailable: a proxy ends a request without headers after some time. */
  sendHeadersToAll(): void {
    this.#isBrokerUnavailable = true
    for (const client of this.#clients.keys()) this.#sendHeaders(client)
  }

  onBrokerAvailable(): void {
    this.#isBrokerUnavailable = false
  }

  /** Called when the history is loaded. */
  activateAll(activate: (client: HubClient, since: number | undefined) => void): void {
    const clients = [...this.#clients]
    this.#clients.clear()
    for (const [client, since] of clients) activate(client, since)
    this.#settleReady()
  }

  /** Called when the history will not load: ends all pending connections. */
  rejectAll(error: Error, end: (client: HubClient) => void): void {
    this.#settleReady(error)
    for (const client of this.#clients.keys()) {
      if (client.connection.canOpen) client.connection.open()
      end(client)
    }
  }

  #sendHeaders(client: HubClient): void {
    // Another handler may have responded while the client waited.
    if (!client.connection.canOpen) return
    client.connection.open()
    this.#clients.set(client, performance.now())
  }
}
