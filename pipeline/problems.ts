/**
 * Everything that is wrong with a document or its parameters, told at once. The generator shows nothing but the message,
 * so the message carries it all: where, what, what to do.
 */
export class GenerationError extends Error {
  override readonly name = 'GenerationError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    const [first = '', ...others] = problems
    super(
      others.length === 0
        ? first
        : `${problems.length} problems:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    )
    this.problems = problems
  }
}

/** Collects problems (which end the run before anything is written) and notices (which end up in the report). */
export class Findings {
  readonly problems: string[] = []
  readonly notices: string[] = []

  readonly problem = (message: string): void => {
    if (!this.problems.includes(message)) this.problems.push(message)
  }

  readonly notice = (message: string): void => {
    if (!this.notices.includes(message)) this.notices.push(message)
  }

  /** @throws GenerationError with all problems so far */
  check(): void {
    if (this.problems.length > 0) throw new GenerationError(this.problems)
  }
}
