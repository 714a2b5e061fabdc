/** Lets tests wait for a condition without polling: whoever changes something says so. */
export function listening(): {
  changed(): void
  until<T>(condition: () => T | undefined): Promise<T>
} {
  let waiting: (() => void)[] = []
  return {
    changed() {
      const woken = waiting
      waiting = []
      for (const wake of woken) wake()
    },
    async until(condition) {
      for (;;) {
        const value = condition()
        if (value !== undefined) return value
        await new Promise<void>((resolve) => waiting.push(resolve))
      }
    },
  }
}
