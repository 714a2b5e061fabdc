/** Throws where two values differ as JSON, naming what was asked. */
export function expectEqual(what: string, found: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)]
  if (a !== b) throw new Error(`${what}: ${a} where ${b} was expected`)
}

/** Events that a listener received; tests can wait for them. */
export class Received<T> {
  readonly all: T[] = []
  #waiting: (() => void)[] = []

  add(value: T): void {
    this.all.push(value)
    for (const wake of this.#waiting.splice(0)) wake()
  }

  /** Resolves when so many events have been received. */
  async count(n: number, what: string): Promise<readonly T[]> {
    const end = Date.now() + 20_000
    while (this.all.length < n) {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`${what}: received only ${JSON.stringify(this.all)}`)),
          Math.max(0, end - Date.now()),
        )
        this.#waiting.push(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    }
    return this.all
  }
}

/** Sends a command to the server of the scenario; resolves to its reply. */
export async function command(
  baseUrl: string,
  action: 'say' | 'drop' | 'clients' | 'exit',
  details: Readonly<Record<string, string>> = {},
): Promise<string> {
  const query = new URLSearchParams(details)
  const response = await fetch(`${baseUrl}/control/${action}?${query}`, { method: 'POST' })
  const text = await response.text()
  if (!response.ok) throw new Error(`${action}: ${response.status} ${text}`)
  return text
}

/** Repeats a check until it is true. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 15_000
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`never came true: ${condition}`)
  }
}
