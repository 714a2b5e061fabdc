import { directSocket, isChunked, type DirectSocket } from './direct-socket'
import { Frame } from './frame'
import { now, watch } from './heartbeat'
import type { HttpResponse } from './http'
import { encodeLine, encodeRetry, HEARTBEAT } from './sse'

/** Who uses a connection, and is told what becomes of it. */
export interface ConnectionOwner {
  /** What was written has left the process. */
  drained(): void
  /** The client has gone, or the response is complete. Called once. */
  closed(): void
}

/** How streams are kept open; all in ms. */
export interface StreamTimes {
  /** Between two heartbeats; 0: none. */
  readonly heartbeat: number
  /** Until the stream is ended, jittered; 0: never. */
  readonly maxDuration: number
  /** What the client waits before it comes back, jittered. */
  readonly retry: number
  /** For a client that does not read, when its stream is ended. */
  readonly closeTimeout: number
}

const BEAT = new Frame(HEARTBEAT)
const NEVER = Number.MAX_SAFE_INTEGER

/** One response that is, or is to become, an event stream. It knows no channel, no hub and no Express. */
export class Connection {
  readonly interval: number
  readonly #response: HttpResponse
  readonly #times: StreamTimes
  readonly #owner: ConnectionOwner
  /** Where to write straight to, see `directSocket`. */
  #socket: DirectSocket | undefined
  #isChunked = false
  #state: 'new' | 'open' | 'ending' | 'closed' = 'new'
  /** Where `drain` is listened for, once something had to wait. */
  #drains: HttpResponse | DirectSocket | undefined
  /** Bytes since writing had to wait. */
  #waiting = 0
  #blocked = false
  #hangUp: object | null = null
  #beatDue = NEVER
  #endDue = NEVER

  constructor(response: HttpResponse, times: StreamTimes, owner: ConnectionOwner) {
    this.#response = response
    this.#times = times
    this.#owner = owner
    this.interval = times.heartbeat > 0 ? times.heartbeat : Infinity
    response.on('close', this.#onClose)
    // An error of a response is followed by its `close`; without a listener it would end the process.
    response.on('error', ignore)
  }

  get isOpen(): boolean {
    return this.#state === 'open'
  }

  get isClosed(): boolean {
    return this.#state === 'closed'
  }

  /** Whether the stream can still open: nobody has answered, and the client is there. */
  get canOpen(): boolean {
    const { headersSent, writableEnded } = this.#response
    return this.#state === 'new' && !headersSent && !writableEnded
  }

  /** Whether what was written has not left yet, so that it would be better to wait for `drained`. */
  get isBlocked(): boolean {
    return this.#blocked
  }

  /** Bytes that wait in this process. */
  get unsent(): number {
    if (this.#socket !== undefined) return this.#socket.writableLength
    const { writableLength } = this.#response
    // Whoever has replaced `write` (compression) may hold something back that the response does not know of.
    return this.#blocked && Object.hasOwn(this.#response, 'write')
      ? Math.max(writableLength, this.#waiting)
      : writableLength
  }

  /**
   * Answers 200 and sends headers and a first line together: HTTP/2 proxies hold headers back until something follows.
   * @param first `gap` tells that events before `Last-Event-ID` were lost; `id` becomes the client's last event id
   */
  open(first: { readonly gap?: boolean; readonly id?: string | undefined } = {}): void {
    const { heartbeat, maxDuration, retry } = this.#times
    const response = this.#response
    setStreamHeaders(response, heartbeat)
    if (first.gap === true) response.setHeader('EventSource-Gap', '1')
    this.#state = 'open'
    const id = first.id === undefined ? '' : encodeLine('id', first.id)
    const jittered = Math.round(retry * (1 + Math.random() / 2))
    this.write(new Frame(`${encodeRetry(jittered)}${id}\n`))
    this.#socket = directSocket(response)
    if (this.#socket !== undefined) {
      this.#isChunked = isChunked(response)
      response.on('prefinish', this.#onEnd)
    }
    const time = now()
    if (heartbeat > 0) this.#beatDue = time + Math.ceil(heartbeat * Math.random())
    if (maxDuration > 0) this.#endDue = time + Math.ceil(maxDuration * (1 - Math.random() / 4))
    if (heartbeat > 0 || maxDuration > 0) watch.add(this)
  }

  /** Sends bytes at once. Returns whether more may follow without waiting for `drained`. */
  write(frame: Frame): boolean {
    if (this.#state !== 'open') return false
    const response = this.#response
    const socket = this.#socket
    let flows: boolean
    let drains: HttpResponse | DirectSocket
    if (socket !== undefined) {
      // A client that has closed its half is going.
      if (!socket.writable) return false
      flows = socket.write(this.#isChunked ? frame.chunk : frame.bytes)
      drains = socket
    } else {
      if (response.writableEnded) return false
      flows = response.write(frame.bytes)
      response.flush?.()
      drains = response
    }
    if (this.#blocked) this.#waiting += frame.bytes.length
    else if (!flows) this.#block(drains, frame.bytes.length)
    return flows
  }

  /**
   * Ends the stream in good order.
   * @param retry ms after which the client shall come back: the server shuts down, so the socket is closed too
   */
  end(retry?: number): void {
    if (this.#state === 'new') this.#state = 'ending'
    if (this.#state !== 'open') return
    const response = this.#response
    if (retry !== undefined) {
      this.write(new Frame(`${encodeRetry(Math.round(retry))}\n`))
      // A socket that is kept alive would hold `server.close()` up. Streams of HTTP/2 share theirs.
      if (response.stream === undefined) this.#hangUp = response.socket
    }
    this.#state = 'ending'
    this.#beatDue = NEVER
    this.#endDue = now() + this.#times.closeTimeout
    watch.add(this)
    response.end()
  }

  /** Drops the client: what is unsent is thrown away. */
  destroy(): void {
    this.#response.destroy()
  }

  /** Called by the watch. */
  look(time: number): void {
    if (time >= this.#endDue) {
      if (this.#state === 'open') this.end()
      else this.destroy()
    } else if (time >= this.#beatDue) {
      this.#beatDue = time + this.#times.heartbeat
      // Who does not read hears no heartbeat either; it would only pile up.
      if (!this.#blocked) this.write(BEAT)
    }
  }

  #block(drains: HttpResponse | DirectSocket, bytes: number): void {
    this.#blocked = true
    this.#waiting = bytes
    if (this.#drains === drains) return
    this.#drains?.removeListener('drain', this.#onDrain)
    this.#drains = drains
    drains.on('drain', this.#onDrain)
  }

  /**
   * The user's callback may end its response itself: then nothing may follow on the socket. Node emits this event within
   * `response.end()`; to ask the response before each write would cost a tenth of a broadcast.
   */
  readonly #onEnd = (): void => {
    this.#socket = undefined
  }

  readonly #onDrain = (): void => {
    this.#blocked = false
    this.#waiting = 0
    this.#owner.drained()
  }

  readonly #onClose = (): void => {
    this.#state = 'closed'
    watch.delete(this)
    this.#response.removeListener('close', this.#onClose)
    this.#response.removeListener('error', ignore)
    this.#response.removeListener('prefinish', this.#onEnd)
    this.#drains?.removeListener('drain', this.#onDrain)
    this.#drains = undefined
    const socket: { end?(): unknown } | null = this.#hangUp
    socket?.end?.()
    this.#owner.closed()
  }
}

/** The headers of an event stream; a `HEAD` gets them too. */
export function setStreamHeaders(response: HttpResponse, heartbeat: number): void {
  response.statusCode = 200
  response.setHeader('Content-Type', 'text/event-stream')
  // `no-transform` keeps compression off, which would hold events back.
  response.setHeader('Cache-Control', 'no-cache, no-transform')
  response.setHeader('X-Accel-Buffering', 'no')
  response.removeHeader('Content-Length')
  if (heartbeat > 0) response.setHeader('EventSource-Heartbeat', String(heartbeat))
}

function ignore(): void {
  // See the constructor.
}
