/** One error of a value, and its location. */
export interface ValidationError {
  /** JSON pointer (RFC 6901) from the validated value to the invalid part; `''` is the value itself. */
  pointer: string
  /** Requirement of the schema, as text. */
  expected: string
  /** Actual value, as shortened text. */
  found: string
}

export type ValidationResult = { valid: true } | { valid: false; errors: ValidationError[] }

/**
 * Model of the content of one message, for generated code.
 *
 * `Message` is the decoded type (an instance, for object payloads with `model=class`), `Input` a type that is also
 * accepted. Every member works detached from its object.
 */
export interface Model<Message, Input = Message> {
  /** Encodes a message: JSON, or the raw string if the message's content type is `text/*`. */
  marshal(message: Message | Input): string
  /**
   * Decodes the output of `marshal`. It does not validate: see `validate`.
   * @throws SyntaxError if the text is not JSON
   */
  unmarshal(text: string): Message
  /** Checks a plain value or an instance against the schema; only the first error is reported, unless `all` is set. */
  validate(value: unknown, options?: { all?: boolean }): ValidationResult
}

/** A model whose messages are objects: the class of an instance identifies the message. */
export interface ModelConstructor<Message, Input = Message> extends Model<Message, Input> {
  new (input: Input): Message
  readonly prototype: Message
}

/** Makes a type differ from others of the same shape. The member does not exist at run time. */
export declare class Brand<Name extends string> {
  private readonly '~brand': Name
}

/** Description of a request body, shared by client and server. */
export interface BodyDescriptor<B> {
  /** Checks and converts the content. */
  readonly model: Model<B, never>
  /** Media type that the client sends, e.g. `application/json`. */
  readonly contentType: string
  /** Whether a request must have a body. */
  readonly isRequired: boolean
}

/** Result type of a model's `unmarshal`. */
type ContentOf<M> = M extends { unmarshal(text: string): infer Content } ? Content : never

/** Content of one of several models: the first that accepts it is used. */
export function unionModel<Models extends readonly Model<unknown, never>[]>(
  ...models: Models
): Model<ContentOf<Models[number]>, never> {
  const validate = (value: unknown, options?: { all?: boolean }): ValidationResult => {
    const results = models.map((model) => model.validate(value, options))
    return results.find(({ valid }) => valid) ?? results[0] ?? { valid: true }
  }
  const accepting = (value: unknown): Model<unknown, never> | undefined =>
    models.find((model) => model.validate(value).valid) ?? models[0]
  return {
    marshal: (content) => accepting(content)?.marshal(content as never) ?? 'null',
    unmarshal: (text) => accepting(JSON.parse(text))?.unmarshal(text) as ContentOf<Models[number]>,
    validate,
  }
}

/** Content that the document does not describe: any JSON. */
export const anyJson: Model<unknown> = {
  marshal: (value) => JSON.stringify(value),
  unmarshal: (text) => JSON.parse(text) as unknown,
  validate: () => ({ valid: true }),
}
