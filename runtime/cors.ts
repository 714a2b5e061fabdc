import type { SecurityScheme } from './channel'
import { headerOf, type HttpRequest, type HttpResponse } from './http'

/** Which pages of other origins may read the stream (WHATWG Fetch, CORS protocol). */
export interface CorsOptions {
  /** `*`, one origin, a list, or a function that decides; e.g. `https://app.example`. Default `*`. */
  origin?: string | readonly string[] | ((origin: string) => boolean)
  /** Whether cookies and the like may come along. Needs origins: `*` would let every site act as its visitor. */
  credentials?: boolean
  /** Request headers beside `Last-Event-ID`, `Authorization`, `Cache-Control` and those of the security schemes. */
  allowedHeaders?: readonly string[]
  /** Seconds that a browser may keep the answer to a preflight. Default 600. */
  maxAge?: number
}

const EXPOSED = 'EventSource-Heartbeat, EventSource-Gap'

/** Answers cross-origin questions for one channel. */
export class Cors {
  readonly #origin: Required<CorsOptions>['origin']
  readonly #credentials: boolean
  readonly #headers: string
  readonly #maxAge: number

  /** @throws TypeError where credentials are allowed to any origin */
  constructor(options: CorsOptions, schemes: Readonly<Record<string, SecurityScheme>>) {
    this.#origin = options.origin ?? '*'
    this.#credentials = options.credentials ?? false
    if (this.#credentials && this.#origin === '*') {
      throw new TypeError('cors: credentials need a list of origins, or a function that decides')
    }
    const keys = Object.values(schemes).flatMap((scheme) =>
      scheme.type === 'apiKey' && scheme.in === 'header' ? [scheme.name] : [],
    )
    this.#headers = [
      'Last-Event-ID',
      'Authorization',
      'Cache-Control',
      ...keys,
      ...(options.allowedHeaders ?? []),
    ].join(', ')
    this.#maxAge = options.maxAge ?? 600
  }

  /** Sets the headers that every answer carries, refusals too: a page must be able to read the status. */
  apply(request: HttpRequest, response: HttpResponse): void {
    if (this.#origin !== '*') vary(response, 'Origin')
    const origin = headerOf(request, 'origin')
    if (origin === undefined || !this.#allows(origin)) return
    response.setHeader('Access-Control-Allow-Origin', this.#origin === '*' ? '*' : origin)
    response.setHeader('Access-Control-Expose-Headers', EXPOSED)
    if (this.#credentials) response.setHeader('Access-Control-Allow-Credentials', 'true')
  }

  /** Answers a preflight, and any other `OPTIONS`. */
  preflight(request: HttpRequest, response: HttpResponse): void {
    this.apply(request, response)
    if (response.getHeader('Access-Control-Allow-Origin') !== undefined) {
      response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD')
      response.setHeader('Access-Control-Allow-Headers', this.#headers)
      response.setHeader('Access-Control-Max-Age', String(this.#maxAge))
    }
    response.setHeader('Allow', 'GET, HEAD, OPTIONS')
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

function vary(response: HttpResponse, name: string): void {
  const present = response.getHeader('Vary')
  const names = Array.isArray(present) ? present.join(', ') : String(present ?? '')
  if (names.split(',').some((each) => each.trim().toLowerCase() === name.toLowerCase())) return
  response.setHeader('Vary', names === '' ? name : `${names}, ${name}`)
}
