import type { SecurityScheme } from './channel'
import type { Credentials, Provided } from './client-types'
import { EventSourceError } from './errors'

/** Asks for a value that may be a function. */
export function provide<T>(provided: Provided<T>): T | Promise<T> {
  return typeof provided === 'function' ? (provided as () => T | Promise<T>)() : provided
}

/** A bearer token (RFC 6750); a value that names its scheme goes as it is. */
export function authorizationOf(value: string): string {
  return value.includes(' ') ? value : `Bearer ${value}`
}

/** Puts the credential of one security scheme on a request. */
export function applyScheme(
  id: string,
  scheme: SecurityScheme | undefined,
  credential: unknown,
  { url, headers }: { readonly url: URL; readonly headers: Headers },
): void {
  if (scheme?.type === 'basic') {
    headers.set('Authorization', `Basic ${basic(id, credential)}`)
    return
  }
  if (scheme === undefined || typeof credential !== 'string') {
    throw new EventSourceError(
      'configuration',
      `auth: "${id}" ${scheme === undefined ? 'is no security scheme of this channel' : 'should be a string'}`,
    )
  }
  if (scheme.type === 'bearer') headers.set('Authorization', authorizationOf(credential))
  else if (scheme.in === 'query') url.searchParams.set(scheme.name, credential)
  else if (scheme.in === 'header') headers.set(scheme.name, credential)
  else {
    const cookie = `${scheme.name}=${encodeURIComponent(credential)}`
    const others = headers.get('Cookie')
    headers.set('Cookie', others === null ? cookie : `${others}; ${cookie}`)
  }
}

/** RFC 7617, in UTF-8. */
function basic(id: string, credential: unknown): string {
  const { username, password } = (credential ?? {}) as Partial<Credentials>
  if (typeof username !== 'string' || typeof password !== 'string' || username.includes(':')) {
    throw new EventSourceError(
      'configuration',
      `auth: "${id}" should be { username, password }, the name without a colon`,
    )
  }
  return btoa(utf8Bytes(`${username}:${password}`))
}

/** The UTF-8 bytes of a text, one character each: what a header takes (WHATWG Fetch, "isomorphic encode"). */
export function utf8Bytes(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('')
}
