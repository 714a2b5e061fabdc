import type { EventStream, StreamEvent } from './types'
import { makeDisposable } from './disposable'
import type { EventSourceError } from './errors'
import { createSession, type ClientSession, type SessionConfig } from './session'

/**
 * The events of a channel as an async iterator. It is not a generator: the `return` of a generator waits for a pending
 * `next`.
 *
 * @param open checks the call. It is called at the first `next()`, which rejects with its error.
 */
export function createEventStream<Events, Params>(
  open: () => SessionConfig<Events, Params>,
): EventStream<StreamEvent<Events, Params>> {
  type Item = StreamEvent<Events, Params>
  type Result = IteratorResult<Item, undefined>
  const pendingReads: { resolve(result: Result): void; reject(error: unknown): void }[] = []
  let config: SessionConfig<Events, Params> | undefined
  let session: ClientSession | undefined
  let isEnded = false
  let failure: EventSourceError | undefined

  function start(): void {
    if (session !== undefined || isEnded) return
    // An invalid call ends the stream: only the first `next()` rejects.
    isEnded = true
    config = open()
    isEnded = false
    session = createSession(config, resolvePending, onClosed)
    session.start()
  }

  /** The next message. Processes all items before it. */
  function nextEvent(): Item | undefined {
    if (session === undefined || config === undefined) return undefined
    const { queue, callbacks } = session
    for (let item = queue.take(); item !== undefined; item = queue.take()) {
      const { id, kind } = item
      session.lastEventId = id
      if (kind === undefined) {
        const details = config.decode(item)
        if (details?.cause !== undefined) callbacks.reportError(details.cause)
        else if (details === null) void callbacks.reportUnknown(item)
        else if (details !== undefined) {
          const { type, payload } = details
          return { type, payload, id, parameters: config.parameters } as Item
        }
      } else if (kind === 'gap' || kind === 'snapshot') {
        void callbacks.notify('onGap', { healed: kind === 'snapshot' })
      } else if (item.error?.retrying) callbacks.reportError(item.error)
      else if (kind !== 'id') session.close(item.error)
    }
    return undefined
  }

  /** Settles as many pending reads as possible. */
  function resolvePending(): void {
    while (pendingReads.length > 0) {
      const value = nextEvent()
      // `nextEvent` may close the session, which calls this function again.
      const first = value === undefined && !isEnded ? undefined : pendingReads.shift()
      if (first === undefined) return
      const { resolve, reject } = first
      if (value !== undefined) resolve({ value, done: false })
      else if (failure === undefined) resolve({ value: undefined, done: true })
      else reject(failure)
      if (value === undefined) failure = undefined
    }
  }

  function onClosed(error: EventSourceError | undefined): void {
    isEnded = true
    failure = error
    resolvePending()
  }

  function end(): Promise<Result> {
    if (session === undefined) isEnded = true
    session?.close()
    failure = undefined
    return Promise.resolve({ value: undefined, done: true })
  }

  const stream = {
    next(): Promise<Result> {
      try {
        start()
      } catch (error) {
        return Promise.reject(error as Error)
      }
      const value = pendingReads.length === 0 ? nextEvent() : undefined
      if (value !== undefined) return Promise.resolve({ value, done: false })
      return new Promise((resolve, reject) => {
        pendingReads.push({ resolve, reject })
        // A callback may have closed the session meanwhile.
        if (isEnded) resolvePending()
      })
    },
    return: end,
    throw: (error?: unknown): Promise<Result> => end().then(() => Promise.reject(error)),
    get lastEventId(): string {
      return session?.lastEventId ?? ''
    },
    get state() {
      return session?.state ?? (isEnded ? 'closed' : 'connecting')
    },
    get location() {
      return config?.request?.resumption.location
    },
    [Symbol.asyncIterator]: () => stream,
  } as Omit<EventStream<Item>, typeof Symbol.asyncDispose> as EventStream<Item>
  makeDisposable(stream, 'asyncDispose', end)
  return stream
}
