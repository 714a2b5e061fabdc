import type { SecurityScheme } from '../core/channel'
import type { CredentialApplier, CredentialRecipient, Credentials, ValueOrProvider } from './types'
import { errorText, EventSourceError } from './errors'

/** Returns a value, or the result of the function that provides it. */
export function resolveProvider<T>(source: ValueOrProvider<T>): T | Promise<T> {
  return typeof source === 'function' ? (source as () => T | Promise<T>)() : source
}

/** Adds the scheme to a bearer token (RFC 6750); a value with a scheme is unchanged. */
export function authorizationOf(value: string): string {
  return value.includes(' ') ? value : `Bearer ${value}`
}

/**
 * Resolves the credentials of the option `auth`, by id of the security scheme. Rejects with the error of a provider, or
 * with EventSourceError `configuration` if a scheme is unknown, or a credential has the wrong type.
 * @returns undefined if there are no credentials
 */
export async function resolveCredentials(
  schemes: Readonly<Record<string, SecurityScheme>>,
  auth: object = {},
): Promise<CredentialApplier | undefined> {
  const pending = Object.entries(auth).map(
    async ([id, credential]: [string, ValueOrProvider<unknown>]) =>
      [id, await resolveProvider(credential)] as const,
  )
  const presented = (await Promise.all(pending)).filter(
    ([, credential]) => credential !== undefined,
  )
  const appliers = presented.map(([id, credential]) =>
    credentialApplier(id, Object.hasOwn(schemes, id) ? schemes[id] : undefined, credential),
  )
  if (appliers.length === 0) return undefined
  const keys = presented.flatMap(([id, key]) => {
    const scheme = schemes[id]
    return scheme?.type === 'apiKey' && scheme.in === 'query' ? [String(key)] : []
  })
  const apply = (request: CredentialRecipient): void => {
    for (const applyOne of appliers) applyOne(request)
  }
  if (keys.length === 0) return { apply }
  const redact = redactor(keys)
  return {
    apply,
    redact,
    redactError: (cause) =>
      new EventSourceError('network', redact(`The connection failed: ${errorText(cause)}`), {
        retrying: true,
      }),
  }
}

/** Removes keys from texts: some platforms include the URL of a failed request in the message or the cause. */
function redactor(keys: readonly string[]): (text: string) => string {
  const encodings = keys
    .flatMap((key) => [String(new URLSearchParams({ key })).slice('key='.length), key])
    .filter((form) => form !== '')
  return (text) => encodings.reduce((rest, form) => rest.replaceAll(form, () => '…'), text)
}

function credentialApplier(
  id: string,
  scheme: SecurityScheme | undefined,
  credential: unknown,
): (request: CredentialRecipient) => void {
  const value = scheme?.type === 'basic' ? basic(credential) : credential
  if (scheme === undefined || typeof value !== 'string') {
    const problem =
      scheme === undefined ? 'is not a security scheme of this channel' : EXPECTED_CREDENTIAL
    throw new EventSourceError('configuration', `Option auth: "${id}" ${problem}`)
  }
  return ({ url, headers }) => {
    if (scheme.type !== 'apiKey') headers.set('Authorization', authorizationOf(value))
    else if (scheme.in === 'query') url.searchParams.set(scheme.name, value)
    else if (scheme.in === 'header') headers.set(scheme.name, value)
    else {
      const others = headers.get('Cookie')
      const cookie = `${scheme.name}=${encodeURIComponent(value)}`
      headers.set('Cookie', others === null ? cookie : `${others}; ${cookie}`)
    }
  }
}

const EXPECTED_CREDENTIAL =
  'must be a string, or for basic { username, password } without a colon in the name'

/** RFC 7617, in UTF-8; undefined if the credential cannot be encoded. */
function basic(credential: unknown): string | undefined {
  const { username, password } = (credential ?? {}) as Partial<Credentials>
  if (typeof username !== 'string' || typeof password !== 'string') return undefined
  return username.includes(':') ? undefined : `Basic ${btoa(utf8Bytes(`${username}:${password}`))}`
}

/** The UTF-8 bytes of a text, one character each, as a header requires (WHATWG Fetch, "isomorphic encode"). */
export function utf8Bytes(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text))
}
