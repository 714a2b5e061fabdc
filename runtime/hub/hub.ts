import { ConnectionGuard, type Admitted } from '../server/connection-guard'
import { rejectTemporarily } from '../server/http'
import { HubCore } from './hub-core'
import type { BrokerEvent } from '../brokers/broker'
import type { StreamOptions } from '../server/connection'
import { memoryBroker } from '../brokers/memory-broker'
import { encodeMessage } from '../server/encode-message'
import { type SnapshotSource, encodeSnapshot } from './snapshots'
import type { PresentedCredentials } from '../server/request-credentials'
import { roomAddress } from '../server/route'
import type { Endpoint, Exchange, Next, ServerRequest } from '../server/exchange'
import { handledRejection, reportTo } from '../server/errors'
import type {
  HubEvent,
  HubMetrics,
  HubContentOptions,
  HubNotice,
  HubOptions,
  Unsubscribe,
} from './types'
import type { ServerChannel } from '../server/types'
import type { RoomChange } from './room-changes'

type ChannelHubOptions<Events, Content, Params, Auth> = HubOptions<Params, Auth> &
  HubContentOptions<Events, Content, Params>

/** A hub for any host: the result of `create…Hub` without the methods of hosts. */
export class ChannelHub<Events, Content, Params, Auth = PresentedCredentials> {
  /** The endpoint that hosts route to. */
  readonly endpoint: Endpoint
  readonly #guard: ConnectionGuard<Params, unknown, ServerRequest, Auth, object | true>
  readonly #channel: ServerChannel<Events, Content, Params, Auth>
  readonly #options: ChannelHubOptions<Events, Content, Params, Auth>
  readonly #core: HubCore
  readonly #listeners = new Map<HubEvent, Set<(notice: HubNotice) => void>>()
  #closed: Promise<void> | undefined

  constructor(
    channel: ServerChannel<Events, Content, Params, Auth>,
    options: ChannelHubOptions<Events, Content, Params, Auth> = {},
  ) {
    const { broker = memoryBroker(), name = channel.name, history = {} } = options
    const {
      maxEvents = 1000,
      maxEventsPerRoom = Infinity,
      maxBytes = 8 * 1024 * 1024,
      maxAge,
      maxReplayRate = 64 * 1024 * 1024,
    } = history
    const limits = { maxEvents, maxEventsPerRoom, maxBytes, maxAge, maxReplayRate }
    for (const [limit, value] of Object.entries(limits)) checkLimit(limit, value)
    this.#channel = channel
    this.#options = options
    this.#guard = new ConnectionGuard(channel, options, (request) => request)
    this.endpoint = this.#createEndpoint()
    this.#core = new HubCore(broker({ name, maxEvents, maxBytes, maxAge }), {
      ...limits,
      times: this.#guard.streamOptions,
      compression: options.compression,
      maxAge: maxAge ?? Infinity,
      keyOf: this.#createKeyFunction(),
      isTerminal: terminalTest(channel),
      sentinel: channel.sentinels?.[0],
      onError: this.#reportError,
      notify: (event, address, skipped) => this.#notify(event, address, skipped),
    })
  }

  get size(): number {
    return this.#core.size
  }

  get ready(): Promise<void> {
    return this.#core.ready
  }

  get metrics(): HubMetrics {
    return this.#core.metrics
  }

  async lastEventId(parameters?: Params): Promise<string> {
    if (parameters !== undefined) roomAddress(this.#channel, parameters)
    await this.ready
    return this.#core.lastEventId
  }

  publish(
    message: Content | Events[keyof Events],
    { event, parameters }: { event?: keyof Events; parameters?: Params } = {},
  ): Promise<string> {
    const channel = this.#channel
    const { validate = channel.validate } = this.#options
    let published: Promise<string>
    try {
      const encoded = encodeMessage(channel, message, event, validate)
      published = this.#core.publish(roomAddress(channel, parameters), encoded)
    } catch (error) {
      this.#reportError(error)
      return handledRejection(error)
    }
    // This marks the promise as handled: the caller may ignore it.
    published.catch((error: unknown) => this.#reportError(error))
    return published
  }

  end(parameters?: Params): Promise<void> {
    return this.#changeRoom(parameters, 'end')
  }

  reopen(parameters?: Params): Promise<void> {
    return this.#changeRoom(parameters, 'reopen')
  }

  on(event: HubEvent, listener: (notice: HubNotice) => void): Unsubscribe {
    const listeners = this.#listeners.get(event) ?? new Set()
    this.#listeners.set(event, listeners)
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#core.close())
  }

  #changeRoom(parameters: Params | undefined, change: RoomChange): Promise<void> {
    let changed: Promise<void>
    try {
      changed = this.#core.changeRoom(roomAddress(this.#channel, parameters), change)
    } catch (error) {
      this.#reportError(error)
      return handledRejection(error)
    }
    changed.catch((error: unknown) => this.#reportError(error))
    return changed
  }

  #createEndpoint(): Endpoint {
    const { cors, route } = this.#guard
    return {
      address: this.#channel.address,
      matches: (path, url, method) => route.matches(path, url, method),
      methods: ['GET', 'HEAD'],
      prefix: this.#options.prefix ?? '',
      preflight: cors && ((exchange) => cors.preflight(exchange)),
      handle: (exchange, next) => this.#handle(exchange, next),
      close: () => this.close(),
      reportError: this.#reportError,
    }
  }

  async #handle(exchange: Exchange, next: Next): Promise<void> {
    try {
      const streamOptions = this.#streamOptions(exchange.request)
      const admitted = await this.#guard.admit(exchange, { streamOptions })
      if (admitted !== null) this.#join(exchange, admitted, streamOptions)
    } catch (error) {
      next(error ?? new Error(`${this.#channel.name}: authorize rejected without an error`))
    }
  }

  #join(
    exchange: Exchange,
    { address, lastEventId, parameters, release }: Admitted<Params, unknown>,
    streamOptions: StreamOptions,
  ): void {
    try {
      if (this.#core.isClosed) {
        release()
        rejectTemporarily(exchange, 503)
        return
      }
      const snapshot = this.#snapshotSource(exchange.request, parameters)
      this.#core.join(
        { address, lastEventId, snapshot, sendNoContent: () => sendNoContent(exchange) },
        (client) => exchange.connect(streamOptions, client),
        release,
      )
    } catch (error) {
      release()
      throw error
    }
  }

  #streamOptions(request: ServerRequest): StreamOptions {
    const { streamOptions } = this.#guard
    const { compression } = this.#options
    if (compression === undefined) return streamOptions
    return { ...streamOptions, negotiatesCoding: true, encoder: compression.encoderFor(request) }
  }

  #createKeyFunction(): ((event: BrokerEvent) => string | undefined) | undefined {
    const options = this.#options
    if (options.conflate === undefined) return undefined
    const { events } = this.#channel
    return ({ event, data }) => {
      const descriptor =
        events.length === 1 ? events[0] : events.find(({ type }) => String(type) === event)
      try {
        return descriptor && options.conflate?.(descriptor.model.unmarshal(data) as never)
      } catch (error) {
        this.#reportError(error)
        return undefined
      }
    }
  }

  #snapshotSource(request: ServerRequest, parameters: Params): SnapshotSource | undefined {
    const channel = this.#channel
    const options = this.#options
    if (options.snapshot === undefined) return undefined
    const { validate = channel.validate } = options
    const key = options.snapshotKey?.(request)
    const context = { parameters, request: key === undefined ? undefined : request }
    return {
      key: key ?? '',
      load: async () =>
        encodeSnapshot(channel, (await options.snapshot?.(context)) ?? [], validate),
    }
  }

  #notify(event: HubEvent, address: string, skipped?: number): void {
    for (const listener of this.#listeners.get(event) ?? []) {
      try {
        const notice = { address, clients: this.#core.size }
        listener(skipped === undefined ? notice : { ...notice, skipped })
      } catch (error) {
        this.#reportError(error)
      }
    }
  }

  readonly #reportError = (error: unknown): void => {
    reportTo(this.#options, error)
  }
}

/** Finds terminal messages; undefined if the channel has none. */
function terminalTest<Events>({
  events,
  sendsEventName,
}: Pick<ServerChannel<Events, never, never>, 'events' | 'sendsEventName'>):
  ((event: BrokerEvent) => boolean) | undefined {
  const types = new Set<unknown>()
  for (const { type, isTerminal } of events) if (isTerminal === true) types.add(type)
  if (types.size === 0) return undefined
  return sendsEventName ? ({ event }) => types.has(event) : () => true
}

function sendNoContent(exchange: Exchange): void {
  exchange.takeResponse()
  const { response } = exchange
  response.statusCode = 204
  response.setHeader('Cache-Control', 'no-store')
  response.end()
}

function checkLimit(name: string, value: number | undefined): void {
  if (value === undefined || value > 0) return
  throw new TypeError(`history.${name} must be greater than 0, found ${String(value)}`)
}
