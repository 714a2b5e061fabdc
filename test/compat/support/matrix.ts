/** Result of a cell of the matrix. A cell that could not run has a reason; it never counts as passed. */
export type Outcome =
  | { readonly kind: 'passed'; readonly detail: string }
  | { readonly kind: 'failed'; readonly detail: string }
  | { readonly kind: 'not run'; readonly detail: string }

/** One cell: what is claimed, of what, and whether it held. */
export interface Cell {
  readonly group: string
  /** What was run. */
  readonly what: string
  /** What it was run on or with. */
  readonly on: string
  readonly outcome: Outcome
  /** ms */
  readonly took: number
}

/** Thrown where a cell cannot run at all: a part is missing here. */
export class CannotRun extends Error {}

/** Runs the cells, a few at a time. Returns their results in the order of the cells. */
export class Matrix {
  readonly #cells: Promise<Cell>[] = []
  readonly #slots: Slots
  readonly #report: (cell: Cell) => void

  constructor(atATime: number, report: (cell: Cell) => void) {
    this.#slots = new Slots(atATime)
    this.#report = report
  }

  /**
   * Adds a cell.
   * @param run resolves with a remark for the table, or nothing; rejects where the claim does not hold
   */
  check(group: string, what: string, on: string, run: () => Promise<string | void>): void {
    this.#cells.push(
      this.#slots.run(async () => {
        const start = performance.now()
        const outcome = await attempt(run)
        const cell = { group, what, on, outcome, took: performance.now() - start }
        this.#report(cell)
        return cell
      }),
    )
  }

  /** All cells so far, once the last has run. */
  async cells(): Promise<Cell[]> {
    return Promise.all(this.#cells)
  }
}

async function attempt(run: () => Promise<string | void>): Promise<Outcome> {
  try {
    return { kind: 'passed', detail: (await run()) ?? '' }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return { kind: error instanceof CannotRun ? 'not run' : 'failed', detail }
  }
}

/** Lets so many tasks run at a time. */
class Slots {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(free: number) {
    this.#free = free
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await task()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free++
      else next()
    }
  }
}

/** A value that is made once, at the first call, and shared by the cells that need it. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}
