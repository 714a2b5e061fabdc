import { Connection, type ConnectionOwner, type StreamTimes } from './connection'
import { Frame } from './frame'
import type { HttpResponse } from './http'
import { prepare } from './outgoing'
import { rejected, reportTo, SlowClientError } from './server-errors'
import type { SendEvent, SendOptions, ServerChannel } from './server-types'
import { encodeEvent } from './sse'

export interface SendStreamOptions {
  readonly times: StreamTimes
  readonly lastEventId: string
  readonly validate: boolean
  /** Bytes. */
  readonly maxBufferedBytes: number
  readonly onError: ((error: unknown) => void | Promise<void>) | undefined
  /** The client has gone, or the stream has ended. */
  readonly onClose: () => void
}

/** One client of a callback's own: what stands behind `sendEvent`. */
export class SendStream<E, C, P> implements ConnectionOwner {
  readonly sendEvent: SendEvent<E, C>
  readonly #channel: ServerChannel<E, C, P, never>
  readonly #options: SendStreamOptions
  readonly #connection: Connection
  #controller: AbortController | undefined
  #waiting: ((isThere: boolean) => void)[] = []
  /** Bytes of the largest event that may still wait. */
  #largest = 0

  constructor(
    channel: ServerChannel<E, C, P, never>,
    response: HttpResponse,
    options: SendStreamOptions,
  ) {
    this.#channel = channel
    this.#options = options
    this.#connection = new Connection(response, options.times, this)
    this.sendEvent = this.#makeSendEvent()
  }

  get isOpen(): boolean {
    return this.#connection.isOpen
  }

  /** Opens the stream, unless it is open or the response is taken. Returns whether it is open now. */
  open(): boolean {
    if (this.#connection.canOpen) this.#connection.open()
    return this.#connection.isOpen
  }

  /** Never opens it: the callback has given the request to someone else. */
  abandon(): void {
    this.#connection.end()
  }

  /** @param retry ms after which the client shall come back, where the server shuts down */
  end(retry?: number): void {
    this.#connection.end(retry)
    // What was said from here on is not sent, although the client may be there for a while.
    this.#settle()
  }

  drained(): void {
    this.#largest = 0
    this.#resolve(true)
  }

  closed(): void {
    this.#settle()
    this.#options.onClose()
  }

  /** A stream that has not begun is answered all the same: it is an empty one. */
  #close(): void {
    this.open()
    this.end()
  }

  #settle(): void {
    this.#resolve(false)
    this.#controller?.abort()
  }

  #resolve(isThere: boolean): void {
    for (const resolve of this.#waiting.splice(0)) resolve(isThere)
  }

  #makeSendEvent(): SendEvent<E, C> {
    const send = (
      message: C | E[keyof E],
      options: SendOptions & { event?: keyof E } = {},
    ): Promise<boolean> => this.#send(message, options)
    Object.defineProperties(send, {
      signal: { get: () => this.#signal },
      lastEventId: { value: this.#options.lastEventId },
      close: { value: () => this.#close() },
    })
    return send as SendEvent<E, C>
  }

  /** Made when it is asked for: most callbacks have no use for it. */
  get #signal(): AbortSignal {
    this.#controller ??= new AbortController()
    const { isOpen, canOpen } = this.#connection
    if (!isOpen && !canOpen) this.#controller.abort()
    return this.#controller.signal
  }

  #send(
    message: C | E[keyof E],
    { event, id, retry }: SendOptions & { event?: keyof E },
  ): Promise<boolean> {
    const connection = this.#connection
    if (!connection.isOpen && !connection.canOpen) return Promise.resolve(false)
    const { onError, validate, maxBufferedBytes } = this.#options
    let frame: Frame
    try {
      frame = new Frame(
        encodeEvent({ ...prepare(this.#channel, message, event, validate), id, retry }),
      )
      this.open()
    } catch (error) {
      reportTo(onError, error)
      return rejected(error)
    }
    const { unsent } = connection
    if (unsent > maxBufferedBytes + this.#largest) {
      connection.destroy()
      reportTo(onError, new SlowClientError(this.#channel.name, unsent))
      return Promise.resolve(false)
    }
    const flows = connection.write(frame)
    this.#largest = Math.max(this.#largest, frame.bytes.length)
    if (flows) {
      this.#largest = 0
      return Promise.resolve(true)
    }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
