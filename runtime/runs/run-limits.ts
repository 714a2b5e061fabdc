/** Limits of the runs of one channel: times in ms, sizes in bytes. */
export interface RunLimits {
  readonly retention: number
  readonly maxRunTime: number
  readonly maxRunBytes: number
  readonly maxRuns: number
  readonly maxRunsPerKey: number
  readonly maxBodyBytes: number
  readonly drainTimeout: number
}

/** Maximum of a timer of the platform, ms; longer ones end at once. */
const MAX_TIMER = 2 ** 31 - 1

/**
 * The limits of the options, with defaults.
 * @throws TypeError if one is not valid
 */
export function readLimits(name: string, options: Partial<RunLimits>): RunLimits {
  const {
    retention = 3_600_000,
    maxRunTime = 1_800_000,
    maxRunBytes = 8 * 1024 * 1024,
    maxRuns = 1000,
    maxRunsPerKey = Infinity,
    maxBodyBytes = 1024 * 1024,
    drainTimeout = 10_000,
  } = options
  const limits = { retention, maxRunTime, maxRunBytes, maxRuns, maxRunsPerKey, maxBodyBytes }
  for (const [option, value] of Object.entries({ ...limits, drainTimeout: drainTimeout + 1 })) {
    if (value > 0) continue
    throw new TypeError(
      `${name}: ${option} must be a number greater than 0, found ${String(value)}`,
    )
  }
  for (const [option, value] of Object.entries({ maxRunTime, drainTimeout })) {
    if (value <= MAX_TIMER) continue
    throw new TypeError(`${name}: ${option} must be at most ${MAX_TIMER} ms, found ${value}`)
  }
  return { ...limits, drainTimeout }
}
