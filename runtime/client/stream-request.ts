import type { BodyDescriptor } from '../core/model'
import { resolveProvider } from './credentials'
import { EventSourceError, type Failure, failed } from './errors'
import { createResumption } from './resumption'
import type { CreateRequest, StreamRequest } from './types'

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
        try {
          headers.set('Idempotency-Key', key)
        } catch {
          // Each attempt would fail alike.
          throw new EventSourceError('configuration', 'Option idempotencyKey is not valid in HTTP')
        }
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
  const outcome = failed('incomplete', message, false)
  if (failure === undefined) return outcome
  return {
    ...outcome,
    cause: failure.cause ?? new EventSourceError(failure.code, failure.message),
  }
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
