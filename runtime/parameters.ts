/** What generated code knows about the parameters of an address. `I` is what may go in: parameters with a default may be left out. */
export interface ParametersModel<P, I = P> {
  /** The document's own names, in order of the address. */
  readonly names: readonly string[]
  /**
   * From decoded path segments: coerces and checks.
   * @throws ParameterError
   */
  parse(raw: Readonly<Record<string, string>>): P
  /**
   * Fills in defaults and checks what a caller passed.
   * @throws ParameterError
   */
  check(input: I): P
  /** The strings that go into the address, by name, not yet percent-encoded. */
  format(parameters: P): Readonly<Record<string, string>>
}

/** Typed query parameters of an operation's `http` binding. */
export interface QueryModel<Q, I = Q> {
  /** @throws ParameterError */
  check(input: I): Q
  /** Name and value pairs in document order, not yet encoded; arrays give one pair an item. */
  format(query: Q): readonly (readonly [string, string])[]
}

/** A parameter that is missing or breaks its schema. */
export class ParameterError extends Error {
  override readonly name = 'ParameterError'
  readonly parameter: string

  constructor(parameter: string, message: string) {
    super(message)
    this.parameter = parameter
  }
}
