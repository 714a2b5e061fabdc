import { type Admitted, ConnectionGuard } from './connection-guard'
import { reportTo } from './errors'
import type { Exchange, Next, RouteInfo } from './exchange'
import { rejectTemporarily, sendProblem } from './http'
import { BodyError, readBody } from './request-body'
import type { PresentedCredentials } from './request-credentials'
import { SendStream } from './send-stream'
import { shutdownRetryMs } from './timers'
import type { CommonSendOptions, SendEvent, ServerChannel } from './types'

/** The user's callback, bound to the host's request and response. */
export type StreamCallback<Events, Content, Params, User> = (
  next: Next,
  parameters: Params,
  sendEvent: SendEvent<Events, Content, User, never>,
  /** Validated; undefined for a GET stream. */
  body: unknown,
) => unknown

const MAX_BODY_BYTES = 1024 * 1024
const MAX_BUFFERED = 1024 * 1024

/** Serves a channel with one stream per client, independent of the host. */
export class SendEndpoint<
  Events,
  Content,
  Params,
  Req,
  Auth = PresentedCredentials,
  User = true,
> implements RouteInfo<Req> {
  readonly methods: readonly string[]
  readonly #guard: ConnectionGuard<Params, Req, Req, Auth, User>
  readonly #channel: ServerChannel<Events, Content, Params, Auth>
  readonly #options: CommonSendOptions<Params, Req, Auth, User>
  readonly #streams = new Set<SendStream<Events, Content, Params, User>>()
  #isShuttingDown: boolean

  constructor(
    channel: ServerChannel<Events, Content, Params, Auth>,
    options: CommonSendOptions<Params, Req, Auth, User>,
  ) {
    const { method = 'GET' } = channel
    this.methods = method === 'GET' ? ['GET', 'HEAD'] : [method]
    const allowedHeaders = method === 'GET' ? [] : ['Content-Type', 'Idempotency-Key']
    const corsHeaders = { methods: this.methods, allowedHeaders }
    this.#guard = new ConnectionGuard(channel, options, ({ raw }) => raw, corsHeaders)
    this.#channel = channel
    this.#options = options
    this.#isShuttingDown = options.signal?.aborted === true
    if (options.signal !== undefined) onAbort(options.signal, () => this.shutDown())
  }

  get address(): string {
    return this.#channel.address
  }

  matches(path: string, url: string, method: string): boolean {
    return this.#guard.route.matches(path, url, method)
  }

  get prefix(): string {
    return this.#options.prefix ?? ''
  }

  get preflight(): RouteInfo<Req>['preflight'] {
    const { cors } = this.#guard
    return cors && ((exchange) => cors.preflight(exchange))
  }

  /** Serves one request whose path matches the route. Never rejects. */
  async handle(
    exchange: Exchange<Req>,
    next: Next,
    callback: StreamCallback<Events, Content, Params, User>,
  ): Promise<void> {
    try {
      if (this.#isShuttingDown) {
        this.#guard.refuse(exchange)
        return
      }
      const admitted = await this.#guard.admit(exchange)
      if (admitted === null) return
      const body = await this.#readBody(exchange, admitted)
      if (body === null) return
      if (this.#isShuttingDown) {
        admitted.release()
        rejectTemporarily(exchange, 503)
        return
      }
      await this.#runCallback(exchange, next, callback, admitted, body.content)
    } catch (error) {
      next(error ?? new Error(`${this.#channel.name}: authorize rejected without an error`))
    }
  }

  /** Ends all streams, sends the reconnection time to clients, and refuses requests whose stream is not open. */
  shutDown(): void {
    this.#isShuttingDown = true
    const { size } = this.#streams
    const { retry } = this.#guard.streamOptions
    for (const stream of this.#streams) stream.shutDown(shutdownRetryMs(retry, size))
  }

  readonly reportError = (error: unknown): void => {
    reportTo(this.#options, error)
  }

  /** Returns null if a response was sent. */
  async #readBody(
    exchange: Exchange<Req>,
    { release }: Admitted<Params, User>,
  ): Promise<{ readonly content: unknown } | null> {
    const { body: descriptor } = this.#channel
    if (descriptor === undefined) return { content: undefined }
    const { maxBodyBytes = MAX_BODY_BYTES } = this.#options
    try {
      return { content: await readBody(exchange, descriptor, maxBodyBytes) }
    } catch (error) {
      release()
      // The client disconnected before it had sent the complete body.
      if (exchange.isDisconnected) return null
      if (!(error instanceof BodyError)) throw error
      const { status, message, pointer } = error
      sendProblem(exchange, { status, detail: message, pointer })
      return null
    }
  }

  async #runCallback(
    exchange: Exchange<Req>,
    next: Next,
    callback: StreamCallback<Events, Content, Params, User>,
    { parameters, query, lastEventId, identity, release }: Admitted<Params, User>,
    body: unknown,
  ): Promise<void> {
    // The response to a request is complete when its callback ends; a GET stream continues.
    const isFinite = (this.#channel.method ?? 'GET') !== 'GET'
    const { validate = this.#channel.validate, maxBufferedBytes = MAX_BUFFERED } = this.#options
    const stream = new SendStream<Events, Content, Params, User>(this.#channel, {
      connect: (owner) => exchange.connect({ ...this.#guard.streamOptions, isFinite }, owner),
      lastEventId,
      identity,
      query,
      validate,
      maxBufferedBytes,
      onError: this.reportError,
      onClose: () => {
        this.#streams.delete(stream)
        release()
      },
      refuse: () => rejectTemporarily(exchange, 503),
    })
    this.#streams.add(stream)
    const guardedNext: Next = (error) => {
      if (stream.hasResponded) {
        // No other response is possible. On an error, Express would destroy the socket, which may have another request.
        if (error === undefined || error === null) return
        if (isAbortOf(stream.sendEvent.signal, error)) return
        this.reportError(error)
        if (isFinite) stream.abort()
        else stream.end()
        return
      }
      stream.cancel()
      next(error)
    }
    try {
      await callback(guardedNext, parameters, stream.sendEvent, body)
      // The callback may have sent its own response.
      if (!stream.open()) stream.cancel()
      else if (isFinite) stream.finish()
    } catch (error) {
      guardedNext(
        error ??
          new Error(`the callback of ${this.#channel.name} threw or rejected without an error`),
      )
    }
  }
}

/** Whether a callback has ended because its signal aborted: with the reason, or with an error of Node whose cause it is. */
function isAbortOf({ aborted, reason }: AbortSignal, error: unknown): boolean {
  return aborted && (error === reason || (error as Partial<Error> | null)?.cause === reason)
}

const listeners = new WeakMap<AbortSignal, Set<() => void>>()

/**
 * Calls a function once when a signal aborts. All functions share one listener of the signal: Node warns of a leak at the
 * eleventh (`MaxListenersExceededWarning`), and one signal often ends many streams.
 * @returns a function that removes the callback
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const callbacks = listeners.get(signal) ?? listen(signal)
  callbacks.add(callback)
  return () => void callbacks.delete(callback)
}

function listen(signal: AbortSignal): Set<() => void> {
  const callbacks = new Set<() => void>()
  listeners.set(signal, callbacks)
  const run = (): void => {
    for (const callback of callbacks) callback()
    callbacks.clear()
  }
  signal.addEventListener('abort', run, { once: true })
  return callbacks
}
