/**
 * Text that is safe in generated code: the result of a filter, or a safe name that the pipeline made.
 * Templates print values of this class, numbers and booleans; the engine rejects all others.
 */
export class Code {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }

  toJSON(): string {
    return this.text
  }
}
