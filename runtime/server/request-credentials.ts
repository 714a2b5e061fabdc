import type { SecurityScheme } from '../core/channel'
import type { ServerRequest } from './exchange'
import { queryOf, utf8FromLatin1 } from './http'

export interface BasicCredentials {
  readonly username: string
  readonly password: string
}

/**
 * By id of the security scheme: a token or key, or a name and password for `basic`. A credential that the request does not
 * present is absent.
 */
export type PresentedCredentials = Readonly<Record<string, string | BasicCredentials | undefined>>

/** Reads the credentials of a request for the document's security schemes. Nothing is verified. */
export function readCredentials(
  request: ServerRequest,
  schemes: Readonly<Record<string, SecurityScheme>>,
): PresentedCredentials {
  const presented = Object.entries(schemes).map(([id, scheme]) => [
    id,
    readCredential(request, scheme),
  ])
  return Object.fromEntries(presented.filter(([, value]) => value !== undefined)) as Record<
    string,
    string | BasicCredentials
  >
}

/** The challenges of a 401 (RFC 9110 §11.6.1); `''` if the schemes have none, such as API keys. */
export function challenges(schemes: Readonly<Record<string, SecurityScheme>>): string {
  const types = new Set(Object.values(schemes).map(({ type }) => type))
  return [
    ...(types.has('bearer') ? ['Bearer'] : []),
    ...(types.has('basic') ? ['Basic realm="events", charset="UTF-8"'] : []),
  ].join(', ')
}

function readCredential(
  request: ServerRequest,
  scheme: SecurityScheme,
): string | BasicCredentials | undefined {
  switch (scheme.type) {
    case 'bearer':
      return authorization(request, 'bearer')
    case 'basic':
      return readBasic(authorization(request, 'basic'))
    case 'apiKey':
      if (scheme.in === 'query') return queryOf(request, scheme.name)
      if (scheme.in === 'cookie') return readCookie(request, scheme.name)
      return request.header(scheme.name.toLowerCase())
  }
}

function authorization(request: ServerRequest, type: string): string | undefined {
  const [scheme = '', ...rest] = (request.header('authorization') ?? '').split(' ')
  return scheme.toLowerCase() === type ? rest.join(' ').trim() : undefined
}

/** RFC 7617. */
function readBasic(encoded: string | undefined): BasicCredentials | undefined {
  if (encoded === undefined) return undefined
  let decoded: string
  try {
    decoded = utf8FromLatin1(atob(encoded))
  } catch {
    return undefined
  }
  const [username = '', ...password] = decoded.split(':')
  return { username, password: password.join(':') }
}

/** RFC 6265 §4.2. */
function readCookie(request: ServerRequest, name: string): string | undefined {
  for (const pair of (request.header('cookie') ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (at === -1 || pair.slice(0, at).trim() !== name) continue
    const value = pair.slice(at + 1).trim()
    return decodeCookieValue(/^".*"$/.test(value) ? value.slice(1, -1) : value)
  }
  return undefined
}

function decodeCookieValue(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
