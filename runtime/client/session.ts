import type { CommonOptions, ConnectionState, Gap, StreamRequest } from './types'
import type { Decode } from './decode'
import type { EventSourceError } from './errors'
import { createCallbackRunner, type CallbackRunner } from './callbacks'
import { createEventQueue, type EventQueue } from './event-queue'

/** Receives events and adds them to the queue: over `fetch`, or from an EventSource. */
export interface Transport {
  start(): void
  /** Ends requests, timers and listeners at once. */
  stop(): void
}

/** The interface of a session for its transport. */
export interface TransportContext {
  readonly queue: EventQueue
  readonly state: ConnectionState
  /** Reports the state. Has no effect once the state is `closed`. */
  setState(this: void, state: ConnectionState): void
}

/** A call of `listen` or `stream`, checked and ready to connect. */
export interface SessionConfig<Events, Params> {
  readonly parameters: Params
  readonly decode: Decode<Events>
  readonly options: CommonOptions & { readonly maxBuffered?: number; onGap?(gap: Gap): void }
  /** Present if the method is not GET. */
  readonly request?: StreamRequest | undefined
  /** Id of the event after which the stream starts. */
  readonly lastEventId: string
  connect(context: TransportContext): Transport
}

/** One subscription from start to end, for the code that consumes it. */
export interface ClientSession extends TransportContext {
  readonly callbacks: CallbackRunner
  state: ConnectionState
  /** Resolves when the subscription is closed; never rejects. */
  readonly closed: Promise<void>
  /** Id of the last event that was delivered; the consumer sets it. */
  lastEventId: string
  start(): void
  /** Ends the connection, so the state is `closed` while the final error is delivered. */
  disconnect(): void
  close(error?: EventSourceError): void
}

/**
 * @param onArrival called when the queue may have items
 * @param onClosed called once, with the error that closed the subscription, if any
 */
export function createSession<Events, Params>(
  { options, lastEventId, connect }: SessionConfig<Events, Params>,
  onArrival: () => void,
  onClosed?: (error: EventSourceError | undefined) => void,
): ClientSession {
  const { signal } = options
  const callbacks = createCallbackRunner(options)
  const queue = createEventQueue(onArrival, options.maxBuffered)
  const abort = (): void => session.close()
  let isClosed = false
  let resolveClosed: () => void
  const closed = new Promise<void>((resolve) => {
    resolveClosed = resolve
  })

  const session: ClientSession = {
    queue,
    callbacks,
    closed,
    lastEventId,
    state: 'connecting',
    setState(next) {
      if (session.state === next || session.state === 'closed') return
      session.state = next
      void callbacks.notify('onStateChange', next)
      // `onStateChange` may have closed the subscription.
      if (session.state === 'open') void callbacks.notify('onOpen')
    },
    disconnect() {
      session.setState('closed')
      transport.stop()
    },
    close(error) {
      if (isClosed) return
      isClosed = true
      session.disconnect()
      queue.close()
      signal?.removeEventListener('abort', abort)
      onClosed?.(error)
      void callbacks.notify('onClose', error)
      resolveClosed()
    },
    start() {
      // The caller receives its subscription before `onClose` is called.
      if (signal?.aborted) return queueMicrotask(abort)
      signal?.addEventListener('abort', abort)
      transport.start()
    },
  }
  const transport = connect(session)
  return session
}
