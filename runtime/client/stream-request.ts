import type { BodyDescriptor } from '../core/model'
import { resolveProvider } from './credentials'
import { EventSourceError, type Failure, failed } from './errors'
import { request } from './fetch-request'
import type {
  CreateRequest,
  RequestOptions,
  RequestTarget,
  ResumeOptions,
  Resumption,
  StreamRequest,
} from './types'

/**
 * Statuses with which a server requests a later retry (RFC 6585 §4, RFC 9110 §15.6.4): it has not processed the request.
 */
const UNPROCESSED_STATUS = /^(429|503)$/

/** Text that ends a stream by convention. */
const CONVENTIONAL_SENTINEL = '[DONE]'

/**
 * The request of a channel with another method than GET. GET and QUERY are safe, and are retried whenever a stream breaks
 * (RFC 9110 §9.2.1). POST and PUT are sent once. They are retried only after 429 and 503 or, with an idempotency key, after
 * a failure before the first event.
 */
export function requestWithBody<Body>({
  model,
  contentType,
  isRequired,
}: BodyDescriptor<Body>): CreateRequest {
  return (channel, options, validate, url): StreamRequest => {
    const { body, idempotencyKey, endOn = [], reconnect } = options
    const resumption = createResumption(options, url)
    const { method = 'POST', events, sentinels = [] } = channel
    if (body === undefined && isRequired && resumption.location === undefined)
      throw new TypeError('Option body is missing')
    if (body !== undefined && validate) {
      const result = model.validate(body)
      if (!result.valid) {
        const [{ pointer = '', expected = '', found = '' } = {}] = result.errors
        throw new TypeError(
          `Option body${pointer && ` at ${pointer}`} must be ${expected}, found ${found}`,
        )
      }
    }
    const isDeclared = sentinels.length > 0
    // Text that is a valid message is not an end marker.
    const isMessage = events.some((event) => acceptsText(event.model, CONVENTIONAL_SENTINEL))
    const hasEnding =
      isDeclared || endOn.length > 0 || events.some((event) => event.isTerminal === true)
    const isSentOnce = method !== 'QUERY'
    let key: string | undefined
    return {
      method,
      body: body === undefined ? undefined : model.marshal(body as never),
      sentinels: isMessage ? sentinels : [...sentinels, CONVENTIONAL_SENTINEL],
      hasEnding,
      resumption,
      async setHeaders(headers) {
        if (body !== undefined && !headers.has('Content-Type')) {
          headers.set('Content-Type', contentType)
        }
        if (idempotencyKey === undefined) return
        key ??= await resolveProvider(idempotencyKey)
        headers.set('Idempotency-Key', key)
      },
      assess(outcome, { isOpen, hasEvents }) {
        const isLast = reconnect === false || (isSentOnce && resumption.location === undefined)
        if (outcome.kind === 'ended' && hasEnding && isLast) {
          return incomplete('The stream ended without its terminal event')
        }
        if (resumption.location !== undefined) return resumption.assess(outcome)
        if (outcome.kind === 'done') return outcome
        if (outcome.kind === 'ended') return hasEnding ? outcome : { kind: 'done' }
        if (!isSentOnce) return outcome
        const { code, status, retrying } = outcome
        if (hasEvents || (isOpen && idempotencyKey === undefined)) {
          return incomplete(`The stream broke: ${outcome.message}`, outcome)
        }
        const isRepeatable =
          UNPROCESSED_STATUS.test(String(status)) ||
          (idempotencyKey !== undefined && (code !== 'status' || (status ?? 0) >= 500))
        return { ...outcome, retrying: retrying && isRepeatable }
      },
    }
  }
}

function incomplete(message: string, failure?: Failure): Failure {
  const cause = failure && (failure.cause ?? new EventSourceError(failure.code, failure.message))
  return { ...failed('incomplete', message, false), cause }
}

function acceptsText(
  model: { unmarshal(text: string): unknown; validate(value: unknown): { valid: boolean } },
  text: string,
): boolean {
  try {
    return model.validate(model.unmarshal(text)).valid
  } catch {
    return false
  }
}

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
