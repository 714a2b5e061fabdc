import { fillAddress } from './address'
import type { ChannelOptions, ClientChannel, CommonOptions, ServerDescriptor } from './client-types'
import { EventSourceError } from './errors'

/** What a call is about: checked parameters, and the URL without credentials. */
export interface Target<P> {
  readonly url: URL
  readonly parameters: P
}

/**
 * Checks what a caller passed and builds the URL.
 * @throws EventSourceError `configuration`
 */
export function locate<E, P>(
  channel: ClientChannel<E, P>,
  input: unknown,
  options: CommonOptions & ChannelOptions,
): Target<P> {
  try {
    const { parameters: model, query } = channel
    // The generated function's signature has the input's type; a channel without parameters has the type null.
    const parameters = model === null ? (null as P) : model.check((input ?? {}) as P)
    const path = fillAddress(channel.address, model === null ? {} : model.format(parameters))
    const url = join(baseOf(channel, options), path)
    if (query !== null) {
      for (const [name, value] of query.format(query.check((options.query ?? {}) as never))) {
        url.searchParams.append(name, value)
      }
    }
    return { url, parameters }
  } catch (cause) {
    throw new EventSourceError('configuration', `${channel.name}: ${String(cause)}`, { cause })
  }
}

/** Appends an address to a base URL, whose path and query stay. */
function join(base: URL, address: string): URL {
  const url = new URL(base)
  const [path = '', ...query] = address.split('?')
  url.pathname = `${base.pathname.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`
  url.search = [base.search.slice(1), query.join('?')].filter(Boolean).join('&')
  url.hash = ''
  return url
}

function baseOf<E, P>(
  { server }: ClientChannel<E, P>,
  { baseUrl, variables = {} }: CommonOptions & ChannelOptions,
): URL {
  // Not every platform has a page, nor its type checker the DOM.
  const page = (globalThis as { readonly location?: { readonly origin?: string } }).location?.origin
  const origin = page === 'null' ? undefined : page
  const base = baseUrl ?? (server === null ? origin : expand(server, Object.entries(variables)))
  if (base === undefined) throw new TypeError('baseUrl is missing, and there is no page')
  const url = new URL(base, origin)
  if (!/^https?:$/.test(url.protocol)) {
    throw new TypeError(`baseUrl "${url.href}" is neither http nor https`)
  }
  if (url.username !== '' || url.password !== '') {
    throw new TypeError(
      'baseUrl holds credentials: fetch refuses them, pass the option authorization',
    )
  }
  return url
}

function expand(server: ServerDescriptor, given: readonly (readonly [string, unknown])[]): string {
  const values = new Map(given)
  return server.url.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const variable = Object.hasOwn(server.variables, name) ? server.variables[name] : undefined
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
