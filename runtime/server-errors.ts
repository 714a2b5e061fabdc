import type { ValidationError } from './model'

/** A message that cannot be sent: it breaks its schema. */
export class InvalidMessageError extends TypeError {
  override readonly name = 'InvalidMessageError'
  /** The event that was to be sent. */
  readonly event: string
  readonly errors: readonly ValidationError[]

  constructor(event: string, errors: readonly ValidationError[]) {
    const reasons = errors.map(
      ({ pointer, expected, found }) =>
        `${pointer === '' ? 'the message' : pointer} must be ${expected}, not ${found}`,
    )
    super(`event ${JSON.stringify(event)} was not sent: ${reasons.join('; ')}`)
    this.event = event
    this.errors = errors
  }
}

/** A client was disconnected because it did not read: more than `maxBufferedBytes` were waiting for it. */
export class SlowClientError extends Error {
  override readonly name = 'SlowClientError'
  /** Bytes that were thrown away. */
  readonly unsent: number

  constructor(channel: string, unsent: number) {
    super(`${channel}: a client was disconnected, ${unsent} bytes were waiting for it`)
    this.unsent = unsent
  }
}

/** Tells the user of an error, and survives whatever his function does. */
export function reportTo(
  onError: ((error: unknown) => void | Promise<void>) | undefined,
  error: unknown,
): void {
  try {
    if (onError === undefined) console.error(error)
    else Promise.resolve(onError(error)).catch(console.error)
  } catch (second) {
    console.error(second)
  }
}

/** A rejected promise that nobody has to catch. */
export function rejected(error: unknown): Promise<never> {
  const promise = Promise.reject(error instanceof Error ? error : new Error(String(error)))
  promise.catch(() => undefined)
  return promise
}
