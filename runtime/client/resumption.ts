import { failed } from './errors'
import { request } from './fetch-request'
import type { RequestOptions, RequestTarget, ResumeOptions, Resumption } from './types'

/** @throws TypeError if the option `resume` is not a URL, or is a URL of another origin that is not in `resumeOrigins` */
export function createResumption(
  { resume, resumeOrigins = [] }: ResumeOptions,
  target: URL,
): Resumption {
  let location: URL | undefined
  let end: string | null

  function isAllowed({ origin }: URL): boolean {
    return origin === target.origin || resumeOrigins.includes(origin)
  }

  function nextTarget(
    requested: RequestTarget,
    options: RequestOptions,
  ): [RequestTarget, RequestOptions] {
    if (location === undefined) return [requested, options]
    const { authenticate } = requested
    if (location.origin === target.origin) return [{ url: location, authenticate }, options]
    // Another origin receives no credentials.
    const { fetch = globalThis.fetch } = options
    return [{ url: location }, { fetch }]
  }

  function readLocation({ status, headers, url }: Response): void {
    end = headers.get('EventSource-End')
    const value = headers.get('Location')
    const isResumable = status === 201 || (status === 200 && resume === true)
    if (location !== undefined || value === null || !isResumable) return
    try {
      const found = new URL(value, url || target)
      if (isAllowed(found)) location = found
    } catch {
      // The stream is not resumable in this case.
    }
  }

  if (typeof resume === 'object') {
    location = new URL(resume.location, target)
    if (!isAllowed(location)) {
      throw new TypeError(
        `Option resume has another origin, ${location.origin}; add it to resumeOrigins`,
      )
    }
  }

  return {
    lastEventId: typeof resume === 'object' ? resume.lastEventId : undefined,
    get location() {
      return location?.href
    },
    async send(requested, options, lastEventId, signal) {
      const [from, settings] = nextTarget(requested, options)
      const response = await request(from, settings, lastEventId, signal)
      readLocation(response)
      if (response.status !== 201) return response
      // The transport reads the body as that of a 200.
      return new Response(response.body, { headers: response.headers })
    },
    assess(outcome) {
      return outcome.kind === 'done' && end === 'failed'
        ? failed('incomplete', 'The run failed at the server', false)
        : outcome
    },
  }
}
