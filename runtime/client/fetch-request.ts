import type { RequestOptions, RequestTarget } from './types'
import { authorizationOf, resolveProvider, utf8Bytes } from './credentials'
import { EventSourceError } from './errors'
import { cancel } from './response'

/**
 * Whether a header can contain an id: no control characters except the tab (RFC 9110 §5.5), and at most 4096 bytes. Servers
 * refuse a request with more than 8 to 16 KiB of headers, and would refuse each attempt.
 */
export function isSendableId(id: string): boolean {
  return /^[\t -~\u0080-\u{10ffff}]{0,4096}$/u.test(id) && utf8Bytes(id).length <= 4096
}

/** Redirects that preserve the method GET (RFC 9110 §15.4); 0 is a redirect whose status and target a browser hides. */
const REDIRECT = /^(0|30[12378])$/

/** The limit of redirects of `fetch`. */
const MAX_REDIRECTS = 20

/**
 * Requests an event stream. It rejects as soon as the signal aborts: a user's `fetch` or a provider of credentials may
 * ignore the signal. Otherwise it rejects with errors of `fetch` and providers, or with an EventSourceError:
 * `configuration` if a header cannot be sent, `status` for a redirect that must not be followed.
 *
 * A 401 is retried once with new credentials, if a function provides them.
 *
 * @param lastEventId the stream continues after this event; empty: from the start
 */
export async function request(
  target: RequestTarget,
  options: RequestOptions,
  lastEventId: string,
  signal: AbortSignal,
): Promise<Response> {
  const send = (): Promise<Response> =>
    raceAbort(sendRequest(target, options, lastEventId, signal), signal)
  const response = await send()
  if (response.status !== 401 || !hasProvider(options)) return response
  cancel(response.body)
  return send()
}

/** Settles like the promise, or rejects as soon as the signal aborts; a response that arrives later is discarded. */
function raceAbort(pending: Promise<Response>, signal: AbortSignal): Promise<Response> {
  return new Promise((resolve, reject) => {
    // The signal belongs to one attempt, so the listener need not be removed.
    signal.addEventListener('abort', () => reject(signal.reason as Error))
    pending.then((response) => {
      if (signal.aborted) cancel(response.body)
      else resolve(response)
    }, reject)
  })
}

function hasProvider({ auth = {}, authorization, headers }: RequestOptions): boolean {
  return [authorization, headers, ...Object.values(auth)].some((one) => typeof one === 'function')
}

/**
 * Resolves headers and credentials, which may have changed since the last attempt, and sends the request. Redirects with
 * credentials are followed here and only within the origin: `fetch` would send all headers except `Authorization` to the
 * origin of the redirect.
 */
async function sendRequest(
  { url: target, authenticate, request: streamRequest }: RequestTarget,
  options: RequestOptions,
  lastEventId: string,
  signal: AbortSignal,
): Promise<Response> {
  const { fetch = globalThis.fetch, withCredentials, lastEventIdParameter } = options
  const userHeaders = await resolveProvider(options.headers)
  const authorization = await resolveProvider(options.authorization)
  const credentials = await authenticate?.(options.auth)
  signal.throwIfAborted()
  let url = new URL(target)
  let hasCredentials = credentials !== undefined
  let headers: Headers
  try {
    headers = new Headers(userHeaders)
    credentials?.apply({ url, headers })
    if (authorization !== undefined) headers.set('Authorization', authorizationOf(authorization))
  } catch {
    // The platform's error contains the value.
    throw new EventSourceError(
      'configuration',
      'Option headers, authorization or auth is not valid in HTTP',
    )
  }
  headers.forEach(() => (hasCredentials = true))
  if (!headers.has('Accept')) headers.set('Accept', 'text/event-stream')
  if (lastEventId) {
    if (lastEventIdParameter) url.searchParams.set(lastEventIdParameter, lastEventId)
    else headers.set('Last-Event-ID', utf8Bytes(lastEventId))
  }
  await streamRequest?.setHeaders(headers)
  signal.throwIfAborted()
  // No type annotation: the `RequestInit` of some platforms has no `cache`.
  const init = {
    headers,
    signal,
    cache: 'no-store',
    // `fetch` would send a POST again on 307, and change it to a GET on 302.
    redirect: hasCredentials || streamRequest ? 'manual' : 'follow',
    ...(streamRequest && { method: streamRequest.method, body: streamRequest.body ?? null }),
    // Some runtimes reject the member if it has no effect.
    ...(withCredentials && ({ credentials: 'include' } as const)),
  } as const
  const { origin } = url
  for (let redirects = 1; ; redirects++) {
    const response = await fetch(url, init).catch((cause: unknown) => {
      throw credentials?.redactError?.(cause) ?? cause
    })
    const { status } = response
    if (init.redirect === 'follow' || !REDIRECT.test(String(status))) return response
    cancel(response.body)
    const location = response.headers.get('Location')
    // The error of `URL` contains the base, whose query may contain a credential.
    url.search = ''
    const next = location ? new URL(location, url) : undefined
    if (streamRequest || next?.origin !== origin || redirects > MAX_REDIRECTS) {
      const place = next?.origin ?? 'an unknown URL'
      throw new EventSourceError(
        'status',
        `Redirect ${redirects} to ${place} not followed: use the final URL`,
        { status },
      )
    }
    url = next
  }
}
