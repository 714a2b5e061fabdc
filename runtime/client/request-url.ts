import type { ChannelOptions, ClientChannel, CommonOptions } from './types'

/** Target of a call: validated parameters, and the URL without credentials. */
export interface RequestTarget<Params> {
  readonly url: URL
  readonly parameters: Params
}

/**
 * Checks the arguments of a call and builds the URL.
 * @throws ParameterError, TypeError
 */
export function resolveTarget<Events, Params>(
  { address, parameters: model, expandAddress, query, server }: ClientChannel<Events, Params>,
  input: unknown,
  options: CommonOptions & ChannelOptions,
): RequestTarget<Params> {
  if (options.url !== undefined) {
    const target = parseBaseUrl(options.url, 'url')
    if (options.query) appendQuery(target)
    return { url: target, parameters: (input ?? null) as Params }
  }
  // The signature of the generated function ensures the type of the input; a channel without parameters has the type null.
  const parameters = model ? model.check((input ?? {}) as Params) : (null as Params)
  const path = expandAddress ? expandAddress(address, model?.format(parameters) ?? {}) : address
  const base =
    options.baseUrl ?? (typeof server === 'function' ? server(options.variables) : server)
  const url = joinUrl(parseBaseUrl(base, 'baseUrl'), path)
  appendQuery(url)
  return { url, parameters }

  function appendQuery({ searchParams }: URL): void {
    const pairs = query?.format(query.check((options.query ?? {}) as never)) ?? []
    for (const [name, value] of pairs) searchParams.append(name, value)
  }
}

/** Appends an address to a base URL and keeps its path and query. */
function joinUrl({ origin, pathname, search }: URL, address: string): URL {
  const url = new URL(origin + pathname.replace(/\/*$/, '/') + address.replace(/^\/+/, ''))
  if (search) url.search = url.search ? `${search}&${url.search.slice(1)}` : search
  return url
}

function parseBaseUrl(baseUrl: string | URL | null | undefined, option: string): URL {
  // Some platforms have no page, and their type checker has no DOM.
  const page = (globalThis as { readonly location?: { readonly origin?: string } }).location?.origin
  const origin = page === 'null' ? undefined : page
  let url: URL | undefined
  try {
    url = new URL(baseUrl ?? origin ?? '', origin)
  } catch {
    // The platform's error contains the text, possibly with a password.
  }
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new TypeError(`Option ${option} must be an HTTP URL`)
  }
  // `fetch` rejects URLs with credentials.
  if (url.username || url.password)
    throw new TypeError(`Option ${option} contains credentials: use authorization`)
  return url
}

/** A variable of a server's URL. */
export interface ServerVariable {
  readonly default?: string
  readonly values?: readonly string[]
}

/**
 * Expands the variables of a server's URL.
 * @throws TypeError if a value is missing, or is not one of the values that the document allows
 */
export function expandServerUrl(
  url: string,
  variables: Readonly<Record<string, ServerVariable>>,
  supplied: object = {},
): string {
  const values = new Map<string, unknown>(Object.entries(supplied))
  return url.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const variable = Object.hasOwn(variables, name) ? variables[name] : undefined
    const value = values.get(name) ?? variable?.default
    if (typeof value !== 'string') throw new TypeError(`server variable "${name}" is missing`)
    if (variable?.values !== undefined && !variable.values.includes(value)) {
      throw new TypeError(
        `server variable "${name}" is "${value}", not one of ${variable.values.join(', ')}`,
      )
    }
    return value
  })
}
