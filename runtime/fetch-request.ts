import type { Authenticate, Provided } from './client-types'
import { authorizationOf, provide, utf8Bytes } from './credentials'
import { EventSourceError } from './errors'

/** What every attempt of a subscription asks for. */
export interface RequestPlan {
  readonly url: URL
  readonly authenticate?: Authenticate | undefined
  readonly auth?: object
  readonly authorization?: Provided<string>
  readonly headers?: Provided<Record<string, string>>
  readonly withCredentials?: boolean
  readonly fetch?: typeof globalThis.fetch
}

/**
 * Ids that a header can carry: no control characters but the tab (RFC 9110 §5.5), and not so long that servers refuse
 * the request, this time and every other.
 */
export const SENDABLE = /^[\t -~\u0080-\u{10ffff}]{0,4096}$/u

/** Redirects that keep the method GET (RFC 9110 §15.4); 0 is one that a browser hides, where it leads too. */
const REDIRECT = /^(0|30[12378])$/

/**
 * Asks for an event stream. It rejects as soon as the signal says so: a `fetch` of the user's, or a provider of
 * credentials, may not know of it.
 * Else it rejects with what `fetch` and providers throw, or with an EventSourceError: `configuration` where a header
 * cannot be sent, `status` on a redirect that must not be followed.
 *
 * @param lastEventId the stream goes on behind this event, where there is one; a header can carry it
 */
export function request(
  plan: RequestPlan,
  lastEventId: string,
  signal: AbortSignal,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', reject)
    send(plan, lastEventId, signal).then((response) => {
      if (signal.aborted) discard(response)
      else resolve(response)
    }, reject)
  })
}

/**
 * Asks for headers and credentials, which may have changed since the last attempt, and sends the request. With
 * credentials, redirects are followed here and only within the origin: `fetch` would hand all headers but
 * `Authorization` to whoever the server names.
 */
async function send(
  plan: RequestPlan,
  lastEventId: string,
  signal: AbortSignal,
): Promise<Response> {
  const { fetch = globalThis.fetch, withCredentials } = plan
  const given = await provide(plan.headers)
  const authorization = await provide(plan.authorization)
  const putCredentials = await plan.authenticate?.(plan.auth)
  signal.throwIfAborted()
  let url = new URL(plan.url)
  let confidential: unknown = putCredentials
  let headers: Headers
  try {
    headers = new Headers(given)
    putCredentials?.({ url, headers })
    if (authorization !== undefined) headers.set('Authorization', authorizationOf(authorization))
  } catch {
    // What the platform throws holds the value.
    throw new EventSourceError('configuration', 'headers: HTTP refuses them')
  }
  headers.forEach(() => (confidential = true))
  if (!headers.has('Accept')) headers.set('Accept', 'text/event-stream')
  if (lastEventId) headers.set('Last-Event-ID', utf8Bytes(lastEventId))
  // Without a type of its own: not every platform's declares `cache`.
  const init = {
    headers,
    signal,
    cache: 'no-store',
    redirect: confidential ? 'manual' : 'follow',
    // Some runtimes refuse the member where it means nothing.
    ...(withCredentials && ({ credentials: 'include' } as const)),
  } as const
  const { origin } = url
  for (let redirects = 0; ; redirects++) {
    const response = await fetch(url, init).catch(putCredentials?.failed)
    const { status } = response
    if (!confidential || !REDIRECT.test(String(status))) return response
    discard(response)
    const location = response.headers.get('Location')
    // What `URL` throws tells the base, and the query may be a credential.
    url.search = ''
    const next = location ? new URL(location, url) : undefined
    // As many as `fetch` follows.
    if (next?.origin !== origin || redirects === 20) {
      const place = next?.origin ?? 'somewhere'
      const problem = `redirected to ${place} with credentials, ${redirects} times`
      throw new EventSourceError('status', problem, { status })
    }
    url = next
  }
}

/** Gives an answer up, so that its connection is free. */
function discard({ body }: Response): void {
  body?.cancel().catch(() => undefined)
}
