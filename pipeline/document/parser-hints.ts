import { jsonPointer } from '../json-pointer'

/** The members of a `@asyncapi/parser` diagnostic that hints use. */
export interface ParserDiagnostic {
  readonly code: string | number
  readonly message: string
  readonly path: readonly (string | number)[]
  /** 0 means error. */
  readonly severity: number
}

interface Rule {
  /** The error and its remedy. */
  readonly hint: string
  applies(diagnostic: ParserDiagnostic, path: readonly string[]): boolean
  /** Number of leading path members that the hint refers to. Default: all. */
  depth?(path: readonly string[]): number
}

/** Common parser errors in documents of event streams, most specific first. */
const RULES: readonly Rule[] = [
  {
    hint: 'AsyncAPI has the name of the property here (discriminator: type), not the object of OpenAPI; rename the object to "x-discriminator" to keep it',
    applies: (_, path) => path.at(-1) === 'discriminator' && path.includes('schemas'),
  },
  {
    hint: 'the address of a channel has no query and no fragment; move the query to "bindings.http.query" of the operation, and leave out what follows "#"',
    applies: ({ code }) => code === 'asyncapi2-channel-no-query-nor-fragment',
  },
  {
    hint: 'an address of AsyncAPI 2 is a URI template: a name in braces has only letters from a to z, digits and "_" ("{userId}", not "{user-id}"), and the text between the parameters has no spaces, quotes and other characters that a URL does not have',
    applies: ({ message }, path) => path[0] === 'channels' && message.includes('"uri-template"'),
  },
  {
    hint: 'a parameter of AsyncAPI 3 has no schema; use "enum", "default", "description" and "examples"',
    applies: (_, path) => path.at(-3) === 'parameters' && path.at(-1) === 'schema',
  },
  {
    hint: 'the address does not contain this parameter; move a query parameter to "bindings.http.query" of the operation',
    applies: ({ code, message }) =>
      code === 'asyncapi3-channel-parameters' && message.includes('redundant'),
  },
  {
    hint: 'the address contains a parameter that is not in "parameters"; describe it there, at least as {}',
    applies: ({ code }) => code === 'asyncapi3-channel-parameters',
  },
  {
    hint: 'an operation refers to the messages of its channel: "#/channels/<channel>/messages/<key>", not "#/components/messages/<key>"',
    applies: ({ code }) => code === 'asyncapi3-operation-messages-from-referred-channel',
  },
  {
    hint: 'a schema that other schemas refer to has no format of its own; replace the object with "schemaFormat" by the content of its "schema" (OpenAPI converters write this form)',
    applies: (_, path) =>
      path[0] === 'components' &&
      path[1] === 'schemas' &&
      (path.at(-1) === 'schemaFormat' || path.at(-1) === 'schema'),
    depth: () => 3,
  },
  {
    hint: 'the example has a value that the "enum" does not list; where it is null, add null to the "enum": "nullable" does not add it',
    applies: ({ code, message }) =>
      /message-examples/.test(String(code)) && message.includes('allowed values'),
  },
  {
    hint: 'in AsyncAPI 2 this belongs to the root of the document, not to "info"',
    applies: (_, path) =>
      path.length === 2 && path[0] === 'info' && /^(tags|externalDocs)$/.test(path[1] ?? ''),
  },
  {
    hint: 'an API key in a header, in the query or in a cookie is "type: httpApiKey" with "name" and "in"; "apiKey" of AsyncAPI is in "user" or "password"',
    // A missing member is no sign of a key: the parser reports those of every other type of scheme too.
    applies: (_, path) => path[1] === 'securitySchemes' && path.at(-1) === 'in',
    depth: () => 3,
  },
  {
    hint: '"bearerFormat" belongs to "scheme: bearer", in lower case',
    applies: (_, path) => path[1] === 'securitySchemes' && path.at(-1) === 'bearerFormat',
    depth: () => 3,
  },
  {
    hint: 'the scopes of an OAuth flow are in "availableScopes" in AsyncAPI 3, not in "scopes"',
    applies: ({ message }, path) =>
      path[1] === 'securitySchemes' && message.includes('required property "availableScopes"'),
  },
]

/**
 * Hints for documents that the parser rejects, for the common errors in documents of event streams.
 * @returns one line for each hint, with its places; empty if there are no hints
 */
export function parserHints(diagnostics: readonly ParserDiagnostic[]): string[] {
  const places = new Map<Rule, Set<string>>()
  for (const diagnostic of diagnostics) {
    if (diagnostic.severity !== 0) continue
    const path = diagnostic.path.map(String)
    const rule = RULES.find((one) => one.applies(diagnostic, path))
    if (rule === undefined) continue
    const pointed = path.slice(0, rule.depth?.(path) ?? path.length)
    const pointer = jsonPointer(...pointed)
    places.set(rule, (places.get(rule) ?? new Set<string>()).add(pointer))
  }
  return [...places].map(([{ hint }, pointers]) => {
    const [first = '', ...others] = pointers
    return `${first}${others.length === 0 ? '' : ` (and ${others.length} more)`}: ${hint}`
  })
}

/** The hints as text to print before the parser's own diagnostics; empty if there are no hints. */
export function parserHintText(diagnostics: readonly ParserDiagnostic[]): string {
  const hints = parserHints(diagnostics)
  if (hints.length === 0) return ''
  return `What to change in the document:\n${hints.map((hint) => `  - ${hint}`).join('\n')}\n`
}
