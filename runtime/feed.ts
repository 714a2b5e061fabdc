import type { CommonOptions } from './client-types'
import type { Decode } from './decode'
import type { EventSourceError } from './errors'
import { createHooks, type Hooks } from './hooks'
import { createInbox, type Inbox } from './inbox'

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
export interface Feed {
  readonly inbox: Inbox
  readonly hooks: Hooks
  readonly source: Source
  /** Resolves when it is over; never rejects. */
  readonly closed: Promise<void>
  /** Id of the last event that was delivered; the consumer sets it. */
  lastEventId: string
  start(): void
  close(error?: EventSourceError): void
  /** Tells the user of a gap. */
  gap(): Promise<void> | undefined
}

/**
 * @param onArrival there is something in the inbox
 * @param onClosed it is over; with the error that ended it, if one did
 */
export function createFeed<E, P>(
  { options, lastEventId, connect }: Setup<E, P>,
  onArrival: () => void,
  onClosed?: (error: EventSourceError | undefined) => void,
): Feed {
  const { signal } = options
  const hooks = createHooks(options)
  const inbox = createInbox(onArrival)
  const source = connect(inbox, hooks)
  const abort = (): void => close()
  let ended = false
  let resolveClosed: () => void
  const closed = new Promise<void>((resolve) => {
    resolveClosed = resolve
  })

  function close(error?: EventSourceError): void {
    if (ended) return
    ended = true
    source.stop()
    inbox.close()
    signal?.removeEventListener('abort', abort)
    onClosed?.(error)
    void hooks.call(() => options.onClose?.(error))
    resolveClosed()
  }

  return {
    inbox,
    hooks,
    source,
    closed,
    lastEventId,
    close,
    start() {
      // The caller gets its subscription before `onClose` speaks of it.
      if (signal?.aborted) return queueMicrotask(abort)
      signal?.addEventListener('abort', abort)
      source.start()
    },
    gap: () => hooks.call(() => options.onGap?.()),
  }
}
