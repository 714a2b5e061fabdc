/** Maximum time that a condition may take, ms: a guard against hanging, not a requirement. */
const LIMIT = 90_000

export interface Listening {
  /** Checks all conditions that are waited for. */
  changed(): void
  /** Fails all waits, current and later ones. */
  fail(error: Error): void
  /**
   * Waits for a condition.
   * @param explain what is missing, for the error after the limit
   */
  until<T>(condition: () => T | undefined, explain?: () => string): Promise<T>
}

/** Lets tests wait for a condition without polling: each change notifies it. */
export function listening(): Listening {
  let waiting: (() => void)[] = []
  let failure: Error | undefined
  const changed = (): void => {
    const woken = waiting
    waiting = []
    for (const wake of woken) wake()
  }
  return {
    changed,
    fail(error) {
      failure ??= error
      changed()
    },
    async until(condition, explain = () => 'the condition') {
      let isLate = false
      const timer = setTimeout(() => {
        isLate = true
        changed()
      }, LIMIT)
      try {
        for (;;) {
          if (failure !== undefined) throw failure
          const value = condition()
          if (value !== undefined) return value
          if (isLate) throw new Error(`missing after ${LIMIT} ms: ${explain()}`)
          await new Promise<void>((resolve) => waiting.push(resolve))
        }
      } finally {
        clearTimeout(timer)
      }
    },
  }
}
