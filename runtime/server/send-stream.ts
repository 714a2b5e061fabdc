import type { Connection, ConnectionOwner } from './connection'
import { Frame, encodeEvent } from './sse'
import { encodeMessage } from './encode-message'
import { handledRejection, SlowClientError } from './errors'
import type { Identity, SendEvent, SendOptions, ServerChannel } from './types'

export interface SendStreamOptions<User> {
  /** Prepares the response. */
  readonly connect: (owner: ConnectionOwner) => Connection
  readonly lastEventId: string
  readonly identity: Identity<User>
  readonly query: unknown
  readonly validate: boolean
  readonly maxBufferedBytes: number
  readonly onError: (error: unknown) => void
  /** The client disconnected, or the stream has ended. */
  readonly onClose: () => void
  /** Refuses the request, because the server shuts down before the stream is open. */
  readonly refuse: () => void
}

/** The stream of one client; implements `sendEvent`. */
export class SendStream<Events, Content, Params, User> implements ConnectionOwner {
  /** The callback's type determines that of `query`. */
  readonly sendEvent: SendEvent<Events, Content, User, never>
  readonly #channel: ServerChannel<Events, Content, Params, never>
  readonly #options: SendStreamOptions<User>
  readonly #connection: Connection
  #controller: AbortController | undefined
  #pendingSends: ((isConnected: boolean) => void)[] = []
  #hasReported = false
  #hasResponded = false
  /** Size of the largest event that may still wait, bytes. */
  #largestPendingBytes = 0

  constructor(
    channel: ServerChannel<Events, Content, Params, never>,
    options: SendStreamOptions<User>,
  ) {
    this.#channel = channel
    this.#options = options
    this.#connection = options.connect(this)
    this.sendEvent = this.#createSendEvent()
  }

  get isOpen(): boolean {
    return this.#connection.isOpen
  }

  /** Whether the response of the request is from here, so that no other code may respond. */
  get hasResponded(): boolean {
    return this.#hasResponded
  }

  /** Opens the stream, unless it is open or other code has responded. Returns whether it is open. */
  open(): boolean {
    const isOpen = this.#connection.open()
    this.#hasResponded ||= isOpen
    return isOpen
  }

  /** Ends a stream that is complete, with the channel's sentinel, if any. */
  finish(): void {
    const [sentinel] = this.#channel.sentinels ?? []
    if (sentinel !== undefined && this.isOpen) {
      this.#connection.write(new Frame(encodeEvent({ data: sentinel })))
    }
    this.end()
  }

  /** Aborts the response, so that the client does not consider it complete. */
  abort(): void {
    this.#connection.abort()
    this.#abortPending()
  }

  /** Keeps the stream closed: the request was forwarded to the host's next handler. */
  cancel(): void {
    this.#connection.end()
  }

  end(): void {
    this.#connection.end()
    // Nothing is sent after this, although the client may remain connected for a while.
    this.#abortPending()
  }

  /** Ends or aborts the stream, or refuses the request if it is not open. @param retry ms after which the client reconnects */
  shutDown(retry: number): void {
    const isRefused = this.#connection.canOpen
    this.#hasResponded ||= isRefused
    this.#connection.endEarly(retry)
    if (isRefused) this.#options.refuse()
    this.#abortPending()
  }

  onDrain(): void {
    this.#largestPendingBytes = 0
    this.#resolvePending(true)
  }

  onError(error: unknown): void {
    this.#options.onError(error)
  }

  onClose(): void {
    this.#abortPending()
    this.#options.onClose()
  }

  /** The response of a stream that has not begun is an empty stream. */
  #close(): void {
    this.open()
    this.end()
  }

  #abortPending(): void {
    this.#resolvePending(false)
    this.#controller?.abort()
  }

  #resolvePending(isConnected: boolean): void {
    for (const resolve of this.#pendingSends.splice(0)) resolve(isConnected)
  }

  #createSendEvent(): SendEvent<Events, Content, User, never> {
    const send = (
      message: Content | Events[keyof Events],
      options: SendOptions & { event?: keyof Events } = {},
    ): Promise<boolean> => this.#send(message, options)
    Object.defineProperties(send, {
      signal: { get: () => this.#signal },
      lastEventId: { value: this.#options.lastEventId },
      identity: { value: this.#options.identity },
      query: { value: this.#options.query },
      close: { value: () => this.#close() },
    })
    return send as SendEvent<Events, Content, User, never>
  }

  /** Created on first use: most callbacks do not use it. */
  get #signal(): AbortSignal {
    this.#controller ??= new AbortController()
    const { isOpen, canOpen } = this.#connection
    if (!isOpen && !canOpen) this.#controller.abort()
    return this.#controller.signal
  }

  #send(
    message: Content | Events[keyof Events],
    { event, id, retry }: SendOptions & { event?: keyof Events },
  ): Promise<boolean> {
    const connection = this.#connection
    if (!connection.isOpen && !connection.canOpen) {
      this.#reportSentHeaders()
      return Promise.resolve(false)
    }
    const { onError, validate, maxBufferedBytes } = this.#options
    let frame: Frame
    let isTerminal: boolean
    try {
      const { isTerminal: isLast, ...encoded } = encodeMessage(
        this.#channel,
        message,
        event,
        validate,
      )
      isTerminal = isLast
      frame = new Frame(encodeEvent({ ...encoded, id, retry }))
      this.open()
    } catch (error) {
      onError(error)
      return handledRejection(error)
    }
    const { unsent } = connection
    if (unsent > maxBufferedBytes + this.#largestPendingBytes) {
      connection.destroy()
      const reason = `it did not read, and ${unsent} bytes of ${this.#channel.name} were waiting for it`
      onError(new SlowClientError(reason, unsent))
      return Promise.resolve(false)
    }
    const canWriteMore = connection.write(frame)
    if (isTerminal) {
      this.finish()
      return Promise.resolve(true)
    }
    this.#largestPendingBytes = Math.max(this.#largestPendingBytes, frame.bytes.length)
    if (canWriteMore) {
      this.#largestPendingBytes = 0
      return Promise.resolve(true)
    }
    return new Promise((resolve) => this.#pendingSends.push(resolve))
  }

  /** `res.flushHeaders()` or `res.writeHead()` before the first `sendEvent` makes it impossible to open the stream. */
  #reportSentHeaders(): void {
    if (this.#hasReported || !this.#connection.isBegunByApplication) return
    this.#hasReported = true
    this.#options.onError(
      new Error(
        `${this.#channel.name}: sendEvent could not open the stream, because the response headers were already sent; do not call writeHead or flushHeaders before it`,
      ),
    )
  }
}
