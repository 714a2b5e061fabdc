import type { ValidationError } from '../core/model'

/** A message that cannot be sent: it does not match its schema. */
export class InvalidMessageError extends TypeError {
  override readonly name = 'InvalidMessageError'
  /** Name of the event. */
  readonly event: string
  readonly errors: readonly ValidationError[]

  constructor(event: string, errors: readonly ValidationError[]) {
    const reasons = errors.map(
      ({ pointer, expected, found }) =>
        `${pointer === '' ? 'the message' : pointer} must be ${expected}, found ${found}`,
    )
    super(`event ${JSON.stringify(event)} was not sent: ${reasons.join('; ')}`)
    this.event = event
    this.errors = errors
  }
}

/** A client was disconnected because it did not read: see `maxBufferedBytes` and `stallTimeout`. */
export class SlowClientError extends Error {
  override readonly name = 'SlowClientError'
  /** Number of discarded bytes. */
  readonly unsent: number

  constructor(reason: string, unsent: number) {
    super(`a client was disconnected: ${reason}`)
    this.unsent = unsent
  }
}

/**
 * Reports an error to the user's `onError`, which may be replaced at any time. Errors of that function are only printed.
 */
export function reportTo(options: { onError?(error: unknown): unknown }, error: unknown): void {
  try {
    if (options.onError === undefined) console.error(error)
    else Promise.resolve(options.onError(error)).catch(console.error)
  } catch (second) {
    console.error(second)
  }
}

/** A rejected promise marked as handled, so it never raises `unhandledRejection`. */
export function handledRejection(error: unknown): Promise<never> {
  const promise = Promise.reject(error instanceof Error ? error : new Error(String(error)))
  promise.catch(() => undefined)
  return promise
}
