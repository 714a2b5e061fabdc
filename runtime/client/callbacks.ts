import type { WireEvent } from './event-queue'
import type { ConnectionState, Gap, UnknownEvent } from './types'
import type { EventSourceError } from './errors'

/** The callbacks among the options of a client. */
export interface Callbacks {
  onStateChange?(state: ConnectionState): void
  onOpen?(): void
  onGap?(gap: Gap): void
  onClose?(error?: EventSourceError): void
  onError?(error: unknown): void
  onUnknownEvent?(event: UnknownEvent): void
}

/** Runs the user's functions. Their errors and rejections are only passed to `onError`. */
export interface CallbackRunner {
  /**
   * Runs a function. Returns its promise, if any, without the rejection.
   * @param argument of the function: no function need be created for each call
   */
  run<T>(callback: (argument: T) => unknown, argument?: T): Promise<void> | undefined
  /** Runs a callback of the options, if it is set. */
  notify(
    name: Exclude<keyof Callbacks, 'onError' | 'onUnknownEvent'>,
    argument?: ConnectionState | Gap | EventSourceError,
  ): Promise<void> | undefined
  reportError(error: unknown): void
  /**
   * Reports an event that does not match a message of the channel: to `onUnknownEvent`, else to the console, once for each
   * type.
   */
  reportUnknown(event: WireEvent): Promise<void> | undefined
}

/** @param options read at each call, so a callback may be replaced, and is called with its object as `this` */
export function createCallbackRunner(options: Callbacks): CallbackRunner {
  const reportError = (error: unknown): void => {
    const report = (): void => (options.onError ? options.onError(error) : console.error(error))
    void runCallback(report, console.error)
  }
  const run: CallbackRunner['run'] = (callback, argument) =>
    runCallback(callback as (argument: unknown) => unknown, reportError, argument)
  const warned = new Set<string>()
  return {
    run,
    notify: (name, argument) => run(() => options[name]?.(argument as never)),
    reportError,
    reportUnknown: ({ event: type = 'message', data, id }) =>
      run(() => {
        if (options.onUnknownEvent) return options.onUnknownEvent({ type, data, id })
        if (!warned.has(type)) console.warn(`Event "${type}" is not a message of the channel`)
        warned.add(type)
      }),
  }
}

function runCallback(
  callback: (argument: unknown) => unknown,
  onFailure: (error: unknown) => void,
  argument?: unknown,
): Promise<void> | undefined {
  try {
    const result = callback(argument) as Partial<PromiseLike<unknown>> | null | undefined
    // Also a promise of another realm or library.
    return typeof result?.then === 'function'
      ? Promise.resolve(result).then(() => undefined, onFailure)
      : undefined
  } catch (error) {
    onFailure(error)
    return undefined
  }
}
