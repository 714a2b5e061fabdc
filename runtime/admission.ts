import { accepts } from './accept'
import { ConnectionLimit } from './connection-limit'
import { setStreamHeaders, type StreamTimes } from './connection'
import { Cors } from './cors'
import { headerOf, isGone, isQueued, queryOf, type HttpRequest, type HttpResponse } from './http'
import { ParameterError } from './parameters'
import { answerProblem } from './problem'
import { challenges, readCredentials, type PresentedCredentials } from './request-credentials'
import { locate, type Located } from './route'
import type { CommonServerOptions, ServerChannel } from './server-types'

/** A client that was let in. */
export interface Admitted<P> extends Located<P> {
  /** `''` where the client does not say. */
  readonly lastEventId: string
  /** Gives its place back; called once, when the client has gone. */
  release(): void
}

/** Everything that is answered before a stream begins. One for each channel that is served; knows no Express. */
export class Gate<E, C, P, R extends HttpRequest, A = PresentedCredentials> {
  readonly times: StreamTimes
  readonly cors: Cors | undefined
  readonly #channel: ServerChannel<E, C, P, A>
  readonly #options: CommonServerOptions<P, R, A>
  readonly #limit: ConnectionLimit

  constructor(channel: ServerChannel<E, C, P, A>, options: CommonServerOptions<P, R, A>) {
    this.#channel = channel
    this.#options = options
    const { heartbeat = 15_000, maxDuration = 0, retry = 1000, closeTimeout = 5000 } = options
    this.times = { heartbeat, maxDuration, retry, closeTimeout }
    for (const [name, value] of Object.entries(this.times)) checkTime(name, value)
    const { cors = false, maxConnections = 10_000, maxConnectionsPerKey } = options
    this.#limit = new ConnectionLimit(maxConnections, maxConnectionsPerKey)
    if (cors !== false) this.cors = new Cors(cors === true ? {} : cors, channel.schemes ?? {})
  }

  /**
   * Lets a client in, or answers and gives null.
   * @param path without a mount's prefix
   * @throws what `authorize` throws
   */
  async admit(request: R, response: HttpResponse, path: string): Promise<Admitted<P> | null> {
    if (isQueued(response) && (await this.#isPipelined(request, response))) return null
    this.cors?.apply(request, response)
    const located = this.#locate(response, path)
    if (located === null || !(await this.#authorize(request, response, located.parameters))) {
      return null
    }
    if (!accepts(headerOf(request, 'accept'), 'text/event-stream')) {
      answerProblem(response, { status: 406, detail: 'this address answers text/event-stream' })
      return null
    }
    if (request.method === 'HEAD') {
      setStreamHeaders(response, this.times.heartbeat)
      response.end()
      return null
    }
    if (isGone(response)) return null
    const { connectionKey, maxConnectionsPerKey } = this.#options
    const key = maxConnectionsPerKey === undefined ? '' : keyOf(request, connectionKey)
    const place = this.#limit.take(key)
    if (place !== 'taken') {
      refuseForNow(response, place)
      return null
    }
    const release = (): void => this.#limit.release(key)
    return { ...located, lastEventId: this.#lastEventId(request), release }
  }

  /**
   * A stream behind another never begins, but would hold memory like any other: one packet of pipelined requests is a
   * thousand of them. Such a connection is closed.
   */
  async #isPipelined(request: R, response: HttpResponse): Promise<boolean> {
    // The answer in front may be complete, and Node about to notice.
    await new Promise(setImmediate)
    if (!isQueued(response)) return false
    request.socket.destroy?.()
    return true
  }

  #locate(response: HttpResponse, path: string): Located<P> | null {
    try {
      return locate(this.#channel, path)
    } catch (error) {
      if (!(error instanceof ParameterError)) throw error
      const { message, parameter } = error
      answerProblem(response, { status: 400, detail: message, parameter })
      return null
    }
  }

  async #authorize(request: R, response: HttpResponse, parameters: P): Promise<boolean> {
    const { authorize } = this.#options
    if (authorize === undefined) return true
    const { schemes = {} } = this.#channel
    const options = this.#options
    // What the channel says of its schemes, as values and as a type, is one and the same.
    const credentials = readCredentials(request, schemes) as A
    const answer = await authorize.call(options, request, parameters, credentials)
    if (answer === true) return true
    if (response.headersSent || response.writableEnded) return false
    const status = answer === 403 ? 403 : 401
    const challenge = challenges(schemes)
    if (status === 401 && challenge !== '') response.setHeader('WWW-Authenticate', challenge)
    const detail =
      status === 401
        ? 'valid credentials are needed'
        : 'these credentials do not give access to this address'
    answerProblem(response, { status, detail })
    return false
  }

  /** The header comes as UTF-8 (WHATWG HTML §9.2.4), which Node reads as Latin-1. */
  #lastEventId(request: R): string {
    const header = headerOf(request, 'last-event-id')
    if (header !== undefined) return Buffer.from(header, 'latin1').toString('utf8')
    const { lastEventIdParameter: name } = this.#options
    return (name === undefined ? undefined : queryOf(request, name)) ?? ''
  }
}

/** Refuses a client that may come again later. */
export function refuseForNow(response: HttpResponse, status: 503 | 429): void {
  response.setHeader('Retry-After', String(2 + Math.floor(Math.random() * 8)))
  const detail =
    status === 429 ? 'too many streams of this client' : 'no more streams at the moment'
  answerProblem(response, { status, detail })
}

function keyOf<R extends HttpRequest>(
  request: R,
  connectionKey: ((req: R) => string) | undefined,
): string {
  return connectionKey?.(request) ?? request.socket.remoteAddress ?? ''
}

function checkTime(name: string, value: number): void {
  if (Number.isFinite(value) && value >= 0) return
  throw new TypeError(`${name} must be a number of milliseconds, not ${String(value)}`)
}
