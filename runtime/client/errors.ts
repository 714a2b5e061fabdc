/** How an attempt ended. */
export type Outcome =
  /** The server completed the response. */
  | { readonly kind: 'ended' }
  /** No more events follow: 204, or a complete response to a request. */
  | { readonly kind: 'done' }
  | Failure

export interface Failure {
  readonly kind: 'failed'
  readonly code: ErrorCode
  readonly message: string
  /** Whether another attempt may succeed. */
  readonly retrying: boolean
  readonly status?: number | undefined
  readonly cause?: unknown
  /** Beginning of the text of the response. */
  readonly body?: string | undefined
  /** Minimum delay before the next attempt, ms. */
  readonly retryAfter?: number | undefined
}

export const failed = (
  code: ErrorCode,
  message: string,
  retrying: boolean,
  status?: number,
): Failure => ({ kind: 'failed', code, message, retrying, status })

/**
 * Category of an error.
 *
 * - `network`: the request failed, or the connection broke
 * - `status`: the server responded with a status other than 200 and 204
 * - `content-type`: the response is not `text/event-stream`
 * - `timeout`: no byte arrived for `idleTimeout`
 * - `parse`: the data of an event is not valid JSON
 * - `validation`: the data of an event does not match the message's schema
 * - `too-large`: an event is larger than `maxEventBytes`
 * - `configuration`: the call is invalid: options, parameters, credentials
 * - `incomplete`: the stream of a request (POST, PUT) broke, or ended without its terminal event
 * - `closed`: the server ended the stream before `resetAfter`, and before it sent an event
 */
export type ErrorCode =
  | 'network'
  | 'status'
  | 'content-type'
  | 'timeout'
  | 'parse'
  | 'validation'
  | 'too-large'
  | 'configuration'
  | 'incomplete'
  | 'closed'

/** Properties of an error besides its code and message. */
interface ErrorInit {
  readonly status?: number | undefined
  readonly attempt?: number
  readonly retrying?: boolean
  readonly cause?: unknown
  readonly body?: string | undefined
}

/** Error type of all failures of the client; `cause` is the underlying error, if any. */
export class EventSourceError extends Error {
  override readonly name = 'EventSourceError'
  declare readonly code: ErrorCode
  /** Status of the HTTP response, if there was one. */
  declare readonly status: number | undefined
  /** First 16 KiB of the text of a response that is not an event stream; undefined if there was none. */
  declare readonly body: string | undefined
  /**
   * Number of consecutive failures, including this one. A stream counts as a failure if it breaks before `resetAfter`. 0 if
   * the error is not a failed attempt, such as an invalid event.
   */
  declare readonly attempt: number
  /** Whether the stream continues. False: the subscription is closed. */
  declare readonly retrying: boolean

  constructor(code: ErrorCode, message: string, init: ErrorInit = {}) {
    const { status, attempt = 0, retrying = false, body } = init
    super(message, init)
    Object.assign(this, { code, status, attempt, retrying, body })
  }
}

/** `fetch` provides the reason as `cause`. An error of another realm is not an `Error` here. */
export function errorText(cause: unknown): string {
  const { cause: reason, message = String(cause) } = Object(cause) as Partial<Error>
  return reason ? `${message}: ${errorText(reason)}` : message
}

/**
 * Runs a function that checks a call.
 * @throws EventSourceError `configuration` instead of the error of the function
 */
export function checkCall<T>(check: () => T): T {
  try {
    return check()
  } catch (cause) {
    throw new EventSourceError('configuration', errorText(cause), { cause })
  }
}
