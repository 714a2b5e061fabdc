/** A Web Lock that one tab holds while the others wait. */
export interface TabLock {
  /** Waits for the lock. No effect while the tab waits for it or holds it. */
  request(): void
  /** Takes the lock from the tab that holds it. */
  steal(): void
  /** Releases the lock, or no longer waits for it. */
  release(): void
  /** Resolves with the number of requests of all tabs that wait. */
  countWaiting(): Promise<number>
}

/**
 * @param onHeld called when this tab holds the lock
 * @param onLost called when another tab has taken the lock
 */
export function createTabLock(name: string, onHeld: () => void, onLost: () => void): TabLock {
  const { locks } = navigator
  let current: AbortController | undefined
  let releaseHeld: (() => void) | undefined

  function send(options: (signal: AbortSignal) => LockOptions): void {
    const controller = new AbortController()
    const { signal } = controller
    current = controller
    const hold = (): Promise<void> =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve()
        releaseHeld = resolve
        onHeld()
      })
    locks.request(name, options(signal), hold).catch(() => {
      if (!signal.aborted) onLost()
    })
  }

  function release(): void {
    current?.abort()
    releaseHeld?.()
    current = releaseHeld = undefined
  }

  return {
    request() {
      if (!current) send((signal) => ({ signal }))
    },
    steal() {
      release()
      // A request that takes the lock must not have a signal (Web Locks API, "request").
      send(() => ({ steal: true }))
    },
    release,
    async countWaiting() {
      const { pending = [] } = await locks.query()
      return pending.filter((request) => request.name === name).length
    },
  }
}
