import { fillAddress } from './address'
import { ParameterError } from './parameters'
import type { ServerChannel } from './server-types'

/** What a path says: parameters, decoded and checked, and the room they name. */
export interface Located<P> {
  readonly parameters: P
  readonly address: string
}

/** Opens a group of a route; parentheses that an address has are escaped. */
const GROUP = /(?<!\\)\((?!\?)/g

/**
 * The route for a router: without groups, because Express decodes those itself and answers in its own way where it
 * cannot; and in the router's own terms of case and trailing slashes, which RegExp routes do not heed.
 */
export function routeFor(
  { route }: { readonly route: RegExp },
  { caseSensitive, strict }: { readonly caseSensitive?: boolean; readonly strict?: boolean },
): RegExp {
  let source = route.source.replaceAll(GROUP, '(?:')
  if (strict === true) source = source.replace(/\\\/\?\$$/, '$')
  return new RegExp(source, caseSensitive === true ? '' : route.flags)
}

/**
 * Reads the parameters of a path that the route matches.
 * @param path still percent-encoded, without the mount's prefix
 * @throws ParameterError
 */
export function locate<E, C, P>(channel: ServerChannel<E, C, P, never>, path: string): Located<P> {
  const { address, parameters: model, route } = channel
  // The type of a channel without parameters is null.
  if (model === null) return { parameters: null as P, address: fillAddress(address, {}) }
  const parameters = model.parse(decode(namesOf(address), route.exec(path)?.slice(1) ?? []))
  return { parameters, address: fillAddress(address, model.format(parameters)) }
}

/**
 * The room of what a caller passed.
 * @throws ParameterError
 */
export function roomOf<E, C, P>(
  { address, parameters: model }: ServerChannel<E, C, P, never>,
  parameters: P | undefined,
): string {
  if (model === null) return fillAddress(address, {})
  return fillAddress(address, model.format(model.check((parameters ?? {}) as P)))
}

/** The names in the order of the route's groups; one name may stand at several places. */
function namesOf(address: string): string[] {
  const [path = ''] = address.split(/[?#]/, 1)
  return [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => name)
}

function decode(names: readonly string[], values: readonly string[]): Record<string, string> {
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

function decodeValue(name: string, value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    throw new ParameterError(name, `parameter "${name}" is not percent-encoded UTF-8`)
  }
}
