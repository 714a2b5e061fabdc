import { camelName } from '../../filters/naming'

/** The modules that `channels/index.ts` exports together: client, server and hosts. */
export const INDEX = 'index'

/** Suffixes of the types of the modules in `INDEX`. */
const TYPE_SUFFIXES = [
  'Events',
  'SendEvents',
  'Content',
  'Credentials',
  'ClientOptions',
  'Parameters',
  'ParametersInput',
  'Query',
  'QueryInput',
  'Body',
]

/**
 * Suffixes of names that a model must not have. The name of a model and that of a channel's constant are equal if they
 * begin with no letter: `_404Channel`.
 */
export const RESERVED_SUFFIXES = [...TYPE_SUFFIXES, 'Channel']

/** Names that the modules of stores for user interfaces have in common. */
const STORE_NAMES = [
  'create<Name>Store',
  '<Name>Data',
  '<Name>Snapshot',
  '<Name>StoreOptions',
  '<Name>ParametersInput',
]

/**
 * The names that the templates in `template/channels/` declare or import for a channel, by module. Names of one module
 * must be unique.
 */
const TEMPLATE_NAMES: Readonly<Record<string, readonly string[]>> = {
  [INDEX]: [
    ...TYPE_SUFFIXES.map((suffix) => `<Name>${suffix}`),
    '<name>Channel',
    'listenFor<Name>',
    'stream<Name>',
    'registerSend<Name>',
    'handle<Name>',
    'create<Name>Hub',
    'create<Name>Runs',
  ],
  event_source_store: [
    '<name>Source',
    'listenFor<Name>',
    '<Name>ClientOptions',
    '<Name>Events',
    ...STORE_NAMES,
  ],
  event_source_react: [
    'use<Name>',
    '<name>QueryOptions',
    'stream<Name>',
    '<Name>ClientOptions',
    '<Name>Events',
    ...STORE_NAMES,
  ],
  event_source_svelte: ['<name>Store', ...STORE_NAMES],
  event_source_vue: ['use<Name>', ...STORE_NAMES],
  event_source_angular: ['inject<Name>', ...STORE_NAMES],
  event_source_rxjs: [
    'observe<Name>',
    'listenFor<Name>',
    '<Name>ClientOptions',
    '<Name>Events',
    '<Name>ParametersInput',
  ],
}

/** The generated names of a channel, each after its module and a space. */
export function identifiersOf(name: string): string[] {
  const camel = camelName(name)
  return Object.entries(TEMPLATE_NAMES).flatMap(([module, patterns]) =>
    patterns.map(
      (pattern) => `${module} ${pattern.replace('<Name>', name).replace('<name>', camel)}`,
    ),
  )
}
