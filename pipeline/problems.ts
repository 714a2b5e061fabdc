/**
 * Everything that is wrong with a document or its parameters, told at once. The generator shows nothing but the message,
 * so the message carries it all: where, what, what to do.
 */
export class GenerationError extends Error {
  override readonly name = 'GenerationError'
  readonly problems: readonly string[]

  constructor(messages: readonly string[]) {
    const problems = messages.map(visible)
    const [first = '', ...others] = problems
    super(
      others.length === 0
        ? first
        : `${problems.length} problems:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    )
    this.problems = problems
  }
}

/** Longest message that is shown whole, in characters. */
const MAX_MESSAGE = 4000

/**
 * Text of the document may stand in a message, and a terminal obeys some characters: they are shown as escapes, line feeds
 * aside, and a message of megabytes is cut.
 */
export function visible(message: string): string {
  const shown = message
    .slice(0, MAX_MESSAGE)
    .replaceAll(
      /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
      (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
    )
  return message.length > MAX_MESSAGE ? `${shown}…` : shown
}

/** Collects problems (which end the run before anything is written) and notices (which end up in the report). */
export class Findings {
  readonly #problems = new Set<string>()
  readonly #notices = new Set<string>()

  get problems(): string[] {
    return [...this.#problems]
  }

  get notices(): string[] {
    return [...this.#notices]
  }

  readonly problem = (message: string): void => {
    this.#problems.add(visible(message))
  }

  readonly notice = (message: string): void => {
    this.#notices.add(visible(message))
  }

  /** @throws GenerationError with all problems so far */
  check(): void {
    if (this.#problems.size > 0) throw new GenerationError(this.problems)
  }
}
