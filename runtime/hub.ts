import { Gate, refuseForNow } from './admission'
import type { HttpRequest, HttpResponse } from './http'
import { isGone } from './http'
import { HubCore } from './hub-core'
import { memoryBroker } from './memory-broker'
import { prepare } from './outgoing'
import type { PresentedCredentials } from './request-credentials'
import { roomOf } from './route'
import type { Next } from './send-endpoint'
import { rejected, reportTo } from './server-errors'
import type {
  CommonHubOptions,
  HubBase,
  HubEvent,
  HubMetrics,
  HubNotice,
  ServerChannel,
  Unsubscribe,
} from './server-types'

/** A hub for any host: what `create…Hub` makes, but for `register`. */
export class ChannelHub<
  E,
  C,
  P,
  R extends HttpRequest,
  A = PresentedCredentials,
> implements HubBase<E, C, P> {
  readonly gate: Gate<E, C, P, R, A>
  readonly #channel: ServerChannel<E, C, P, A>
  readonly #options: CommonHubOptions<P, R, A>
  readonly #core: HubCore
  readonly #listeners = new Map<HubEvent, Set<(notice: HubNotice) => void>>()
  #closed: Promise<void> | undefined

  constructor(channel: ServerChannel<E, C, P, A>, options: CommonHubOptions<P, R, A> = {}) {
    const { broker = memoryBroker(), name = channel.name, history = {} } = options
    const { maxEvents = 1000, maxBytes = 8 * 1024 * 1024, maxAge } = history
    for (const [limit, value] of Object.entries({ maxEvents, maxBytes, maxAge })) {
      checkLimit(limit, value)
    }
    this.#channel = channel
    this.#options = options
    this.gate = new Gate(channel, options)
    this.#core = new HubCore(broker({ name, maxEvents, maxBytes, maxAge }), {
      times: this.gate.times,
      maxEvents,
      maxBytes,
      maxAge: maxAge ?? Infinity,
      onError: (error) => this.#report(error),
      notify: (event, address) => this.#notify(event, address),
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

  publish(
    message: C | E[keyof E],
    { event, parameters }: { event?: keyof E; parameters?: P } = {},
  ): Promise<string> {
    const channel = this.#channel
    const { validate = channel.validate } = this.#options
    let published: Promise<string>
    try {
      const outgoing = prepare(channel, message, event, validate)
      published = this.#core.publish(roomOf(channel, parameters), outgoing.event, outgoing.data)
    } catch (error) {
      this.#report(error)
      return rejected(error)
    }
    // Two listeners, one promise: the caller may leave it alone.
    published.catch((error: unknown) => this.#report(error))
    return published
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

  /** Serves a request whose path the route matches. Never rejects. @param path without a mount's prefix */
  async visit(request: R, response: HttpResponse, path: string, next: Next): Promise<void> {
    try {
      const admitted = await this.gate.admit(request, response, path)
      if (admitted === null) return
      if (isGone(response)) {
        admitted.release()
      } else if (this.#core.isOver) {
        admitted.release()
        refuseForNow(response, 503)
      } else {
        this.#core.join(admitted, response, admitted.release)
      }
    } catch (error) {
      next(error)
    }
  }

  #notify(event: HubEvent, address: string): void {
    for (const listener of this.#listeners.get(event) ?? []) {
      try {
        listener({ address, clients: this.#core.size })
      } catch (error) {
        this.#report(error)
      }
    }
  }

  #report(error: unknown): void {
    const options = this.#options
    reportTo(options.onError && ((each) => options.onError?.(each)), error)
  }
}

function checkLimit(name: string, value: number | undefined): void {
  if (value === undefined || value > 0) return
  throw new TypeError(`history.${name} must be greater than 0, not ${String(value)}`)
}
