import { addressParameters } from '../../filters/address'
import type { Server, ServerVariable } from '../view'
import { entries, list, record, text, type Raw } from './raw'

/** The servers of a document, with their URLs as templates. */
export function describeServers(raw: Raw): Server[] {
  return entries(raw['servers']).map(([id, server]) => {
    const protocol = (text(server['protocol']) ?? '').toLowerCase()
    const url = serverUrl(server, protocol)
    return {
      id,
      url,
      protocol,
      description: text(server['description']),
      templated: addressParameters(url).length > 0,
      variables: entries(server['variables']).map(([name, variable]) =>
        describeVariable(name, variable),
      ),
    }
  })
}

function describeVariable(name: string, variable: Raw): ServerVariable {
  return {
    name,
    description: text(variable['description']),
    values: list(variable['enum']).filter((value) => typeof value === 'string'),
    hasDefault: text(variable['default']) !== undefined,
    default: text(variable['default']),
  }
}

/** 2.x has a `url`, with or without a scheme; 3.x has `host` and `pathname`. Either may hold `{variables}`. */
function serverUrl(server: Raw, protocol: string): string {
  const url = text(server['url'])
  const rest =
    url === undefined
      ? `${text(server['host']) ?? ''}${withSlash(text(server['pathname']) ?? '')}`
      : url.replace(/^[a-z][a-z\d+.-]*:\/\//i, '')
  const scheme =
    /^https?:\/\//i.exec(url ?? '')?.[0].toLowerCase() ?? `${schemeOf(protocol, rest)}://`
  return scheme + rest
}

/** What a browser has to dial. `sse` and `mercure` name no scheme: encrypted, except on the own machine. */
function schemeOf(protocol: string, host: string): 'http' | 'https' {
  if (protocol.startsWith('https')) return 'https'
  if (protocol.startsWith('http')) return 'http'
  return /^(localhost|127\.|\[::1\]|0\.0\.0\.0)/.test(host) ? 'http' : 'https'
}

function withSlash(pathname: string): string {
  return pathname === '' || pathname.startsWith('/') ? pathname : `/${pathname}`
}

/** Servers by id, for look-ups. */
export function serversById(servers: readonly Server[]): ReadonlyMap<string, Server> {
  return new Map(servers.map((server) => [server.id, server]))
}

/** The server that a channel's requests go to, among those it is bound to. */
export function rawServer(raw: Raw, id: string): Raw {
  return record(record(raw['servers'])[id])
}
