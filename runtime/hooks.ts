import type { CommonOptions } from './client-types'

/** Runs the user's functions: whatever they throw or reject with ends at `onError`, and there for good. */
export class Hooks {
  readonly #options: Pick<CommonOptions, 'onError'>

  constructor(options: Pick<CommonOptions, 'onError'>) {
    this.#options = options
  }

  /** Calls a function; gives its promise, if it made one, without the rejection. */
  call(hook: () => unknown): Promise<void> | undefined {
    try {
      return this.settle(hook())
    } catch (error) {
      this.error(error)
      return undefined
    }
  }

  /** What a function of the user's returned: undefined unless it is a promise. */
  settle(result: unknown): Promise<void> | undefined {
    if (!isThenable(result)) return undefined
    return Promise.resolve(result).then(
      () => undefined,
      (error: unknown) => this.error(error),
    )
  }

  error(error: unknown): void {
    const options = this.#options
    try {
      const result: unknown =
        options.onError === undefined ? console.error(error) : options.onError(error)
      if (isThenable(result)) Promise.resolve(result).catch(console.error)
    } catch (second) {
      console.error(second)
    }
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  )
}
