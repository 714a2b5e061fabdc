import { Code } from '../../filters/code'
import type { Diagnostics } from '../diagnostics'
import type { Options } from '../options'
import { distinctById } from './distinct'
import type { SourceDocument } from './document'
import { objectEntries, isJsonObject, asArray, asObject, asString, type JsonObject } from '../json'
import { jsonPointer } from '../json-pointer'
import { isCopy } from './resolve-references'
import { findServer } from './servers'

/** Credentials that a client can send. EventSource sends no headers, so it supports only API keys in the query. */
export interface Authentication {
  /** Alternative requirements; all schemes of one requirement are needed. */
  readonly alternatives: readonly SecurityRequirement[]
  /** The schemes of all alternatives, without duplicates. */
  readonly schemes: readonly SecurityScheme[]
}

export interface SecurityRequirement {
  readonly schemes: readonly SecurityScheme[]
}

export interface SecurityScheme {
  /** Name of the scheme in the document's components; of another scheme: its name or type, with a number if necessary. */
  readonly id: string
  readonly kind: Code
  readonly isBasic: boolean
  readonly in: 'header' | 'query' | 'cookie' | null
  /** Name of the header, query parameter or cookie of an `apiKey` scheme. */
  readonly name: string | null
  readonly description: string | undefined
}

/** The schemes of the given requirements, without duplicates. */
export function schemesOf(requirements: readonly SecurityRequirement[]): SecurityScheme[] {
  return distinctById(requirements.flatMap(({ schemes }) => schemes))
}

/**
 * Credentials for the client's option `auth`. EventSource sends no headers, so only API keys in the query are
 * supported. The browser sends cookies itself; all other schemes need headers.
 */
export function buildAuthentication(
  security: readonly SecurityRequirement[],
  client: Options['client'],
): Authentication | null {
  const alternatives =
    client === 'fetch' ? security : distinctRequirements(security.flatMap(queryOnlyRequirement))
  return alternatives.length === 0 ? null : { alternatives, schemes: schemesOf(alternatives) }
}

function queryOnlyRequirement({ schemes }: SecurityRequirement): SecurityRequirement[] {
  const required = schemes.filter(({ in: location }) => location !== 'cookie')
  const isSupported =
    required.length > 0 && required.every(({ in: location }) => location === 'query')
  return isSupported ? [{ schemes: required }] : []
}

function distinctRequirements(requirements: readonly SecurityRequirement[]): SecurityRequirement[] {
  const keyOf = ({ schemes }: SecurityRequirement): string => schemes.map(({ id }) => id).join('\n')
  return [...new Map(requirements.map((one) => [keyOf(one), one])).values()]
}

/** Security schemes of a document and the requirements of its channels. */
export class SecuritySchemes {
  readonly #document: SourceDocument
  readonly #diagnostics: Diagnostics
  readonly #options: Pick<Options, 'side' | 'client'>
  readonly #schemes = new Map<string, JsonObject>()
  readonly #ids = new Map<JsonObject, string>()

  constructor(
    document: SourceDocument,
    diagnostics: Diagnostics,
    options: Pick<Options, 'side' | 'client'>,
  ) {
    this.#document = document
    this.#diagnostics = diagnostics
    this.#options = options
    for (const [id, scheme] of objectEntries(
      asObject(document.raw['components'])['securitySchemes'],
    )) {
      this.#schemes.set(id, scheme)
      if (!this.#ids.has(scheme)) this.#ids.set(scheme, id)
    }
  }

  #lists(
    servers: readonly string[],
    operation: JsonObject | undefined,
    server: string | undefined,
  ): readonly unknown[] {
    const own = asArray(operation?.['security'])
    return own.length > 0
      ? own
      : (server === undefined ? servers : [server]).flatMap((id) =>
          asArray(findServer(this.#document.raw, id)['security']),
        )
  }

  /** Whether the document requires credentials for a channel, including schemes that no client here supports. */
  isRequired(...channel: Parameters<SecuritySchemes['requirements']>): boolean {
    return this.#lists(...channel).some((item) => Object.keys(asObject(item)).length > 0)
  }

  /**
   * Security requirements of a channel: those of the operation with its messages, otherwise those of its servers. 2.x
   * has a list of alternatives, each an object of required schemes; 3.x has a list of alternative schemes.
   * @param servers ids of the servers of the channel
   * @param server id of the server of all requests; undefined: any of `servers`
   */
  requirements(
    servers: readonly string[],
    operation: JsonObject | undefined,
    server: string | undefined,
  ): SecurityRequirement[] {
    const lists = this.#lists(servers, operation, server)
    const requirements = new Map<string, SecurityRequirement>()
    for (const item of lists) {
      if (!isJsonObject(item)) continue
      const schemes = (
        this.#document.major === 2 ? this.#fromSchemeNames(item) : [this.#fromSchemeObject(item)]
      ).flatMap((scheme) => scheme ?? [])
      if (schemes.length > 0) requirements.set(schemes.map(({ id }) => id).join('\n'), { schemes })
    }
    return [...requirements.values()]
  }

  #fromSchemeNames(requirement: JsonObject): (SecurityScheme | undefined)[] {
    return Object.keys(requirement).map((id) => {
      const scheme = this.#schemes.get(id)
      return scheme === undefined ? undefined : this.#buildScheme(id, scheme)
    })
  }

  #fromSchemeObject(scheme: JsonObject): SecurityScheme | undefined {
    const id = this.#ids.get(scheme) ?? this.#findEquivalentScheme(scheme) ?? this.#add(scheme)
    return this.#buildScheme(id, scheme)
  }

  /** Adds a scheme that is not in the components, with an id of its own. */
  #add(scheme: JsonObject): string {
    const wanted = asString(scheme['name']) ?? asString(scheme['type']) ?? 'security'
    let id = wanted
    for (let number = 2; this.#schemes.has(id); number += 1) id = `${wanted}${number}`
    this.#schemes.set(id, scheme)
    return id
  }

  /**
   * A reference with its own scopes is a copy of its scheme, and schemes outside of the components can be equal; finds
   * the first by the identifying members.
   */
  #findEquivalentScheme(scheme: JsonObject): string | undefined {
    const identifyingFields = ['type', 'scheme', 'in', 'name', 'openIdConnectUrl', 'flows']
    for (const [id, other] of this.#schemes) {
      if (identifyingFields.every((field) => isCopy(scheme[field], other[field]))) return id
    }
    return undefined
  }

  #buildScheme(id: string, scheme: JsonObject): SecurityScheme | undefined {
    const description = asString(scheme['description'])
    const type = asString(scheme['type'])
    const httpScheme = asString(scheme['scheme'])?.toLowerCase()
    if (
      type === 'oauth2' ||
      type === 'openIdConnect' ||
      (type === 'http' && httpScheme === 'bearer')
    ) {
      return { id, kind: new Code('bearer'), isBasic: false, in: null, name: null, description }
    }
    if (type === 'http' && httpScheme === 'basic') {
      return { id, kind: new Code('basic'), isBasic: true, in: null, name: null, description }
    }
    const location = scheme['in']
    const name = asString(scheme['name'])
    if (
      type === 'httpApiKey' &&
      name !== undefined &&
      (location === 'header' || location === 'query' || location === 'cookie')
    ) {
      return { id, kind: new Code('apiKey'), isBasic: false, in: location, name, description }
    }
    if (this.#options.side !== 'server') {
      const scheme = httpScheme === undefined ? '' : ` with scheme "${httpScheme}"`
      const remedy =
        this.#options.client === 'fetch'
          ? 'pass the credentials with its option "headers"'
          : 'with -p client=fetch, it has the option "headers" for the credentials'
      this.#diagnostics.note(
        `${jsonPointer('components', 'securitySchemes', id)}: the type "${type ?? ''}"${scheme} is not supported by the generated client; ${remedy}`,
      )
    }
    return undefined
  }
}
