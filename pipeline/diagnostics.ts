/**
 * All errors of a document or its parameters, in one exception. The generator prints only the message, so each error in
 * it contains the place, the cause and the remedy.
 */
export class GenerationError extends Error {
  override readonly name = 'GenerationError'
  readonly errors: readonly string[]

  constructor(messages: readonly string[]) {
    const errors = messages.map(escapeControlCharacters)
    const [first = '', ...others] = errors
    super(
      others.length === 0
        ? first
        : `${errors.length} problems:\n${errors.map((problem) => `  - ${problem}`).join('\n')}`,
    )
    this.errors = errors
  }
}

/** Maximum length of a printed message, in characters. */
const MAX_MESSAGE_LENGTH = 4000

/**
 * Messages can contain text of the document, and terminals interpret control characters. Replaces them (except line
 * feeds) with escapes, and truncates messages of several megabytes.
 */
export function escapeControlCharacters(message: string): string {
  const escaped = message
    .slice(0, MAX_MESSAGE_LENGTH)
    .replaceAll(
      /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
      (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
    )
  return message.length > MAX_MESSAGE_LENGTH ? `${escaped}…` : escaped
}

/**
 * Collects errors, which end the run before anything is written, and notes, which the report lists.
 * Ignored parts of the document are counted by reason: the report has one line for each reason.
 */
export class Diagnostics {
  readonly #errors = new Set<string>()
  readonly #notes = new Set<string>()
  /** Places by reason, both in the order of detection. */
  readonly #skipped = new Map<string, Set<string>>()

  get errors(): string[] {
    return [...this.#errors]
  }

  /** One line for each note, and one for each reason of `skip`: the first place and the number of other places. */
  get notes(): string[] {
    const skipped = [...this.#skipped].map(([reason, places]) => {
      const [first = '', ...others] = places
      const more =
        others.length === 0 ? '' : ` (and ${others.length} more; -p report=all lists them)`
      return `${first}: ${reason}${more}`
    })
    return [...this.#notes, ...skipped]
  }

  /** Like `notes`, with one line for each place. */
  get allNotes(): string[] {
    const skipped = [...this.#skipped].flatMap(([reason, places]) =>
      [...places].map((place) => `${place}: ${reason}`),
    )
    return [...this.#notes, ...skipped]
  }

  readonly error = (message: string): void => {
    this.#errors.add(escapeControlCharacters(message))
  }

  /** Adds a note for the user. A message that starts with a JSON pointer and a colon is counted like one of `skip`. */
  readonly note = (message: string): void => {
    const [, place, reason] = /^(#\/[^\s:]*): (.+)$/s.exec(message) ?? []
    if (place !== undefined && reason !== undefined) this.skip(place, reason)
    else this.#notes.add(escapeControlCharacters(message))
  }

  /**
   * Adds a note that a part of the document has no effect on the output.
   * @param place a JSON pointer or a description of the place, e.g. `channel "rooms"`
   * @param reason cause and remedy; must be the same text for all places with this reason
   */
  readonly skip = (place: string, reason: string): void => {
    const key = escapeControlCharacters(reason)
    const places = this.#skipped.get(key) ?? new Set<string>()
    this.#skipped.set(key, places.add(escapeControlCharacters(place)))
  }

  /** @throws GenerationError with all errors collected so far */
  throwIfErrors(): void {
    if (this.#errors.size > 0) throw new GenerationError(this.errors)
  }
}
