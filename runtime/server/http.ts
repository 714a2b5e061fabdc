/** The members of a request of `node:http` or `node:http2` that the server uses. Express requests have them too. */
export interface HttpRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  /** Set by Express and Connect: `url` with the prefix of a mount. */
  readonly originalUrl?: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly httpVersionMajor: number
  /** Whether the body was read; only a readable stream has it. */
  readonly readableDidRead?: boolean
  iterator?(options: { readonly destroyOnReturn: boolean }): AsyncIterable<Uint8Array>
  /** Body parsed by middleware. */
  readonly body?: unknown
  readonly socket: { readonly remoteAddress?: string | undefined; destroy?(): unknown }
}

type ResponseEvent = 'close' | 'drain' | 'error' | 'prefinish'

interface Http2Stream {
  readonly destroyed: boolean
  /** Whether the client has ended the stream before the response was complete. */
  readonly aborted: boolean
  close(code: number): unknown
  destroy(): unknown
  on(event: 'aborted', listener: () => void): unknown
  removeListener(event: 'aborted', listener: () => void): unknown
}

/** The members of a response of `node:http` or `node:http2` that the server uses. Express responses have them too. */
export interface HttpResponse {
  statusCode: number
  readonly headersSent: boolean
  readonly writableEnded: boolean
  readonly writableLength: number
  readonly socket: object | null
  /** Only in `node:http2`. */
  readonly stream?: Http2Stream
  /** Only in `node:http`. */
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
  /** Added by the `compression` package. */
  flush?(): void
}

/** Status, headers and text of a response that has not begun. Responses of `node:http` and `node:http2` are compatible. */
export interface ResponseHead {
  statusCode: number
  getHeader(name: string): unknown
  setHeader(name: string, value: string): unknown
  removeHeader(name: string): void
  /** Sends a complete response. */
  end(text?: string): unknown
}

/** Adds a header name to `Vary` (RFC 9110 §12.5.5). */
export function appendVary(response: ResponseHead, name: string): void {
  const present = response.getHeader('Vary')
  const names = Array.isArray(present) ? present.join(', ') : String(present ?? '')
  if (names.split(',').some((each) => each.trim().toLowerCase() === name.toLowerCase())) return
  response.setHeader('Vary', names === '' ? name : `${names}, ${name}`)
}

/** The path of a request's URL, percent-encoded. */
export function pathOf({ url = '/' }: { readonly url?: string | undefined }): string {
  const [path = '/'] = url.split('?', 1)
  return path
}

/** The query of a request. */
export function searchOf({ url }: { readonly url: string }): URLSearchParams {
  const start = url.indexOf('?')
  return new URLSearchParams(start === -1 ? '' : url.slice(start + 1))
}

/** One query parameter, decoded; undefined if absent. */
export function queryOf({ url }: { readonly url: string }, name: string): string | undefined {
  return url.includes('?') ? (searchOf({ url }).get(name) ?? undefined) : undefined
}

/**
 * Whether an `Accept` header allows a media type (RFC 9110 §12.5.1): the most specific range decides, weight 0 excludes. An
 * absent header allows everything.
 */
export function acceptsMediaType(header: string | undefined, type: string): boolean {
  if (header === undefined || header.trim() === '') return true
  const [main = ''] = type.split('/', 1)
  const ranges = new Map(header.split(',').map(parseMediaRange))
  const weight = ranges.get(type) ?? ranges.get(`${main}/*`) ?? ranges.get('*/*') ?? 0
  return weight > 0
}

/**
 * Whether an `Accept-Encoding` header accepts a content coding at least as much as none (RFC 9110 §12.5.3). An absent
 * header allows every coding, but its clients may support none.
 */
export function acceptsEncoding(header: string | undefined, coding: string): boolean {
  const weights = new Map((header ?? '').split(',').map(parseMediaRange))
  const weight = weights.get(coding) ?? weights.get('*') ?? 0
  return weight > 0 && weight >= (weights.get('identity') ?? 0)
}

function parseMediaRange(text: string): [range: string, weight: number] {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const q = parameters.find((parameter) => parameter.startsWith('q='))
  return [range, q === undefined ? 1 : Number(q.slice(2))]
}

/**
 * Decodes text whose UTF-8 bytes were decoded as Latin-1, one character for each byte. Text that is already decoded is
 * returned unchanged: workerd decodes headers as UTF-8.
 */
export function utf8FromLatin1(text: string): string {
  // Most ids are ASCII, which is the same in both encodings.
  if (!/[^\0-\x7f]/.test(text) || /[^\0-\xff]/.test(text)) return text
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0))
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return text
  }
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** Reason of a refused request. */
export interface Problem {
  readonly status: number
  /** Text for developers; describes how to correct the request. */
  readonly detail: string
  /** Name of the invalid parameter of the address. */
  readonly parameter?: string
  /** JSON pointer (RFC 6901) to the invalid part of the body. */
  readonly pointer?: string | undefined
}

/** The members of an exchange that a refusal uses. */
export interface Answerable {
  readonly response: ResponseHead
  takeResponse(): void
}

/** Responds with `application/problem+json` (RFC 9457). */
export function sendProblem(
  exchange: Answerable,
  { status, detail, parameter, pointer }: Problem,
): void {
  exchange.takeResponse()
  const { response } = exchange
  response.statusCode = status
  response.setHeader('Content-Type', 'application/problem+json')
  response.setHeader('Cache-Control', 'no-store')
  response.end(
    JSON.stringify({
      type: 'about:blank',
      title: TITLES[status],
      status,
      detail,
      parameter,
      pointer,
    }),
  )
}

/** Refuses a client, which may retry later. */
export function rejectTemporarily(exchange: Answerable, status: 503 | 429): void {
  exchange.response.setHeader('Retry-After', String(2 + Math.floor(Math.random() * 8)))
  const detail =
    status === 429
      ? 'this client has too many connections or runs; repeat the request after Retry-After'
      : 'the server cannot serve this request now; repeat it after Retry-After'
  sendProblem(exchange, { status, detail })
}
