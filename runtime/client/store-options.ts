/** Options that differ between stores of one connection: callbacks, and options that only the store reads. */
const OWN_OPTION = /^(on[A-Z]|initial|reduce|signal|storage)/

/**
 * The key of a connection: stores of one channel with equal keys share it. For a function the key contains only that it is
 * one, not which one. The key may contain credentials.
 */
export function storeKey(parameters: unknown, options: object): string {
  const shared = Object.entries(options).filter(([name]) => !OWN_OPTION.test(name))
  return JSON.stringify([parameters, Object.fromEntries(shared)], (_name, value: unknown) => {
    if (typeof value === 'function') return 'function'
    if (typeof value === 'bigint') return `${value}n`
    // The order of properties is not significant.
    return isPlainObject(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value
  })
}

/**
 * Options for a connection. A function among them calls the corresponding function of the latest options.
 *
 * @param readLatest returns the latest options
 */
export function forwardOptions(
  options: object,
  readLatest: () => unknown,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]: [string, unknown]) => {
      const read = (): unknown => (readLatest() as Record<string, unknown> | undefined)?.[name]
      if (isPlainObject(value)) return [name, forwardOptions(value, read)]
      // The constructor of an EventSource is passed unchanged: an arrow function cannot replace it.
      if (typeof value !== 'function' || name === 'EventSource') return [name, value]
      const call = (...parameters: unknown[]): unknown =>
        (read() as ((...parameters: unknown[]) => unknown) | undefined)?.(...parameters)
      return [name, call]
    }),
  )
}

function isPlainObject(value: unknown): value is object {
  return value instanceof Object && Object.getPrototypeOf(value) === Object.prototype
}
