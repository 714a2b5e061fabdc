import type { SecurityScheme } from '../core/channel'
import type { Exchange, ServerRequest } from './exchange'
import { appendVary, type ResponseHead } from './http'

/** Origins whose pages may read the stream (WHATWG Fetch, CORS protocol). */
export interface CorsOptions {
  /**
   * `*`, one origin, a list, or a function that returns whether it allows an origin; e.g. `https://app.example`. Default
   * `*`.
   */
  origin?: string | readonly string[] | ((origin: string) => boolean)
  /** Whether credentials such as cookies are allowed. Requires `origin`: with `*` every site could act as its visitor. */
  credentials?: boolean
  /** Request headers in addition to `Last-Event-ID`, `Authorization`, `Cache-Control` and those of the security schemes. */
  allowedHeaders?: readonly string[]
  /** Time that a browser may cache the response to a preflight, s. Default 600. */
  maxAge?: number
}

const EXPOSED_HEADERS = ['EventSource-Heartbeat', 'EventSource-Gap', 'Retry-After']

/** Methods and headers of a channel in addition to those of a GET. */
export interface CorsHeaders {
  /** Default: GET and HEAD. */
  readonly methods?: readonly string[]
  /** Request headers. */
  readonly allowedHeaders?: readonly string[]
  /** Response headers. */
  readonly exposedHeaders?: readonly string[]
}

/** The CORS protocol for one channel. */
export class Cors {
  readonly #origin: Required<CorsOptions>['origin']
  readonly #credentials: boolean
  readonly #methods: string
  readonly #allowedHeaders: string
  readonly #exposedHeaders: string
  readonly #maxAge: number

  /** @throws TypeError if credentials are allowed for any origin */
  constructor(
    options: CorsOptions,
    schemes: Readonly<Record<string, SecurityScheme>>,
    { methods = ['GET', 'HEAD'], allowedHeaders = [], exposedHeaders = [] }: CorsHeaders = {},
  ) {
    this.#origin = options.origin ?? '*'
    this.#credentials = options.credentials ?? false
    if (this.#credentials && this.#origin === '*') {
      throw new TypeError('cors: credentials need a list of origins, or a function that decides')
    }
    const apiKeyHeaders = Object.values(schemes).flatMap((scheme) =>
      scheme.type === 'apiKey' && scheme.in === 'header' ? [scheme.name] : [],
    )
    this.#allowedHeaders = [
      'Last-Event-ID',
      'Authorization',
      'Cache-Control',
      ...apiKeyHeaders,
      ...allowedHeaders,
      ...(options.allowedHeaders ?? []),
    ].join(', ')
    this.#methods = methods.join(', ')
    this.#exposedHeaders = [...EXPOSED_HEADERS, ...exposedHeaders].join(', ')
    this.#maxAge = options.maxAge ?? 600
  }

  /** Sets the headers of every response, also of refusals: a page must be able to read the status. */
  apply(request: ServerRequest, response: ResponseHead): void {
    if (this.#origin !== '*') appendVary(response, 'Origin')
    const origin = request.header('origin')
    if (origin === undefined || !this.#allows(origin)) return
    response.setHeader('Access-Control-Allow-Origin', this.#origin === '*' ? '*' : origin)
    response.setHeader('Access-Control-Expose-Headers', this.#exposedHeaders)
    if (this.#credentials) response.setHeader('Access-Control-Allow-Credentials', 'true')
  }

  /** Responds to a preflight, and to any other `OPTIONS` request. */
  preflight(exchange: Exchange): void {
    const { request, response } = exchange
    this.apply(request, response)
    exchange.takeResponse()
    if (response.getHeader('Access-Control-Allow-Origin') !== undefined) {
      response.setHeader('Access-Control-Allow-Methods', this.#methods)
      response.setHeader('Access-Control-Allow-Headers', this.#allowedHeaders)
      response.setHeader('Access-Control-Max-Age', String(this.#maxAge))
    }
    response.setHeader('Allow', `${this.#methods}, OPTIONS`)
    response.statusCode = 204
    response.end()
  }

  #allows(origin: string): boolean {
    const allowed = this.#origin
    if (typeof allowed === 'function') return allowed(origin)
    return typeof allowed === 'string'
      ? allowed === '*' || allowed === origin
      : allowed.includes(origin)
  }
}
