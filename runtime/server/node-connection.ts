import {
  Connection,
  type ConnectionOwner,
  type StreamOptions,
  setStreamHeaders,
} from './connection'
import type { HttpResponse } from './http'
import type { Frame } from './sse'
import { connectionTimer, monotonicNow } from './timers'

/** Error code of a stream that is aborted (RFC 9113 §7). */
const HTTP2_INTERNAL_ERROR = 2

interface NodeConnectionHost {
  readonly isAnswered: boolean
  takeResponse(): void
}

/** An event stream over a response of `node:http` or `node:http2`. */
export class NodeConnection extends Connection {
  readonly #response: HttpResponse
  readonly #host: NodeConnectionHost
  /** Set if bytes are written to the socket, see `directSocket`. */
  #socket: DirectSocket | undefined
  #isChunked = false
  /** The source of `drain` events, once a write had to wait. */
  #drainSource: HttpResponse | DirectSocket | undefined
  /** Bytes written since a write had to wait. */
  #bufferedBytes = 0
  #socketToClose: ClosableSocket | null = null

  constructor(
    response: HttpResponse,
    host: NodeConnectionHost,
    options: StreamOptions,
    owner: ConnectionOwner,
  ) {
    super(options, owner)
    this.#response = response
    this.#host = host
    response.on('close', this.#onClose)
    // A `close` event follows the error of a response; an error without a listener would end the process.
    response.on('error', ignore)
    response.stream?.on('aborted', this.#onAborted)
  }

  get isAnswered(): boolean {
    return this.#host.isAnswered
  }

  override get isBegunByApplication(): boolean {
    return this.state === 'new' && this.#response.headersSent && !this.#response.writableEnded
  }

  get unsent(): number {
    if (this.#socket !== undefined) return this.#socket.writableLength
    const { writableLength } = this.#response
    // Middleware that replaces `res.write` (compression) may buffer bytes that `writableLength` does not include.
    return this.isBlocked && Object.hasOwn(this.#response, 'write')
      ? Math.max(writableLength, this.#bufferedBytes)
      : writableLength
  }

  destroy(): void {
    const { stream } = this.#response
    // `destroy` of a response of node:http2 ends its stream like one that is complete.
    if (stream === undefined) {
      this.#response.destroy()
      return
    }
    // `close` emits `aborted` too, before the code is sent.
    stream.removeListener('aborted', this.#onAborted)
    stream.close(HTTP2_INTERNAL_ERROR)
  }

  /** Node itself reads this number of the socket for `socket.setTimeout`. It is not documented; absent elsewhere. */
  protected override get unsentOfWrite(): number {
    const { socket, stream } = this.#response
    if (stream !== undefined) return 0
    return (socket as SocketWithHandle | null)?._handle?.writeQueueSize ?? 0
  }

  protected start(first: Frame, hasGap: boolean): void {
    const response = this.#response
    this.#host.takeResponse()
    setStreamHeaders(response, this.options)
    if (hasGap) response.setHeader('EventSource-Gap', '1')
    this.write(first)
    if (!this.options.directWrites) return
    this.#socket = directSocket(response)
    if (this.#socket === undefined) return
    this.#isChunked = isChunked(response)
    response.on('prefinish', this.#onPrefinish)
  }

  protected send(frame: Frame): boolean {
    const response = this.#response
    const socket = this.#socket
    let canWriteMore: boolean
    let drainSource: HttpResponse | DirectSocket
    if (socket !== undefined) {
      // The client has closed its half and is about to disconnect.
      if (!socket.writable) return false
      const bytes = this.#isChunked ? frame.chunk : frame.bytes
      this.written += bytes.length
      canWriteMore = socket.write(bytes)
      drainSource = socket
    } else {
      if (response.writableEnded) return false
      this.written += frame.bytes.length
      canWriteMore = response.write(frame.bytes)
      response.flush?.()
      drainSource = response
    }
    if (this.isBlocked) this.#bufferedBytes += frame.bytes.length
    else if (!canWriteMore) this.#block(drainSource, frame.bytes.length)
    return canWriteMore
  }

  protected finish(closesSocket: boolean): void {
    const response = this.#response
    // A keep-alive socket would delay `server.close()`. HTTP/2 streams share their socket.
    if (closesSocket && response.stream === undefined) this.#socketToClose = response.socket
    response.end()
  }

  protected finishIncomplete(): void {
    // The bytes written so far are sent with the current turn of the event loop.
    setTimeout(() => this.destroy(), 0)
  }

  #block(drainSource: HttpResponse | DirectSocket, bytes: number): void {
    this.isBlocked = true
    this.#bufferedBytes = bytes
    if (this.#drainSource === drainSource) return
    this.#drainSource?.removeListener('drain', this.#onDrain)
    this.#drainSource = drainSource
    drainSource.on('drain', this.#onDrain)
  }

  /**
   * The user's callback may end its response itself: no bytes may follow on the socket. Node emits this event within
   * `response.end()`; a check of the response before each write would cost a tenth of a broadcast.
   */
  readonly #onPrefinish = (): void => {
    this.#socket = undefined
  }

  readonly #onDrain = (): void => {
    this.#bufferedBytes = 0
    this.reportDrain()
  }

  readonly #onClose = (): void => {
    this.#response.removeListener('error', ignore)
    this.detach()
  }

  /** Node does not close a stream that its client has reset with NO_ERROR before its request was read. */
  readonly #onAborted = (): void => {
    this.#response.stream?.destroy()
  }

  protected detach(): void {
    this.#response.stream?.removeListener('aborted', this.#onAborted)
    this.#response.removeListener('close', this.#onClose)
    this.#response.removeListener('prefinish', this.#onPrefinish)
    this.#drainSource?.removeListener('drain', this.#onDrain)
    this.#drainSource = undefined
    if (this.#socketToClose !== null) closeSocket(this.#socketToClose, this.options.closeTimeout)
    this.reportClose()
  }
}

interface SocketWithHandle {
  readonly _handle?: { readonly writeQueueSize?: number } | null
}

interface ClosableSocket {
  readonly destroyed?: boolean
  end?(): unknown
  destroy?(): unknown
}

/**
 * Closes the server's half, then the socket after `timeout` ms: a client that does not close its half would keep it open.
 */
function closeSocket(socket: ClosableSocket, timeout: number): void {
  socket.end?.()
  const due = monotonicNow() + timeout
  const deadline = {
    interval: timeout,
    onTick: (time: number): void => {
      if (time < due && socket.destroyed !== true) return
      connectionTimer.delete(deadline)
      socket.destroy?.()
    },
  }
  connectionTimer.add(deadline)
}

function ignore(): void {
  // See the constructor.
}

/** The socket that is written to, of node:net or node:tls. */
interface DirectSocket {
  readonly writable: boolean
  readonly writableLength: number
  write(chunk: Uint8Array): boolean
  on(event: 'drain', listener: () => void): unknown
  removeListener(event: 'drain', listener: () => void): unknown
}

interface NodeResponse extends HttpResponse {
  readonly chunkedEncoding: boolean
}

interface Process {
  readonly versions?: Readonly<Record<string, string | undefined>>
  getBuiltinModule?(id: 'node:http'): { readonly ServerResponse?: ResponseClass }
}
interface ResponseClass {
  readonly prototype: HttpResponse
}

/** Node's own response class; undefined on other platforms. It is read without an import, which some bundlers reject. */
const prototype = ((): HttpResponse | undefined => {
  const { process } = globalThis as { readonly process?: Process }
  if (process?.versions?.['bun'] !== undefined || process?.versions?.['deno'] !== undefined) {
    return undefined
  }
  return process?.getBuiltinModule?.('node:http').ServerResponse?.prototype
})()

/** `write` of Node, unless other code has replaced it in `OutgoingMessage` before this module was loaded. */
const nodeWrite = prototype?.write

/** Whether the class has no `write` of its own: Node's is in its base class, a tracing agent may set one here. */
const inheritsWrite = (): boolean => prototype !== undefined && !Object.hasOwn(prototype, 'write')

/**
 * The socket of a response that has begun, if writing directly to it is equivalent to `response.write`; this halves the
 * cost of a broadcast. It is equivalent for a plain response of node:http, until it ends. Neither middleware (such as
 * `compression`) nor a tracing agent may replace `response.write`, and the response must have no waiting data.
 */
function directSocket(response: HttpResponse): DirectSocket | undefined {
  if (prototype === undefined || !Object.prototype.isPrototypeOf.call(prototype, response)) {
    return undefined
  }
  const { socket } = response
  const isPlain =
    response.write === nodeWrite &&
    inheritsWrite() &&
    socket !== null &&
    'writableLength' in socket &&
    socket.writableLength === response.writableLength
  return isPlain ? (socket as DirectSocket) : undefined
}

/** Whether the response uses the chunked coding: not for HTTP/1.0, the default of nginx. */
function isChunked(response: HttpResponse): boolean {
  return (response as NodeResponse).chunkedEncoding
}
