import type { Code } from '../../filters/code'
import type { PayloadModel } from '../codegen/shapes'
import type { Host } from '../options'
import { buildHosts } from './hosts'
import type { Channel, ChannelModule } from './view'

/** One side of the output: imports and calls of the module of these channels. */
export function buildChannelModule({
  channels,
  runtimeModule,
  hasValidators,
  validatesByDefault,
  hosts = [],
  areRunsEnabled = false,
}: {
  readonly channels: readonly Channel[]
  /** Path below `runtime/`. */
  readonly runtimeModule: string
  readonly hasValidators: boolean
  readonly validatesByDefault: boolean
  /** Server only. */
  readonly hosts?: readonly Host[]
  /** Server only: whether request streams have resumable runs. */
  readonly areRunsEnabled?: boolean
}): ChannelModule {
  const streams = channels.filter(({ isRequest }) => !isRequest)
  const hasHubs = streams.length > 0
  const hasRequests = channels.some(({ isRequest }) => isRequest)
  const hasRuns = areRunsEnabled && hasRequests
  return {
    channels,
    streams,
    canResume: runtimeModule === 'fetch-client',
    hosts: buildHosts(hosts),
    express: hosts.includes('express'),
    fetch: hosts.includes('fetch'),
    node: hosts.includes('node'),
    fastify: hosts.includes('fastify'),
    runtimePath: `../runtime/${runtimeModule}`,
    runtimePathFromRoot: `./runtime/${runtimeModule}`,
    ...importsOf(channels),
    streamParameters: streams.flatMap(({ parameters }) => parameters ?? []),
    hasHubs,
    hasRequests,
    hasRuns,
    hasHubsOrRuns: hasHubs || hasRuns,
    ...requirementsOf(channels),
    hasValidators,
    validatesByDefault,
  }
}

/** Names of other modules that the module of the channels imports. */
function importsOf(channels: readonly Channel[]) {
  const payloads = channels.flatMap(({ events }) => events.flatMap(({ payload }) => payload ?? []))
  const bodyPayloads = channels.flatMap(({ body }) => body?.payloads ?? [])
  const models = uniqueByText([...payloads, ...bodyPayloads].map(({ name }) => name))
  const inputsOf = (modules: readonly PayloadModel[]): Code[] =>
    [...uniqueByText(modules.flatMap(({ inputTypes }) => inputTypes)).values()].filter(
      ({ text }) => !models.has(text),
    )
  return {
    models: [...models.values()],
    sendInputTypes: inputsOf(payloads),
    bodyInputTypes: inputsOf(bodyPayloads),
    parameters: channels.flatMap(({ parameters }) => parameters ?? []),
    inputModels: channels.flatMap(({ parameters, query }) =>
      [parameters ?? [], query ?? []].flat(),
    ),
  } satisfies Partial<ChannelModule>
}

/** What at least one of the channels needs. */
function requirementsOf(channels: readonly Channel[]) {
  const bodies = channels.flatMap(({ body }) => body ?? [])
  const schemes = channels.flatMap(({ auth }) => auth?.schemes ?? [])
  return {
    hasSecurity: channels.some(({ requiresAuthorize }) => requiresAuthorize),
    namesHttpTypes: channels.some(({ body, query }) => body !== null || query !== null),
    hasBodyUnions: bodies.some(({ payloads }) => payloads.length > 1),
    hasUncheckedBodies: bodies.some(({ payloads }) => payloads.length === 0),
    needsEndDetector: channels.some(({ needsEndDetector }) => needsEndDetector),
    usesProviders: schemes.length > 0 || channels.some(({ isSentOnce }) => isSentOnce),
    hasEventWithoutPayload: channels.some(({ events }) =>
      events.some(({ payload }) => payload === null),
    ),
    needsAddressExpansion: channels.some(({ needsAddressExpansion }) => needsAddressExpansion),
    hasMultipleMessages: channels.some(({ hasMultipleMessages }) => hasMultipleMessages),
    hasServerVariables: channels.some(({ defaultServer }) => defaultServer?.hasVariables === true),
    acceptsAuth: schemes.length > 0,
    usesBasicAuth: schemes.some((scheme) => scheme.isBasic),
  } satisfies Partial<ChannelModule>
}

function uniqueByText(codes: readonly Code[]): ReadonlyMap<string, Code> {
  return new Map(codes.map((code) => [code.text, code]))
}
