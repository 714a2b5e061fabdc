import { Gate, refuseForNow } from './admission'
import { comeBack } from './come-back'
import { isGone, type HttpRequest, type HttpResponse } from './http'
import type { PresentedCredentials } from './request-credentials'
import { reportTo } from './server-errors'
import { SendStream } from './send-stream'
import type { CommonSendOptions, SendEvent, ServerChannel } from './server-types'

/** What a host is asked to do with a request that the callback does not want, or failed on before it was answered. */
export type Next = (error?: unknown) => void

export type Serve<E, C, P> = (
  next: Next,
  parameters: P,
  sendEvent: SendEvent<E, C>,
) => void | Promise<void>

/** One client to serve. */
export interface Visit<E, C, P, R> {
  readonly request: R
  readonly response: HttpResponse
  /** Without a mount's prefix. */
  readonly path: string
  readonly next: Next
  /** The user's callback, bound to the host's own request and response. */
  readonly serve: Serve<E, C, P>
}

const MAX_BUFFERED = 1024 * 1024

/** Serves a channel with a stream for each client. Knows no Express. */
export class SendEndpoint<E, C, P, R extends HttpRequest, A = PresentedCredentials> {
  readonly gate: Gate<E, C, P, R, A>
  readonly #channel: ServerChannel<E, C, P, A>
  readonly #options: CommonSendOptions<P, R, A>
  readonly #streams = new Set<SendStream<E, C, P>>()

  constructor(channel: ServerChannel<E, C, P, A>, options: CommonSendOptions<P, R, A>) {
    this.gate = new Gate(channel, options)
    this.#channel = channel
    this.#options = options
    const { signal } = options
    signal?.addEventListener('abort', () => this.#shutDown(), { once: true })
  }

  /** Never rejects. */
  async visit(visit: Visit<E, C, P, R>): Promise<void> {
    const { request, response, path, next } = visit
    try {
      if (this.#options.signal?.aborted === true) {
        this.gate.cors?.apply(request, response)
        refuseForNow(response, 503)
        return
      }
      const admitted = await this.gate.admit(request, response, path)
      if (admitted === null) return
      // The answer of `authorize` may have taken a while.
      if (isGone(response)) admitted.release()
      else await this.#run(visit, admitted)
    } catch (error) {
      next(error)
    }
  }

  async #run(
    { response, next, serve }: Visit<E, C, P, R>,
    admitted: { readonly parameters: P; readonly lastEventId: string; release(): void },
  ): Promise<void> {
    const { validate = this.#channel.validate, maxBufferedBytes = MAX_BUFFERED } = this.#options
    const stream = new SendStream(this.#channel, response, {
      times: this.gate.times,
      lastEventId: admitted.lastEventId,
      validate,
      maxBufferedBytes,
      onError: this.#onError,
      onClose: () => {
        this.#streams.delete(stream)
        admitted.release()
      },
    })
    this.#streams.add(stream)
    const pass: Next = (error) => {
      if (stream.isOpen) {
        // With the headers out nobody else can answer; Express would tear the socket down for an error.
        if (error === undefined || error === null) return
        this.#onError(error)
        stream.end()
        return
      }
      stream.abandon()
      next(error)
    }
    try {
      await serve(pass, admitted.parameters, stream.sendEvent)
      stream.open()
    } catch (error) {
      pass(error ?? new Error(`the callback of ${this.#channel.name} failed without saying why`))
    }
  }

  readonly #onError = (error: unknown): void => {
    const options = this.#options
    reportTo(options.onError && ((each) => options.onError?.(each)), error)
  }

  #shutDown(): void {
    const { size } = this.#streams
    for (const stream of this.#streams) stream.end(comeBack(this.gate.times.retry, size))
  }
}
