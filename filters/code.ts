/**
 * Text that is safe to stand in the generated code as it is: made by a filter, or a name that the description made safe.
 * Templates print values of this class (and numbers and booleans); everything else is refused by the engine.
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
