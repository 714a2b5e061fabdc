import type { SecurityScheme } from '../core/channel'
import { ParameterError, type QueryModel } from '../core/parameters'
import { type StreamOptions, setStreamHeaders } from './connection'
import { Cors, type CorsHeaders } from './cors'
import type { Exchange, ServerRequest } from './exchange'
import {
  type Answerable,
  acceptsMediaType,
  queryOf,
  rejectTemporarily,
  searchOf,
  sendProblem,
  utf8FromLatin1,
} from './http'
import { type PresentedCredentials, challenges, readCredentials } from './request-credentials'
import { ChannelRoute, type ParsedPath, type RoutedChannel } from './route'
import { SlotLimit } from './slot-limit'
import type { CommonServerOptions, Identity } from './types'

/** The parts of a channel that the guard uses. */
export interface GuardedChannel<Params> extends RoutedChannel<Params> {
  readonly name: string
  readonly query?: Pick<QueryModel<unknown>, 'parse'> | null
  readonly schemes?: Readonly<Record<string, SecurityScheme>>
  readonly requiresAuthorize?: boolean
}

/** Parameters of path and query. */
interface ParsedRequest<Params> extends ParsedPath<Params> {
  /** Undefined if the document describes no query parameters. */
  readonly query: unknown
}

/** An admitted client. */
export interface Admitted<Params, User> extends ParsedRequest<Params> {
  /** Result of `authorize`: an object, or undefined. */
  readonly identity: Identity<User>
  /** `''` if the client does not send one. */
  readonly lastEventId: string
  /** Releases the slot; called once, when the client has disconnected. */
  release(): void
}

interface AdmitOptions {
  /** The part of the path that belongs to the channel. Default: all of it, with the query. */
  readonly path?: string
  /** Whether the response is an event stream. Default: true. */
  readonly isStream?: boolean
  /** Options of the stream, for the response to `HEAD`. Default: those of the guard. */
  readonly streamOptions?: StreamOptions
}

/** Maximum length of path and query of a request, characters. */
const MAX_URL_LENGTH = 8192

/** All checks before a stream begins, in this order: length of path and query, parameters, limits, `authorize`, `Accept`. */
export class ConnectionGuard<Params, Raw, Req, Auth = PresentedCredentials, User = true> {
  readonly streamOptions: StreamOptions
  readonly cors: Cors | undefined
  readonly route: ChannelRoute<Params>
  readonly #channel: GuardedChannel<Params>
  readonly #options: CommonServerOptions<Params, Req, Auth, User>
  readonly #limit: SlotLimit
  readonly #requestFor: (request: ServerRequest<Raw>) => Req

  /**
   * @param requestFor converts the request for the functions of the options
   * @param corsHeaders headers and methods for pages of other origins, in addition to those of a GET
   * @throws TypeError if an option is invalid, or `authorize` is not set although the document requires credentials
   */
  constructor(
    channel: GuardedChannel<Params>,
    options: CommonServerOptions<Params, Req, Auth, User>,
    requestFor: (request: ServerRequest<Raw>) => Req,
    corsHeaders: CorsHeaders = {},
  ) {
    // The type requires it too, but not of JavaScript.
    if (channel.requiresAuthorize === true && options.authorize === undefined) {
      throw new TypeError(
        `${channel.name}: the option authorize is required, because the document has security; false admits every client`,
      )
    }
    this.#channel = channel
    this.route = new ChannelRoute(channel)
    this.#options = options
    this.#requestFor = requestFor
    const { heartbeat = 15_000, maxDuration = 0, retry = 1000, closeTimeout = 5000 } = options
    const { stallTimeout = 300_000, directWrites = true } = options
    const times = { heartbeat, maxDuration, retry, closeTimeout, stallTimeout }
    for (const [name, value] of Object.entries(times)) checkDuration(name, value)
    this.streamOptions = { ...times, directWrites }
    const { cors = false, maxConnections = 10_000, maxConnectionsPerKey } = options
    this.#limit = new SlotLimit(maxConnections, maxConnectionsPerKey)
    if (cors !== false) {
      this.cors = new Cors(cors === true ? {} : cors, channel.schemes ?? {}, corsHeaders)
    }
  }

  /**
   * Admits a client, or responds and returns null.
   * @throws the errors of `authorize` and `cors.origin`
   */
  async admit(
    exchange: Exchange<Raw>,
    { path, isStream = true, streamOptions = this.streamOptions }: AdmitOptions = {},
  ): Promise<Admitted<Params, User> | null> {
    const { request, response } = exchange
    if (exchange.waitForTurn !== undefined && !(await exchange.waitForTurn())) return null
    this.cors?.apply(request, response)
    const parsed = this.#parseRequest(exchange, path)
    if (parsed === null) return null
    const key = this.#options.maxConnectionsPerKey === undefined ? '' : this.keyOf(request)
    const slot = this.#limit.acquire(key)
    if (slot !== 'acquired') {
      rejectTemporarily(exchange, slot)
      return null
    }
    const release = (): void => this.#limit.release(key)
    let admitted = false
    try {
      const identity = await this.#authorize(exchange, parsed.parameters)
      admitted =
        identity !== null &&
        !exchange.isDisconnected &&
        (!isStream || this.negotiate(exchange, streamOptions))
      if (identity === null || !admitted) return null
      return { ...parsed, identity, lastEventId: this.#lastEventId(request), release }
    } finally {
      if (!admitted) release()
    }
  }

  /** Refuses a request without its admission, because the server shuts down; the client may retry later. */
  refuse(exchange: Exchange<Raw>): void {
    this.cors?.apply(exchange.request, exchange.response)
    rejectTemporarily(exchange, 503)
  }

  /** The key for limits per client. @param limit the option, for the error */
  keyOf(request: ServerRequest<Raw>, limit = 'maxConnectionsPerKey'): string {
    const key = this.#options.connectionKey?.(this.#requestFor(request)) ?? request.remoteAddress
    if (key !== undefined) return key
    throw new TypeError(
      `${this.#channel.name}: ${limit} needs the option connectionKey, because this host has no remote address`,
    )
  }

  #parseRequest(exchange: Exchange<Raw>, path: string | undefined): ParsedRequest<Params> | null {
    if (exchange.request.url.length > MAX_URL_LENGTH) {
      const detail = `path and query must not be longer than ${MAX_URL_LENGTH} characters`
      sendProblem(exchange, { status: 414, detail })
      return null
    }
    try {
      const parsed = this.route.parse(path ?? exchange.path)
      // Only the address of the channel itself has the query that the document describes.
      const model = path === undefined ? this.#channel.query : undefined
      return { ...parsed, query: model?.parse(searchOf(exchange.request)) }
    } catch (error) {
      if (!(error instanceof ParameterError)) throw error
      const { message, parameter } = error
      sendProblem(exchange, { status: 400, detail: message, parameter })
      return null
    }
  }

  /** Returns the identity of the client, or null if it was refused with a response. */
  async #authorize(exchange: Exchange<Raw>, parameters: Params): Promise<Identity<User> | null> {
    const { authorize } = this.#options
    // The type of `User` is `true` if the option is not a function.
    if (authorize === undefined || authorize === false) return undefined as Identity<User>
    const { schemes = {}, name } = this.#channel
    const { request } = exchange
    // The channel describes its schemes as values and, with the same content, as the type `Auth`.
    const credentials = readCredentials(request, schemes) as Auth
    const result: unknown = await authorize.call(
      this.#options,
      this.#requestFor(request),
      parameters,
      credentials,
    )
    if (result === true) return undefined as Identity<User>
    if (typeof result === 'object' && result !== null) return result as Identity<User>
    if (exchange.isAnswered) return null
    if (result !== false && result !== 401 && result !== 403) {
      throw new TypeError(
        `${name}: authorize returned ${String(result)}; return true, an object that identifies the client, false, 401 or 403`,
      )
    }
    rejectCredentials(exchange, result === 403 ? 403 : 401, challenges(schemes))
    return null
  }

  /** Whether the response can be a stream; otherwise sends the refusal, or the response to `HEAD`. */
  negotiate(exchange: Exchange<Raw>, streamOptions = this.streamOptions): boolean {
    const { request, response } = exchange
    if (!acceptsMediaType(request.header('accept'), 'text/event-stream')) {
      sendProblem(exchange, { status: 406, detail: 'this address sends text/event-stream only' })
      return false
    }
    if (request.method !== 'HEAD') return true
    exchange.takeResponse()
    setStreamHeaders(response, streamOptions)
    response.end()
    return false
  }

  /** The client sends the header as UTF-8 (WHATWG HTML §9.2.4); Node and `Headers` decode it as Latin-1. */
  #lastEventId(request: ServerRequest<Raw>): string {
    const header = request.header('last-event-id')
    if (header !== undefined) return utf8FromLatin1(header)
    const { lastEventIdParameter: name } = this.#options
    return (name === undefined ? undefined : queryOf(request, name)) ?? ''
  }
}

function rejectCredentials(exchange: Answerable, status: 401 | 403, challenge: string): void {
  if (status === 401 && challenge !== '') {
    exchange.response.setHeader('WWW-Authenticate', challenge)
  }
  const detail =
    status === 401
      ? 'valid credentials are required'
      : 'these credentials do not give access to this address'
  sendProblem(exchange, { status, detail })
}

function checkDuration(name: string, value: number): void {
  if (Number.isFinite(value) && value >= 0) return
  throw new TypeError(`${name} must be a number of milliseconds, found ${String(value)}`)
}
