/**
 * What the server needs of a request. `IncomingMessage` of node:http and `Http2ServerRequest` of node:http2 fit, and so do
 * Express's: the core imports none of them.
 */
export interface HttpRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly httpVersionMajor: number
  readonly socket: { readonly remoteAddress?: string | undefined; destroy?(): unknown }
}

type ResponseEvent = 'close' | 'drain' | 'error' | 'prefinish'

/** What the server needs of a response; the same classes fit. */
export interface HttpResponse {
  statusCode: number
  readonly headersSent: boolean
  readonly writableEnded: boolean
  readonly writableLength: number
  readonly socket: object | null
  /** Only node:http2 has it. */
  readonly stream?: { readonly destroyed: boolean }
  /** Only node:http has it. */
  readonly destroyed?: boolean
  getHeader(name: string): unknown
  setHeader(name: string, value: string): unknown
  removeHeader(name: string): void
  write(chunk: Uint8Array): boolean
  end(): unknown
  end(text: string): unknown
  destroy(): unknown
  on(event: ResponseEvent, listener: () => void): unknown
  removeListener(event: ResponseEvent, listener: () => void): unknown
  /** Of the `compression` package. */
  flush?(): void
}

/** Whether the client has gone already: then no `close` will come. */
export function isGone(response: HttpResponse): boolean {
  return response.destroyed === true || response.stream?.destroyed === true
}

/**
 * Whether the response waits behind another of its connection: the client has sent its request without waiting for that
 * (HTTP/1.1 pipelining, RFC 9112 §9.3.2).
 */
export function isQueued(response: HttpResponse): boolean {
  return response.socket === null && response.stream === undefined && !isGone(response)
}

/** One header's value; several lines of one name are joined as RFC 9110 §5.3 says. */
export function headerOf({ headers }: HttpRequest, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}

/** The path of a request's URL, still percent-encoded. */
export function pathOf({ url = '/' }: HttpRequest): string {
  const [path = '/'] = url.split('?', 1)
  return path
}

/** One query parameter, decoded; undefined where there is none. */
export function queryOf({ url = '' }: HttpRequest, name: string): string | undefined {
  const start = url.indexOf('?')
  if (start === -1) return undefined
  return new URLSearchParams(url.slice(start + 1)).get(name) ?? undefined
}
