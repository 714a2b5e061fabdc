/** What is looked at from time to time. */
export interface Watched {
  /** ms between two looks that it wants. */
  readonly interval: number
  look(now: number): void
}

const SHORTEST = 5
const LONGEST = 1000

/** Looks at all connections of the process with one timer: 10 000 timers of their own would cost eight times as much. */
export class Watch {
  readonly #watched = new Set<Watched>()
  #timer: NodeJS.Timeout | undefined
  /** ms between looks: a sixteenth of the shortest interval asked for. */
  #grain = LONGEST

  add(watched: Watched): void {
    this.#watched.add(watched)
    const grain = grainOf(watched)
    if (this.#timer !== undefined && grain >= this.#grain) return
    this.#grain = Math.min(grain, this.#grain)
    this.#start()
  }

  delete(watched: Watched): void {
    this.#watched.delete(watched)
    if (this.#watched.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#grain = LONGEST
  }

  #start(): void {
    clearInterval(this.#timer)
    this.#timer = setInterval(() => this.#look(), this.#grain)
    // Open connections keep the process alive, not what looks after them.
    this.#timer.unref()
  }

  #look(): void {
    const time = now()
    for (const watched of this.#watched) watched.look(time)
  }
}

function grainOf({ interval }: Watched): number {
  return Math.min(LONGEST, Math.max(SHORTEST, Math.floor(interval / 16)))
}

/** Monotonic, whole ms. */
export function now(): number {
  return Math.floor(performance.now())
}

/** The one watch of the process: module state on purpose, so that all channels share the timer. */
export const watch = new Watch()
