import { Frame, HEARTBEAT_COMMENT, encodeField, encodeRetry } from './sse'
import {
  connectionTimer,
  MIN_RESOLUTION_MS,
  monotonicNow,
  type ConnectionTimer,
  type Tickable,
} from './timers'
import { appendVary, type ResponseHead } from './http'
import { SlowClientError } from './errors'

/** The user of a connection. */
export interface ConnectionOwner {
  /** The process has sent everything written so far, or enough of it that more can be written. */
  onDrain(): void
  /** The client disconnected, or the response is complete. Called once. */
  onClose(): void
  /** A write failed, or the client was disconnected because it did not read for `stallTimeout`. */
  onError(error: unknown): void
}

/** Times of a stream, ms. */
export interface StreamTimes {
  /** Interval of heartbeats, ms; 0: none. */
  readonly heartbeat: number
  /** Time after which the stream ends, ms, jittered; 0: never. */
  readonly maxDuration: number
  /** Reconnection time of the client, ms, jittered. */
  readonly retry: number
  /** Time for a client that does not read when its stream ends, ms. */
  readonly closeTimeout: number
  /**
   * Time after which a client that reads none of its waiting bytes is disconnected, ms; 0: never. Time in which this
   * process does not run is not counted.
   */
  readonly stallTimeout: number
}

/** The content coding of one stream (RFC 9110 §8.4.1). */
export interface StreamEncoder {
  /** Value of `Content-Encoding`. */
  readonly coding: string
  /** Whether the last frame was for all clients of a room, which then receive heartbeats from the room. */
  readonly sharesRoomStream: boolean
  /** The encoded bytes of the next frame. The client can decode them at once. */
  encode(frame: Frame): Frame
  /** The bytes that end the stream. */
  finish(): Frame
}

/** Options of writing streams and keeping them open. */
export interface StreamOptions extends StreamTimes {
  /** Whether bytes may be written to the socket directly, see `directSocket` in `node-connection.ts`. */
  readonly directWrites: boolean
  /** Status of the response; default: 200. */
  readonly status?: 200 | 201
  /**
   * Whether a client considers the stream complete when the response is: it does not reconnect. The stream is aborted if it
   * ends before its owner ends it. Default: false.
   */
  readonly isFinite?: boolean
  /** Whether `Accept-Encoding` determines the content coding of the streams. Default: false. */
  readonly negotiatesCoding?: boolean
  /** Absent: no content coding. */
  readonly encoder?: StreamEncoder | undefined
}

const HEARTBEAT_FRAME = new Frame(HEARTBEAT_COMMENT)
const NEVER = Number.MAX_SAFE_INTEGER

/**
 * One response that is, or can become, an event stream. Subclasses write to the objects of a host; this class has the life
 * cycle and the times.
 */
export abstract class Connection implements Tickable {
  readonly interval: number
  protected readonly options: StreamOptions
  protected readonly owner: ConnectionOwner
  readonly #encoder: StreamEncoder | undefined
  protected state: 'new' | 'open' | 'ending' | 'closed' = 'new'
  /** Whether the next write should wait until the previous bytes are sent. */
  isBlocked = false
  /** Bytes passed to the host. */
  protected written = 0
  #heartbeatDue = NEVER
  #endDue = NEVER
  /** Time in which bytes waited and none was sent, ms. */
  #stalledMs = 0
  #sentBefore = 0

  constructor(options: StreamOptions, owner: ConnectionOwner) {
    this.options = options
    this.owner = owner
    this.#encoder = options.encoder
    const { heartbeat, stallTimeout } = options
    this.interval = Math.min(heartbeat || Infinity, stallTimeout || Infinity)
  }

  get isOpen(): boolean {
    return this.state === 'open'
  }

  /** Whether the stream has a content coding. */
  get isEncoded(): boolean {
    return this.#encoder !== undefined
  }

  /** Whether the stream can still open: no response has begun, and the client is connected. */
  get canOpen(): boolean {
    return this.state === 'new' && !this.isAnswered
  }

  /** Bytes that wait in this process. */
  abstract get unsent(): number

  /** Whether other code has begun the response. */
  abstract get isAnswered(): boolean

  /** Whether the application has sent headers and not yet ended the response. */
  get isBegunByApplication(): boolean {
    return false
  }

  /**
   * Sends the status, the headers and a first line together: HTTP/2 proxies hold headers back until data follows. Does
   * nothing if the response has already begun.
   * @param first `hasGap`: events after `Last-Event-ID` were lost; `id` becomes the client's last event ID
   * @returns whether the stream is open
   */
  open(first: { readonly hasGap?: boolean; readonly id?: string | undefined } = {}): boolean {
    if (!this.canOpen) return this.isOpen
    const { heartbeat, maxDuration, retry, stallTimeout } = this.options
    const id = first.id === undefined ? '' : encodeField('id', first.id)
    const jittered = Math.round(retry * (1 + Math.random() / 2))
    this.state = 'open'
    this.start(new Frame(`${encodeRetry(jittered)}${id}\n`), first.hasGap === true)
    if (!this.isOpen) return false
    const time = monotonicNow()
    if (heartbeat > 0) this.#heartbeatDue = time + Math.ceil(heartbeat * Math.random())
    if (maxDuration > 0) this.#endDue = time + Math.ceil(maxDuration * (1 - Math.random() / 4))
    if (heartbeat > 0 || maxDuration > 0 || stallTimeout > 0) this.timer.add(this)
    return true
  }

  /** Sends bytes at once; never throws. Returns whether the next write may follow without waiting for `onDrain`. */
  write(frame: Frame): boolean {
    if (this.state !== 'open') return false
    try {
      return this.send(this.#encoder === undefined ? frame : this.#encoder.encode(frame))
    } catch (error) {
      return this.#fail(error)
    }
  }

  /**
   * Ends the stream after the bytes written so far.
   * @param retry ms after which the client reconnects: the server shuts down, so the socket is closed too
   */
  end(retry?: number): void {
    if (this.state === 'new') this.detach()
    if (this.state !== 'open') return
    if (retry !== undefined) this.write(new Frame(`${encodeRetry(Math.round(retry))}\n`))
    if (this.#encoder !== undefined && this.isOpen) this.#writeEnd(this.#encoder)
    // A failed write may have closed it.
    if (!this.isOpen) return
    this.#beginEnding()
    this.finish(retry !== undefined)
  }

  /** Ends a stream that the application has not ended. @param retry see `end` */
  endEarly(retry?: number): void {
    if (this.isOpen && this.options.isFinite === true) this.abort()
    else this.end(retry)
  }

  /** Aborts the response after the bytes written so far, so that the client does not consider it complete. */
  abort(): void {
    if (this.state !== 'open') return
    this.#beginEnding()
    this.finishIncomplete()
  }

  /** Disconnects the client and discards unsent bytes. */
  abstract destroy(): void

  onTick(time: number, elapsed: number): void {
    if (time >= this.#endDue) {
      if (this.state === 'open') this.endEarly()
      else this.destroy()
      return
    }
    if (this.state !== 'open') return
    if (this.#hasStalled(elapsed)) {
      const { stallTimeout } = this.options
      const { unsent } = this
      const reason = `it read nothing of ${unsent} bytes for ${stallTimeout} ms`
      this.owner.onError(new SlowClientError(reason, unsent))
      this.destroy()
    } else if (time >= this.#heartbeatDue) {
      this.#heartbeatDue = time + this.options.heartbeat
      // Skip heartbeats while the client does not read: they would only accumulate.
      if (!this.isBlocked && this.#encoder?.sharesRoomStream !== true) this.write(HEARTBEAT_FRAME)
    }
  }

  /** A number that decreases while a large write is sent, if the host has one: `unsent` decreases only after the write. */
  protected get unsentOfWrite(): number {
    return 0
  }

  protected get timer(): ConnectionTimer {
    return connectionTimer
  }

  /** Sends status, headers and the first bytes. */
  protected abstract start(first: Frame, hasGap: boolean): void

  /** Writes bytes. Returns whether the next write may follow. */
  protected abstract send(frame: Frame): boolean

  /** Ends the response; the subclass calls `reportClose` when that is done. */
  protected abstract finish(closesSocket: boolean): void

  /** Sends the bytes written so far and calls `destroy`. */
  protected abstract finishIncomplete(): void

  /** Detaches from the response, which other code sends; calls `reportClose`. */
  protected abstract detach(): void

  protected reportDrain(): void {
    this.isBlocked = false
    this.owner.onDrain()
  }

  /** Called once by the subclass, when the client disconnected or the response is complete. */
  protected reportClose(): void {
    this.state = 'closed'
    this.timer.delete(this)
    this.owner.onClose()
  }

  #writeEnd(encoder: StreamEncoder): void {
    try {
      this.send(encoder.finish())
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Middleware that replaces `res.write` can throw: this must not affect other clients of a broadcast. */
  #fail(error: unknown): false {
    this.owner.onError(error)
    this.destroy()
    return false
  }

  /** A client that does not read has `closeTimeout` for the bytes written so far. */
  #beginEnding(): void {
    this.state = 'ending'
    this.#heartbeatDue = NEVER
    this.#endDue = monotonicNow() + this.options.closeTimeout
    this.timer.add(this)
  }

  /** Whether bytes wait, and none was sent for `stallTimeout`. */
  #hasStalled(elapsed: number): boolean {
    const { stallTimeout } = this.options
    if (stallTimeout === 0) return false
    const sent = this.written - this.unsent - this.unsentOfWrite
    if (this.unsent === 0 || sent !== this.#sentBefore) {
      this.#sentBefore = sent
      this.#stalledMs = 0
      return false
    }
    // Timers run before I/O: after a time in which the process did not run, it has not yet sent what the client can read.
    // Several checks without progress are necessary, so that I/O happens in between.
    this.#stalledMs += Math.min(elapsed, Math.max(stallTimeout / 8, 2 * MIN_RESOLUTION_MS))
    return this.#stalledMs >= stallTimeout
  }
}

/** Sets the headers of an event stream; a response to `HEAD` has them too. */
export function setStreamHeaders(
  response: ResponseHead,
  { heartbeat, status = 200, negotiatesCoding = false, encoder }: StreamOptions,
): void {
  response.statusCode = status
  response.setHeader('Content-Type', 'text/event-stream')
  // `no-transform` prevents compression, which would hold events back.
  response.setHeader('Cache-Control', 'no-cache, no-transform')
  response.setHeader('X-Accel-Buffering', 'no')
  response.removeHeader('Content-Length')
  if (negotiatesCoding) appendVary(response, 'Accept-Encoding')
  if (encoder !== undefined) response.setHeader('Content-Encoding', encoder.coding)
  if (heartbeat > 0) response.setHeader('EventSource-Heartbeat', String(heartbeat))
}
