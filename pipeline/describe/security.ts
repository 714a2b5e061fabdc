import { Code } from '../../filters/code'
import type { Findings } from '../problems'
import type { Options } from '../parameters'
import type { Authentication, Security, SecurityRequirement } from '../view'
import { distinctById } from './distinct'
import type { SourceChannel, SourceDocument } from './document'
import { entries, isRecord, list, pointer, record, text, type Raw } from './raw'
import { rawServer } from './servers'

/** The schemes of some requirements, each once. */
export function schemesOf(requirements: readonly SecurityRequirement[]): Security[] {
  return distinctById(requirements.flatMap(({ schemes }) => schemes))
}

/**
 * What the option `auth` of a client takes. EventSource sends no headers: keys in the query are all that it can be given;
 * cookies are the browser's own affair, and what needs anything else is out of its reach.
 */
export function authentication(
  security: readonly SecurityRequirement[],
  client: Options['client'],
): Authentication | null {
  const alternatives =
    client === 'fetch' ? security : distinctRequirements(security.flatMap(inQuery))
  return alternatives.length === 0 ? null : { alternatives, schemes: schemesOf(alternatives) }
}

function inQuery({ schemes }: SecurityRequirement): SecurityRequirement[] {
  const given = schemes.filter(({ in: place }) => place !== 'cookie')
  const honoured = given.length > 0 && given.every(({ in: place }) => place === 'query')
  return honoured ? [{ schemes: given }] : []
}

function distinctRequirements(requirements: readonly SecurityRequirement[]): SecurityRequirement[] {
  const key = ({ schemes }: SecurityRequirement): string => schemes.map(({ id }) => id).join('\n')
  return [...new Map(requirements.map((one) => [key(one), one])).values()]
}

/** Security schemes of a document, and which of them a channel asks for. */
export class SecuritySchemes {
  readonly #document: SourceDocument
  readonly #findings: Findings
  readonly #schemes = new Map<string, Raw>()
  readonly #ids = new Map<Raw, string>()

  constructor(document: SourceDocument, findings: Findings) {
    this.#document = document
    this.#findings = findings
    for (const [id, scheme] of entries(record(document.raw['components'])['securitySchemes'])) {
      this.#schemes.set(id, scheme)
      if (!this.#ids.has(scheme)) this.#ids.set(scheme, id)
    }
  }

  /**
   * Ways to authenticate on a channel: those of the operation that gives its messages, else those of its servers.
   * 2.x has lists of alternatives, each an object of schemes that are all needed; 3.x a list of alternative schemes.
   */
  requirements(
    channel: SourceChannel,
    operation: Raw | undefined,
    server: string | undefined,
  ): SecurityRequirement[] {
    const own = list(operation?.['security'])
    const lists =
      own.length > 0
        ? own
        : (server === undefined ? channel.servers : [server]).flatMap((id) =>
            list(rawServer(this.#document.raw, id)['security']),
          )
    const requirements = new Map<string, SecurityRequirement>()
    for (const item of lists) {
      if (!isRecord(item)) continue
      const schemes = (
        this.#document.major === 2 ? this.#named(item) : [this.#identified(item)]
      ).flatMap((scheme) => scheme ?? [])
      if (schemes.length > 0) requirements.set(schemes.map(({ id }) => id).join('\n'), { schemes })
    }
    return [...requirements.values()]
  }

  #named(requirement: Raw): (Security | undefined)[] {
    return Object.keys(requirement).map((id) => {
      const scheme = this.#schemes.get(id)
      return scheme === undefined ? undefined : this.#describe(id, scheme)
    })
  }

  #identified(scheme: Raw): Security | undefined {
    const known = this.#ids.get(scheme) ?? this.#alike(scheme)
    return this.#describe(
      known ?? text(scheme['name']) ?? text(scheme['type']) ?? 'security',
      scheme,
    )
  }

  /** A reference with scopes of its own is a copy of its scheme: found again by what identifies it. */
  #alike(scheme: Raw): string | undefined {
    const facts = ['type', 'scheme', 'in', 'name', 'openIdConnectUrl', 'flows']
    for (const [id, other] of this.#schemes) {
      if (facts.every((fact) => other[fact] === scheme[fact])) return id
    }
    return undefined
  }

  #describe(id: string, scheme: Raw): Security | undefined {
    const description = text(scheme['description'])
    const type = text(scheme['type'])
    const httpScheme = text(scheme['scheme'])?.toLowerCase()
    if (
      type === 'oauth2' ||
      type === 'openIdConnect' ||
      (type === 'http' && httpScheme === 'bearer')
    ) {
      return { id, kind: new Code('bearer'), basic: false, in: null, name: null, description }
    }
    if (type === 'http' && httpScheme === 'basic') {
      return { id, kind: new Code('basic'), basic: true, in: null, name: null, description }
    }
    const place = scheme['in']
    const name = text(scheme['name'])
    if (
      type === 'httpApiKey' &&
      name !== undefined &&
      (place === 'header' || place === 'query' || place === 'cookie')
    ) {
      return { id, kind: new Code('apiKey'), basic: false, in: place, name, description }
    }
    this.#findings.notice(
      `${pointer('components', 'securitySchemes', id)}: the type "${type ?? ''}"${httpScheme === undefined ? '' : ` with scheme "${httpScheme}"`} cannot be put on an HTTP request by the generated client; use its "headers" option`,
    )
    return undefined
  }
}
