/**
 * Model of the parameters of an address, for generated code. `Input` is the accepted type: parameters with a default are
 * optional.
 */
export interface ParametersModel<Params, Input = Params> {
  /**
   * Converts and checks decoded path segments.
   * @throws ParameterError
   */
  parse(raw: Readonly<Record<string, string>>): Params
  /**
   * Checks the input of a caller and adds defaults.
   * @throws ParameterError
   */
  check(input: Input): Params
  /** The strings for the address, by name, not yet percent-encoded. */
  format(parameters: Params): Readonly<Record<string, string>>
}

/** Decoded query parameters: the part of `URLSearchParams` that models use. */
export interface QueryTexts {
  /** The values of all parameters of a name. */
  getAll(name: string): readonly string[]
}

/** Typed query parameters of an operation's `http` binding. */
export interface QueryModel<Query, Input = Query> {
  /**
   * Converts and checks the query of a request. Parameters that the document does not name are left out.
   * @throws ParameterError
   */
  parse(search: QueryTexts): Query
  /** @throws ParameterError */
  check(input: Input): Query
  /** Name and value pairs in document order, not yet encoded; an array has one pair for each item. */
  format(query: Query): readonly (readonly [string, string])[]
}

/** A parameter is missing or does not match its schema. */
export class ParameterError extends Error {
  override readonly name = 'ParameterError'
  readonly parameter: string

  constructor(parameter: string, message: string) {
    super(message)
    this.parameter = parameter
  }
}

/** A literal part of an address, or a parameter. */
export type AddressPart = { readonly text: string } | { readonly parameter: string }

/**
 * Splits an address at its `{parameters}`. Names are any text without braces; unbalanced braces are literal. Texts may be
 * empty.
 */
export function addressParts(address: string): AddressPart[] {
  return address
    .split(/(\{[^{}]+\})/)
    .map((part, index) => (index % 2 === 1 ? { parameter: part.slice(1, -1) } : { text: part }))
}

/**
 * Expands the parameters of an address. Values are percent-encoded, so that each remains in its place. The address's own
 * text is kept as in RFC 6570 §3.1: triplets remain, characters that a URI cannot contain are encoded.
 *
 * @param address the document's address, e.g. `rooms/{roomId}/events`
 * @param values one string for each name, not yet encoded
 * @throws ParameterError if a value is missing, or cannot be in a path: `''`, `.`, `..`, lone surrogates
 */
export function expandAddress(address: string, values: Readonly<Record<string, string>>): string {
  return addressParts(address)
    .map((part) =>
      'text' in part ? encodeLiteral(part.text) : encodeValue(part.parameter, values),
    )
    .join('')
}

function encodeLiteral(text: string): string {
  return encodeURI(text)
    .replace(/%25([0-9a-f]{2})/gi, '%$1')
    .replaceAll('#', '%23')
}

function encodeValue(name: string, values: Readonly<Record<string, string>>): string {
  const value = Object.hasOwn(values, name) ? values[name] : undefined
  // URL parsers resolve `.` and `..` even if they are percent-encoded (WHATWG URL, §4.4).
  if (value === undefined || value === '' || value === '.' || value === '..') {
    throw new ParameterError(
      name,
      `parameter "${name}" is ${value === undefined ? 'missing' : `"${value}"`}: a part of a path is needed`,
    )
  }
  try {
    return encodeURIComponent(value)
  } catch {
    throw new ParameterError(name, `parameter "${name}" contains a lone surrogate`)
  }
}
