import type { Authenticate, Provided } from './client-types'
import { authorizationOf, provide, utf8Bytes } from './credentials'
import { checkCall, EventSourceError } from './errors'

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

/** What came of a request. */
export interface Answer {
  readonly response: Response
  /** Whether the last event id is one that no header can carry, so that events may be lost. */
  readonly gap: boolean
}

/** Ids that a header can carry: no control characters but the tab (RFC 9110 §5.5). */
export const SENDABLE = /^[\t -~\u0080-\u{10ffff}]*$/u

/** Redirects that keep the method GET (RFC 9110 §15.4). */
const REDIRECTS = [301, 302, 303, 307, 308]
const MOST_REDIRECTS = 20

/**
 * Asks for an event stream behind an event. It rejects as soon as the signal says so: a `fetch` of the user's, or a
 * provider of credentials, may not know of it.
 * Else it rejects with what `fetch` and providers throw, or with an EventSourceError: `configuration` where a header
 * cannot be sent, `status` on a redirect that must not be followed.
 */
export function request(
  plan: RequestPlan,
  lastEventId: string,
  signal: AbortSignal,
): Promise<Answer> {
  const gap = !SENDABLE.test(lastEventId)
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', reject)
    send(plan, gap ? '' : lastEventId, signal).then((response) => {
      if (signal.aborted) discard(response)
      else resolve({ response, gap })
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
  const url = new URL(plan.url)
  let confidential = putCredentials !== undefined
  const headers = checkCall('headers', () => {
    const all = new Headers(given)
    putCredentials?.({ url, headers: all })
    if (authorization !== undefined) all.set('Authorization', authorizationOf(authorization))
    all.forEach(() => (confidential = true))
    if (!all.has('Accept')) all.set('Accept', 'text/event-stream')
    if (lastEventId) all.set('Last-Event-ID', utf8Bytes(lastEventId))
    return all
  })
  // Without a type of its own: not every platform's declares `cache`.
  const init = {
    headers,
    signal,
    cache: 'no-store',
    redirect: confidential ? 'manual' : 'follow',
    // Some runtimes refuse the member where it means nothing.
    ...(withCredentials && ({ credentials: 'include' } as const)),
  } as const
  let target = url
  for (let redirects = 0; ; redirects++) {
    const response = await fetch(target, init)
    const { status, type } = response
    const redirected = type === 'opaqueredirect' || REDIRECTS.includes(status)
    if (!confidential || !redirected) return response
    discard(response)
    const location = response.headers.get('Location')
    // A browser hides where an unfollowed redirect leads.
    const next = location === null ? undefined : new URL(location, target)
    if (next?.origin !== url.origin || redirects === MOST_REDIRECTS) {
      const problem = `redirected to ${next?.origin ?? 'an unknown place'}; with credentials, only ${MOST_REDIRECTS} times and within the origin`
      throw new EventSourceError('status', problem, { status })
    }
    target = next
  }
}

/** Gives an answer up, so that its connection is free. */
function discard({ body }: Response): void {
  body?.cancel().catch(() => undefined)
}
