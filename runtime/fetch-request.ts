import type { SecurityScheme } from './channel'
import type { Provided } from './client-types'
import {
  applyCredentials,
  askCredentials,
  authorizationOf,
  provide,
  utf8Bytes,
} from './credentials'
import { EventSourceError } from './errors'

/** What every attempt of a subscription asks for. */
export interface RequestPlan {
  readonly url: URL
  readonly schemes: Readonly<Record<string, SecurityScheme>>
  readonly auth?: object
  readonly authorization?: Provided<string>
  readonly headers?: Provided<Record<string, string>>
  readonly withCredentials?: boolean
  readonly fetch: typeof globalThis.fetch
}

/** One request, with what its credentials are worth now. */
export interface PreparedRequest {
  readonly url: URL
  readonly headers: Headers
  /** Whether it carries what another origin must not see. */
  readonly confidential: boolean
  /** Whether the last event id is one that no header can carry, so that events may be lost. */
  readonly gap: boolean
}

/** Ids that a header can carry: no control characters but the tab (RFC 9110 §5.5). */
export const SENDABLE = /^[\t -~\u0080-\u{10ffff}]*$/u

/** Redirects that keep the method GET (RFC 9110 §15.4). */
const REDIRECTS = new Set([301, 302, 303, 307, 308])
const MOST_REDIRECTS = 20

/**
 * Asks for headers and credentials, which may have changed since the last attempt.
 * @throws what a provider throws; EventSourceError `configuration` where a value cannot be sent
 */
export async function prepareRequest(
  plan: RequestPlan,
  lastEventId: string,
): Promise<PreparedRequest> {
  const url = new URL(plan.url)
  const given = await provide(plan.headers)
  const authorization = await provide(plan.authorization)
  const credentials = await askCredentials(plan.auth)
  try {
    const headers = new Headers(given)
    if (!headers.has('Accept')) headers.set('Accept', 'text/event-stream')
    applyCredentials(plan.schemes, credentials, { url, headers })
    if (authorization !== undefined) headers.set('Authorization', authorizationOf(authorization))
    const gap = !SENDABLE.test(lastEventId)
    if (lastEventId !== '' && !gap) headers.set('Last-Event-ID', utf8Bytes(lastEventId))
    const confidential =
      credentials.length > 0 || authorization !== undefined || Object.keys(given ?? {}).length > 0
    return { url, headers, confidential, gap }
  } catch (cause) {
    if (cause instanceof EventSourceError) throw cause
    throw new EventSourceError('configuration', `headers: ${String(cause)}`, { cause })
  }
}

/**
 * Sends the request. With credentials, redirects are followed here and only within the origin: `fetch` would hand all
 * headers but `Authorization` to whoever the server names.
 * @throws EventSourceError `status` on a redirect that must not be followed; what `fetch` throws
 */
export async function sendRequest(
  plan: RequestPlan,
  { url, headers, confidential }: PreparedRequest,
  signal: AbortSignal,
): Promise<Response> {
  // Without a type of its own: not every platform's declares `cache`.
  const init = {
    headers,
    signal,
    cache: 'no-store',
    redirect: confidential ? 'manual' : 'follow',
    // Some runtimes refuse the member where it means nothing.
    ...(plan.withCredentials ? ({ credentials: 'include' } as const) : {}),
  } as const
  const { fetch } = plan
  let target = url
  for (let redirects = 0; ; redirects++) {
    const response = await fetch(target, init)
    const { status, type } = response
    if (!confidential || (type !== 'opaqueredirect' && !REDIRECTS.has(status))) return response
    discard(response)
    const location = response.headers.get('Location')
    // A browser hides where an unfollowed redirect leads.
    const next = location === null ? undefined : new URL(location, target)
    if (redirects === MOST_REDIRECTS) throw redirected(status, `${redirects} times`)
    if (next?.origin !== url.origin) {
      const where = next === undefined ? 'an unknown place' : next.origin
      throw redirected(
        status,
        `to ${where}: requests with credentials stay on ${url.origin}; set baseUrl to where the API is`,
      )
    }
    target = next
  }
}

function redirected(status: number, where: string): EventSourceError {
  return new EventSourceError('status', `redirected ${where}`, { status })
}

/** Gives an answer up, so that its connection is free. */
export function discard(response: Response): void {
  response.body?.cancel().catch(() => undefined)
}
