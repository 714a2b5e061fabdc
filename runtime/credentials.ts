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

/** A security scheme's id, and the credential for it. */
export type GivenCredential = readonly [id: string, credential: unknown]

/** Asks for the credentials of an `auth` option. Rejects with what a provider throws. */
export async function askCredentials(auth: object = {}): Promise<readonly GivenCredential[]> {
  const asked = Object.entries(auth).map(
    async ([id, credential]: [string, Provided<unknown>]) =>
      [id, await provide(credential)] as const,
  )
  return (await Promise.all(asked)).filter(([, credential]) => credential !== undefined)
}

/**
 * Puts credentials on a request.
 * @throws EventSourceError `configuration` where a scheme is unknown, or a credential is not what it takes
 * @throws TypeError where a header cannot carry it
 */
export function applyCredentials(
  schemes: Readonly<Record<string, SecurityScheme>>,
  given: readonly GivenCredential[],
  request: Recipient,
): void {
  for (const [id, credential] of given) {
    applyScheme(id, Object.hasOwn(schemes, id) ? schemes[id] : undefined, credential, request)
  }
}

interface Recipient {
  readonly url: URL
  readonly headers: Headers
}

function applyScheme(
  id: string,
  scheme: SecurityScheme | undefined,
  credential: unknown,
  { url, headers }: Recipient,
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
