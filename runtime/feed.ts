import type { CommonOptions } from './client-types'
import type { Decode } from './decode'
import type { EventSourceError } from './errors'
import { Hooks } from './hooks'
import { Inbox } from './inbox'

/** Brings events into an inbox: `fetch`, or an EventSource. */
export interface Source {
  readonly readyState: 0 | 1 | 2
  start(): void
  /** Ends everything at once: requests, timers, listeners. */
  stop(): void
}

/** A call of `listen` or `stream`, checked and ready to connect. */
export interface Setup<E, P> {
  readonly parameters: P
  readonly decode: Decode<E>
  readonly options: CommonOptions & { onGap?(): void }
  /** Where the stream starts. */
  readonly lastEventId: string
  connect(inbox: Inbox, hooks: Hooks): Source
}

/** One subscription's life, from the source to the end, for whoever consumes it. */
export class Feed<E, P> {
  readonly setup: Setup<E, P>
  readonly inbox: Inbox
  readonly hooks: Hooks
  readonly closed: Promise<void>
  /** Id of the last event that was delivered. */
  lastEventId: string
  #ended = false
  #resolveClosed: () => void = () => undefined
  readonly #source: Source
  readonly #onAbort = (): void => this.close()
  readonly #onClosed: (error: EventSourceError | undefined) => void

  /**
   * @param onArrival there is something in the inbox
   * @param onClosed it is over; with the error that ended it, if one did
   */
  constructor(
    setup: Setup<E, P>,
    onArrival: () => void,
    onClosed: (error: EventSourceError | undefined) => void = () => undefined,
  ) {
    this.setup = setup
    this.lastEventId = setup.lastEventId
    this.hooks = new Hooks(setup.options)
    this.inbox = new Inbox(onArrival)
    this.#source = setup.connect(this.inbox, this.hooks)
    this.#onClosed = onClosed
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve
    })
  }

  get readyState(): 0 | 1 | 2 {
    return this.#source.readyState
  }

  start(): void {
    const { signal } = this.setup.options
    if (signal?.aborted === true) {
      // The caller gets its subscription before `onClose` speaks of it.
      queueMicrotask(this.#onAbort)
      return
    }
    signal?.addEventListener('abort', this.#onAbort)
    this.#source.start()
  }

  close(error?: EventSourceError): void {
    if (this.#ended) return
    this.#ended = true
    this.#source.stop()
    this.inbox.close()
    const { options } = this.setup
    options.signal?.removeEventListener('abort', this.#onAbort)
    this.#onClosed(error)
    void this.hooks.call(() =>
      error === undefined ? options.onClose?.() : options.onClose?.(error),
    )
    this.#resolveClosed()
  }

  /** Tells the user of a gap. */
  gap(): Promise<void> | undefined {
    return this.hooks.call(() => this.setup.options.onGap?.())
  }
}
