import type { ChannelOptions, ClientChannel, CommonOptions } from './client-types'

/** What a call is about: checked parameters, and the URL without credentials. */
export interface Target<P> {
  readonly url: URL
  readonly parameters: P
}

/**
 * Checks what a caller passed and builds the URL.
 * @throws ParameterError, TypeError
 */
export function locate<E, P>(
  { address, parameters: model, fill, query, server }: ClientChannel<E, P>,
  input: unknown,
  options: CommonOptions & ChannelOptions,
): Target<P> {
  // The generated function's signature has the input's type; a channel without parameters has the type null.
  const parameters = model ? model.check((input ?? {}) as P) : (null as P)
  const path = fill ? fill(address, model?.format(parameters) ?? {}) : address
  const base =
    options.baseUrl ?? (typeof server === 'function' ? server(options.variables) : server)
  const url = join(readBase(base), path)
  if (query) {
    for (const [name, value] of query.format(query.check((options.query ?? {}) as never))) {
      url.searchParams.append(name, value)
    }
  }
  return { url, parameters }
}

/** Appends an address to a base URL, whose path and query stay. */
function join({ origin, pathname, search }: URL, address: string): URL {
  const url = new URL(origin + pathname.replace(/\/*$/, '/') + address.replace(/^\/+/, ''))
  if (search) url.search = url.search ? `${search}&${url.search.slice(1)}` : search
  return url
}

function readBase(baseUrl: string | URL | null | undefined): URL {
  // Not every platform has a page, nor its type checker the DOM.
  const page = (globalThis as { readonly location?: { readonly origin?: string } }).location?.origin
  const origin = page === 'null' ? undefined : page
  let url: URL
  try {
    url = new URL(baseUrl ?? origin ?? '', origin)
  } catch {
    // What the platform throws holds the text, and perhaps a password with it.
    throw new TypeError('baseUrl is missing or no URL')
  }
  const { protocol, username, password } = url
  if (!/^https?:$/.test(protocol)) throw new TypeError('baseUrl is neither http nor https')
  // `fetch` refuses them.
  if (username || password) throw new TypeError('baseUrl holds credentials: use authorization')
  return url
}
