// Each open tab of the dashboard has a number. It holds the Web Lock of that name until it is closed.

/** Takes the lowest number that no other tab has; 1 in a context that is not secure, where pages share nothing. */
export async function takeTabNumber(): Promise<number> {
  if (!isSecureContext) return 1
  for (let number = 1; ; number++) {
    const isFree = await new Promise<boolean>((resolve) => {
      void navigator.locks.request(`tab-${number}`, { ifAvailable: true }, (lock) => {
        resolve(lock !== null)
        return lock === null ? undefined : new Promise(() => undefined)
      })
    })
    if (isFree) return number
  }
}

/** The numbers of all open tabs. */
export async function findTabs(): Promise<number[]> {
  if (!isSecureContext) return [1]
  const { held = [] } = await navigator.locks.query()
  return held.flatMap(({ name = '' }) => /^tab-(\d+)$/.exec(name)?.slice(1).map(Number) ?? [])
}
