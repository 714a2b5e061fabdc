import { addressParameters } from '../../filters/address'
import { objectEntries, asArray, asObject, asString, type JsonObject } from '../json'

export interface Server {
  readonly id: string
  /** The URL template, with its `{variables}`. */
  readonly url: string
  readonly protocol: string
  readonly description: string | undefined
  /** Whether the URL contains `{variables}`. */
  readonly hasVariables: boolean
  readonly variables: readonly ServerVariable[]
}

export interface ServerVariable {
  readonly name: string
  readonly description: string | undefined
  readonly values: readonly string[]
  readonly hasDefault: boolean
  readonly default: string | undefined
}

/** The servers of a document, with URL templates. */
export function buildServers(raw: JsonObject): Server[] {
  return objectEntries(raw['servers']).map(([id, server]) => {
    const protocol = (asString(server['protocol']) ?? '').toLowerCase()
    const url = serverUrlTemplate(server, protocol)
    return {
      id,
      url,
      protocol,
      description: asString(server['description']),
      hasVariables: addressParameters(url).length > 0,
      variables: [
        ...objectEntries(server['variables']),
        // The parser accepts a variable that the document does not describe: it is required, like one without a default.
        ...addressParameters(url)
          .filter((name) => !Object.hasOwn(asObject(server['variables']), name))
          .map((name) => [name, {}] as const),
      ].map(([name, variable]) => buildServerVariable(name, variable)),
    }
  })
}

function buildServerVariable(name: string, variable: JsonObject): ServerVariable {
  return {
    name,
    description: asString(variable['description']),
    values: asArray(variable['enum']).filter((value) => typeof value === 'string'),
    hasDefault: asString(variable['default']) !== undefined,
    default: asString(variable['default']),
  }
}

/**
 * 2.x has a `url`, with or without a scheme; 3.x has `host` and `pathname`. Both can contain `{variables}`. A URL of 2.x
 * can be a path (AsyncAPI 2.6, "Server Object"): the client resolves it against the origin of the page.
 */
function serverUrlTemplate(server: JsonObject, protocol: string): string {
  const host = asString(server['host']) ?? ''
  const pathname = withLeadingSlash(asString(server['pathname']) ?? '')
  const url =
    asString(server['url']) ??
    (pathname !== '' && host.endsWith('/') ? host.slice(0, -1) : host) + pathname
  if (/^\/(?!\/)/.test(url) || hasSchemeInVariable(url, server)) return url
  const rest = url.replace(/^(?:[a-z][a-z\d+.-]*:)?\/\//i, '')
  const scheme = /^https?:\/\//i.exec(url)?.[0].toLowerCase() ?? `${urlScheme(protocol, rest)}://`
  return scheme + rest
}

/** Whether a URL starts with a variable whose default contains the scheme. */
function hasSchemeInVariable(url: string, { variables }: JsonObject): boolean {
  const [, name = ''] = /^\{([^{}]+)\}/.exec(url) ?? []
  const initial = asString(asObject(asObject(variables)[name])['default'])
  return /^https?:\/\//i.test(initial ?? '')
}

/** URL scheme for a browser. `sse` and `mercure` define no scheme: `https`, except on localhost. */
function urlScheme(protocol: string, host: string): 'http' | 'https' {
  if (protocol.startsWith('https')) return 'https'
  if (protocol.startsWith('http')) return 'http'
  return /^(localhost|127\.|\[::1\]|0\.0\.0\.0)/.test(host) ? 'http' : 'https'
}

function withLeadingSlash(pathname: string): string {
  return pathname === '' || pathname.startsWith('/') ? pathname : `/${pathname}`
}

export function serversById(servers: readonly Server[]): ReadonlyMap<string, Server> {
  return new Map(servers.map((server) => [server.id, server]))
}

/** The server object with this id; empty if missing. */
export function findServer(raw: JsonObject, id: string): JsonObject {
  return asObject(asObject(raw['servers'])[id])
}
