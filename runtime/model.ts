/** One thing that is wrong with a value, and where. */
export interface ValidationError {
  /** JSON pointer (RFC 6901) from the validated value to the offending part; `''` is the value itself. */
  pointer: string
  /** What the schema asks for, in words. */
  expected: string
  /** What stands there, in words, shortened. */
  found: string
}

export type ValidationResult = { valid: true } | { valid: false; errors: ValidationError[] }

/**
 * What the generated code knows about the content of one message.
 *
 * `T` is what comes out (an instance, for object payloads with `model=class`), `I` what may also go in.
 * Every member works detached from its object.
 */
export interface Model<T, I = T> {
  /** The text that goes on the wire: JSON, or the raw string where the message's content type is `text/*`. */
  marshal(message: T | I): string
  /**
   * Reads what `marshal` wrote. It does not validate: see `validate`.
   * @throws SyntaxError where the text is not JSON
   */
  unmarshal(text: string): T
  /** Checks a plain value or an instance against the schema; the first error only, unless `all` is set. */
  validate(value: unknown, options?: { all?: boolean }): ValidationResult
}

/** A model whose messages are objects: an instance tells which message it is. */
export interface ModelConstructor<T, I = T> extends Model<T, I> {
  new (input: I): T
  readonly prototype: T
}
