import type { CommonOptions } from './client-types'

/** Runs the user's functions: whatever they throw or reject with ends at `onError`, and there for good. */
export interface Hooks {
  /** Calls a function; gives its promise, if it made one, without the rejection. */
  call(hook: () => unknown): Promise<void> | undefined
  error(error: unknown): void
}

export function createHooks(options: Pick<CommonOptions, 'onError'>): Hooks {
  const error = (problem: unknown): void => {
    void run(() => (options.onError ?? console.error)(problem), console.error)
  }
  return { call: (hook) => run(hook, error), error }
}

function run(hook: () => unknown, failed: (error: unknown) => void): Promise<void> | undefined {
  try {
    const result = hook()
    // Whatever it is that has a `then`.
    return typeof (result as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function'
      ? Promise.resolve(result).then(() => undefined, failed)
      : undefined
  } catch (error) {
    failed(error)
    return undefined
  }
}
