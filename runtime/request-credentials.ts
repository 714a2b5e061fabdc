import type { SecurityScheme } from './channel'
import { headerOf, queryOf, type HttpRequest } from './http'

export interface BasicCredentials {
  readonly username: string
  readonly password: string
}

/** By id of the security scheme: a token or key, or a name and password for `basic`. What is not presented is absent. */
export type PresentedCredentials = Readonly<Record<string, string | BasicCredentials | undefined>>

/** Reads what a request presents for the document's security schemes. Nothing is verified. */
export function readCredentials(
  request: HttpRequest,
  schemes: Readonly<Record<string, SecurityScheme>>,
): PresentedCredentials {
  const presented = Object.entries(schemes).map(([id, scheme]) => [id, read(request, scheme)])
  return Object.fromEntries(presented.filter(([, value]) => value !== undefined)) as Record<
    string,
    string | BasicCredentials
  >
}

/** The challenges of a 401 (RFC 9110 §11.6.1); `''` where the schemes have none, as API keys. */
export function challenges(schemes: Readonly<Record<string, SecurityScheme>>): string {
  const types = new Set(Object.values(schemes).map(({ type }) => type))
  return [
    ...(types.has('bearer') ? ['Bearer'] : []),
    ...(types.has('basic') ? ['Basic realm="events", charset="UTF-8"'] : []),
  ].join(', ')
}

function read(request: HttpRequest, scheme: SecurityScheme): string | BasicCredentials | undefined {
  switch (scheme.type) {
    case 'bearer':
      return authorization(request, 'bearer')
    case 'basic':
      return readBasic(authorization(request, 'basic'))
    case 'apiKey':
      if (scheme.in === 'query') return queryOf(request, scheme.name)
      if (scheme.in === 'cookie') return readCookie(request, scheme.name)
      return headerOf(request, scheme.name.toLowerCase())
  }
}

function authorization(request: HttpRequest, type: string): string | undefined {
  const [scheme = '', ...rest] = (headerOf(request, 'authorization') ?? '').split(' ')
  return scheme.toLowerCase() === type ? rest.join(' ').trim() : undefined
}

/** RFC 7617. */
function readBasic(encoded: string | undefined): BasicCredentials | undefined {
  if (encoded === undefined) return undefined
  const [username = '', ...password] = Buffer.from(encoded, 'base64').toString('utf8').split(':')
  return { username, password: password.join(':') }
}

/** RFC 6265 §4.2. */
function readCookie(request: HttpRequest, name: string): string | undefined {
  for (const pair of (headerOf(request, 'cookie') ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (at === -1 || pair.slice(0, at).trim() !== name) continue
    const value = pair.slice(at + 1).trim()
    return decode(/^".*"$/.test(value) ? value.slice(1, -1) : value)
  }
  return undefined
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
