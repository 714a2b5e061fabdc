import type { SecurityScheme } from './channel'
import type { CredentialRecipient, Credentials, Provided, PutCredentials } from './client-types'
import { describe, EventSourceError } from './errors'

/** Asks for a value that may be a function. */
export function provide<T>(provided: Provided<T>): T | Promise<T> {
  return typeof provided === 'function' ? (provided as () => T | Promise<T>)() : provided
}

/** A bearer token (RFC 6750); a value that names its scheme goes as it is. */
export function authorizationOf(value: string): string {
  return value.includes(' ') ? value : `Bearer ${value}`
}

/**
 * Asks for the credentials of an `auth` option, by id of the security scheme.
 * Rejects with what a provider throws, or with EventSourceError `configuration` where a scheme is unknown, or a
 * credential is not what it takes.
 * @returns what puts them on a request; undefined where there are none
 */
export async function askCredentials(
  schemes: Readonly<Record<string, SecurityScheme>>,
  auth: object = {},
): Promise<PutCredentials | undefined> {
  const asked = Object.entries(auth).map(
    async ([id, credential]: [string, Provided<unknown>]) =>
      [id, await provide(credential)] as const,
  )
  const given = (await Promise.all(asked)).filter(([, credential]) => credential !== undefined)
  const puts = given.map(([id, credential]) =>
    putCredential(id, Object.hasOwn(schemes, id) ? schemes[id] : undefined, credential),
  )
  if (puts.length === 0) return undefined
  const keys = given.flatMap(([id, key]) => {
    const scheme = schemes[id]
    return scheme?.type === 'apiKey' && scheme.in === 'query' ? [String(key)] : []
  })
  const putAll = (request: CredentialRecipient): void => {
    for (const put of puts) put(request)
  }
  return keys.length === 0 ? putAll : Object.assign(putAll, hiding(keys))
}

/** Some platforms tell the URL of a request that failed, in the message, the cause or beside them. */
function hiding(keys: readonly string[]): Required<Pick<PutCredentials, 'hide' | 'failed'>> {
  const forms = keys.flatMap((key) => [
    String(new URLSearchParams({ key })).slice('key='.length),
    key,
  ])
  const hide = (text: string): string =>
    forms
      .filter((form) => form !== '')
      .reduce((rest, form) => rest.replaceAll(form, () => '…'), text)
  return {
    hide,
    failed: (cause) => {
      throw new EventSourceError('network', hide(describe(cause)), { retrying: true })
    },
  }
}

function putCredential(
  id: string,
  scheme: SecurityScheme | undefined,
  credential: unknown,
): (request: CredentialRecipient) => void {
  const value = scheme?.type === 'basic' ? basic(credential) : credential
  if (scheme === undefined || typeof value !== 'string') {
    const problem = scheme === undefined ? 'is no security scheme of this channel' : EXPECTED
    throw new EventSourceError('configuration', `auth: "${id}" ${problem}`)
  }
  return ({ url, headers }) => {
    if (scheme.type !== 'apiKey') setHeader(headers, 'Authorization', authorizationOf(value))
    else if (scheme.in === 'query') url.searchParams.set(scheme.name, value)
    else if (scheme.in === 'header') setHeader(headers, scheme.name, value)
    else {
      const others = headers.get('Cookie')
      const cookie = `${scheme.name}=${encodeURIComponent(value)}`
      setHeader(headers, 'Cookie', others === null ? cookie : `${others}; ${cookie}`)
    }
  }
}

/** What the platform throws holds the value. */
function setHeader(headers: Headers, name: string, value: string): void {
  try {
    headers.set(name, value)
  } catch {
    throw new EventSourceError('configuration', `auth: HTTP refuses the value of ${name}`)
  }
}

const EXPECTED =
  'should be a string, or for basic { username, password } without a colon in the name'

/** RFC 7617, in UTF-8; undefined where it cannot be. */
function basic(credential: unknown): string | undefined {
  const { username, password } = (credential ?? {}) as Partial<Credentials>
  if (typeof username !== 'string' || typeof password !== 'string') return undefined
  return username.includes(':') ? undefined : `Basic ${btoa(utf8Bytes(`${username}:${password}`))}`
}

/** The UTF-8 bytes of a text, one character each: what a header takes (WHATWG Fetch, "isomorphic encode"). */
export function utf8Bytes(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text))
}
