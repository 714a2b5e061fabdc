/**
 * What went wrong on a stream.
 *
 * - `network`: the request failed, or the connection broke
 * - `status`: the server answered with a status that is not 200 or 204
 * - `content-type`: the answer is not `text/event-stream`
 * - `timeout`: no byte came for `idleTimeout`
 * - `parse`: the data of an event is not what its content type says (JSON)
 * - `validation`: the data of an event breaks the message's schema
 * - `too-large`: an event is larger than `maxEventBytes`
 * - `configuration`: the call itself is wrong: options, parameters, credentials
 * - `closed`: the server ended the stream sooner than `resetAfter`
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
  | 'closed'

/** What an error tells besides its code and message. */
interface Facts {
  readonly status?: number | undefined
  readonly attempt?: number
  readonly retrying?: boolean
  readonly cause?: unknown
}

/** The one error of the generated client. `cause` carries what lies under it, where there is something. */
export class EventSourceError extends Error {
  override readonly name = 'EventSourceError'
  declare readonly code: ErrorCode
  /** Status of the HTTP answer, where there was one. */
  declare readonly status: number | undefined
  /** How many attempts to connect have failed in a row, this one included; 0 where a working stream broke. */
  declare readonly attempt: number
  /** Whether the stream goes on. False: this was the last, and the subscription is closed. */
  declare readonly retrying: boolean

  constructor(code: ErrorCode, message: string, facts: Facts = {}) {
    const { status, attempt = 0, retrying = false, cause } = facts
    super(message, cause === undefined ? {} : { cause })
    Object.assign(this, { code, status, attempt, retrying })
  }
}

/** fetch says "fetch failed", and its cause why. An error may be of another realm, so that it is no `Error` here. */
export function describe(cause: unknown): string {
  const { cause: reason } = Object(cause) as { cause?: unknown }
  return reason === undefined ? String(cause) : `${String(cause)}: ${String(reason)}`
}

/**
 * Runs what checks a call.
 * @throws EventSourceError `configuration` in place of what it throws
 */
export function checkCall<T>(name: string, check: () => T): T {
  try {
    return check()
  } catch (cause) {
    throw new EventSourceError('configuration', `${name}: ${String(cause)}`, { cause })
  }
}
