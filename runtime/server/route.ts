import { ParameterError, expandAddress } from '../core/parameters'
import { pathExpression, pathParts } from './route-expression'
import type { ServerChannel } from './types'

/** The parts of a channel that determine its route. */
export type RoutedChannel<Params> = Pick<
  ServerChannel<never, never, Params>,
  'address' | 'parameters' | 'moreSpecific' | 'otherMethods' | 'queryConstants'
>

/** Decoded and validated parameters of a path, and the address of the room with these values. */
export interface ParsedPath<Params> {
  readonly parameters: Params
  readonly address: string
}

/** The requests of a channel. */
export class ChannelRoute<Params> {
  readonly #channel: RoutedChannel<Params>
  readonly #expression: RegExp
  readonly #moreSpecific: readonly RegExp[]

  constructor(channel: RoutedChannel<Params>) {
    this.#channel = channel
    this.#expression = pathExpression(channel.address)
    this.#moreSpecific = (channel.moreSpecific ?? []).map((address) => pathExpression(address))
  }

  /**
   * Whether a request belongs to the channel. Another channel may have a more specific address, or the same address and
   * another method or another value of a query parameter.
   * @param path percent-encoded, without the mount's prefix
   * @param method of a preflight: the method that it asks for, see `routedMethod`
   */
  matches(path: string, url: string, method: string): boolean {
    if (!this.#expression.test(path)) return false
    const served = method === 'HEAD' ? 'GET' : method
    if (this.#channel.otherMethods?.some((other) => other === served) === true) return false
    if (this.#moreSpecific.some((expression) => expression.test(path))) return false
    const constants = Object.entries(this.#channel.queryConstants ?? {})
    if (constants.length === 0) return true
    const query = new URLSearchParams(url.split('?').slice(1).join('?'))
    return constants.every(([name, value]) => query.get(name) === value)
  }

  /**
   * Reads the parameters of a path that matches.
   * @throws ParameterError
   */
  parse(path: string): ParsedPath<Params> {
    const { address, parameters: model } = this.#channel
    // The parameter type of a channel without parameters is null.
    if (model === null) return { parameters: null as Params, address: expandAddress(address, {}) }
    const values = this.#expression.exec(path)?.slice(1) ?? []
    const parameters = model.parse(decodeValues(parameterNames(address), values))
    return { parameters, address: expandAddress(address, model.format(parameters)) }
  }
}

/**
 * The method that determines the channel of a request.
 * @param requested the header `Access-Control-Request-Method`
 */
export function routedMethod(
  method: string,
  requested: string | readonly string[] | null | undefined,
): string {
  return method === 'OPTIONS' && typeof requested === 'string' ? requested : method
}

/**
 * The room of the caller's parameters.
 * @throws ParameterError
 */
export function roomAddress<Events, Content, Params>(
  { address, parameters: model }: ServerChannel<Events, Content, Params, never>,
  parameters: Params | undefined,
): string {
  if (model === null) return expandAddress(address, {})
  return expandAddress(address, model.format(model.check((parameters ?? {}) as Params)))
}

/** The names in the order of the route's groups; a name may occur several times. */
function parameterNames(address: string): string[] {
  return pathParts(address).flatMap((part) => ('parameter' in part ? [part.parameter] : []))
}

function decodeValues(names: readonly string[], values: readonly string[]): Record<string, string> {
  const raw = new Map<string, string>()
  names.forEach((name, index) => {
    const value = decodeValue(name, values[index] ?? '')
    if (raw.has(name) && raw.get(name) !== value) {
      throw new ParameterError(name, `parameter "${name}" has two values in one path`)
    }
    raw.set(name, value)
  })
  return Object.fromEntries(raw)
}

/** Maximum length of a path parameter, characters: patterns of the document are matched before `authorize` is called. */
const MAX_PARAMETER_LENGTH = 1024

function decodeValue(name: string, value: string): string {
  if (value.length > MAX_PARAMETER_LENGTH) {
    throw new ParameterError(
      name,
      `parameter "${name}" must not be longer than ${MAX_PARAMETER_LENGTH} characters`,
    )
  }
  try {
    return decodeURIComponent(value)
  } catch {
    throw new ParameterError(name, `parameter "${name}" is not percent-encoded UTF-8`)
  }
}
