import { addressParameters, isAmbiguous, isLiteralPath } from '../../filters/address'
import { Code } from '../../filters/code'
import { NameRegistry, pascalName } from '../../filters/naming'
import { buildModels, type Models } from '../codegen/models'
import type { Options } from '../options'
import type { Diagnostics } from '../diagnostics'
import { Samples } from '../samples/samples'
import { isConvertedQuery } from '../document/address-query'
import type { SourceDocument } from '../document/document'
import { extensionOf } from '../document/extension'
import { objectEntries, asObject, asString } from '../json'
import { explicitEventName, parameterDefinitions } from '../document/messages'
import { buildAuthentication, schemesOf, type SecuritySchemes } from '../document/security'
import type { SelectedChannel } from '../document/selection'
import { identifiersOf, RESERVED_SUFFIXES } from './channel-names'
import { buildBody, buildEvents, endOf } from './channel-content'
import { lazy } from './freeze'
import { MessageCollector, type StreamPlan } from './messages'
import { constantsOfQuery, queryOf, type QueryRequest } from './query'
import { compareRoutes, type RoutePrecedence } from './routes'
import type { Channel, Server } from './view'

interface ChannelsRequest {
  readonly source: SourceDocument
  readonly selected: readonly SelectedChannel[]
  readonly securitySchemes: SecuritySchemes
  readonly names: NameRegistry
  readonly servers: readonly Server[]
  readonly defaultServer: Server | null
  readonly options: Options
  readonly diagnostics: Diagnostics
}

interface ChannelPlan {
  readonly channel: SelectedChannel
  readonly name: string
  /** Names of the address parameters. */
  readonly parameters: readonly string[]
  readonly stream: StreamPlan
  /** Names of the requested payload models of the body; null for a message without a payload. */
  readonly body: readonly (string | null)[]
  readonly query: QueryRequest | undefined
}

/** The selected channels with their names, events and models. */
export function buildChannels(request: ChannelsRequest): { channels: Channel[]; models: Models } {
  const { names, diagnostics } = request
  const collector = new MessageCollector(request)
  const plans = planChannels(request, collector)
  // If the sides of a channel differ, they share parameters and query.
  const unique = [...new Map(plans.map((plan) => [plan.name, plan])).values()]
  const models = buildModels({
    ...collector.modelRequests(),
    parameters: unique
      .filter(({ parameters }) => parameters.length > 0)
      .map(({ channel, name, parameters }) => ({
        name: `${name}Parameters`,
        address: channel.address,
        pointer: channel.source.pointer,
        parameters: parameterDefinitions(channel.source, parameters),
      })),
    queries: unique.flatMap(({ name, query }) =>
      query === undefined ? [] : [{ name: `${name}Query`, ...query }],
    ),
    components: new Map(
      objectEntries(asObject(request.source.raw['components'])['schemas'])
        .reverse()
        .map(([name, schema]) => [schema, name]),
    ),
    registry: names,
    model: request.options.model,
    hasValidators: request.options.validation !== 'none',
    note: diagnostics.note,
    error: diagnostics.error,
  })
  const samples = new Samples(models.payloads)
  const routes = routesOf(plans, diagnostics)
  const channels = plans.map((plan) => {
    const route = routes.get(plan) ?? {
      moreSpecific: [],
      isSelectedByQuery: false,
      otherMethods: [],
    }
    return buildChannel(plan, request, models, samples, route)
  })
  return { channels, models }
}

function planChannels(request: ChannelsRequest, collector: MessageCollector): ChannelPlan[] {
  const { selected, names, diagnostics } = request
  const channelNames = nameChannels(request)
  for (const name of new Set(channelNames)) {
    for (const suffix of RESERVED_SUFFIXES) names.reserve(name + suffix)
  }
  return selected.map((channel, index) => {
    const name = channelNames[index] ?? ''
    const parameters = addressParameters(channel.address)
    if (isAmbiguous(channel.address)) {
      diagnostics.note(
        `${channel.source.pointer}: parameters of "${channel.address}" share a path segment; a value that contains the separator is parsed incorrectly`,
      )
    }
    reportUnknownParameters(channel, parameters, diagnostics)
    return {
      channel,
      name,
      parameters,
      stream: collector.planStream(channel, name),
      body: channel.body.map((message) => collector.requestPayload(message, name)),
      query: queryOf(channel, diagnostics.note),
    }
  })
}

function buildChannel(
  plan: ChannelPlan,
  request: ChannelsRequest,
  models: Models,
  samples: Samples,
  route: RoutePrecedence,
): Channel {
  const { name, channel, stream } = plan
  const { source, servers, address, hasClient, hasServer, operation, securedOperation, method } =
    channel
  const { options, securitySchemes } = request
  const defaultServer = serverOf(channel, request)
  const secured = [servers, securedOperation?.raw, defaultServer?.id] as const
  const security = securitySchemes.requirements(...secured)
  const query = models.queries.find((one) => one.name.text === `${name}Query`) ?? null
  const parameters = models.parameters.find((one) => one.name.text === `${name}Parameters`) ?? null
  const events = buildEvents(stream.events, models, samples)
  const body = method === 'GET' ? null : buildBody(channel.body, plan.body, models, samples)
  const example = lazy(() => samples.sampleChannel(address, parameters, query, events, body))
  return {
    name: new Code(name),
    id: source.key,
    address,
    title: asString(source.raw['title']) ?? asString(operation?.raw['title']),
    description:
      asString(source.raw['description']) ??
      asString(operation?.raw['description']) ??
      asString(operation?.raw['summary']),
    hasClient,
    hasServer,
    method,
    isRequest: method !== 'GET',
    isSentOnce: method === 'POST' || method === 'PUT',
    body,
    ...endOf(stream.sentinels, events, body),
    parameters,
    needsAddressExpansion: !isLiteralPath(address),
    events,
    instanceModels: events.flatMap(({ payload, isInstanceUnique }) =>
      isInstanceUnique && payload !== null ? [payload.name] : [],
    ),
    hasMultipleMessages: events.length > 1,
    hasAliases: events.some(({ aliases }) => aliases.length > 0),
    sendsEventName:
      events.length > 1 ||
      stream.events.some(({ message }) => explicitEventName(message) !== undefined),
    query,
    queryConstants: route.isSelectedByQuery ? constantsOfQuery(plan.query?.schema) : [],
    moreSpecificAddresses: route.moreSpecific,
    otherMethods: route.otherMethods,
    requiresOptions: (query !== null && !query.isOptional) || body?.isRequired === true,
    security,
    requiresAuthorize: securitySchemes.isRequired(...secured),
    schemes: schemesOf(security),
    auth: buildAuthentication(security, options.client),
    defaultServer,
    get example() {
      return example()
    },
  }
}

/**
 * The server of the parameter `server` if the channel uses it; otherwise the only server with an included protocol that
 * the channel lists.
 */
function serverOf(channel: SelectedChannel, request: ChannelsRequest): Server | null {
  const { defaultServer, servers } = request
  const own = channel.source.ownServers.filter((id) => channel.servers.includes(id))
  if (defaultServer !== null && (own.length === 0 || own.includes(defaultServer.id))) {
    return defaultServer
  }
  return own.length === 1 ? (servers.find(({ id }) => id === own[0]) ?? null) : defaultServer
}

/** Unique `<Name>`s in document order: a duplicate gets the channel key as prefix, then a number. */
function nameChannels({ selected, options, diagnostics }: ChannelsRequest): string[] {
  const names = new NameRegistry(
    [],
    (message) => {
      diagnostics.note(`channel names: ${message}`)
    },
    identifiersOf,
  )
  const known = new Map<unknown, string>()
  return selected.map(({ source, address, operation }) => {
    const explicit =
      asString(extensionOf(source.raw)['name']) ??
      asString(asObject(source.raw['x-the-codegen-project'])['channelName'])
    const byParameter =
      options.naming === 'channel'
        ? source.key
        : options.naming === 'operation'
          ? operation?.id
          : undefined
    const name =
      known.get(source) ??
      names.allocate(
        explicit ?? byParameter ?? (pascalName(address) === '' ? 'Root' : address),
        source.key,
      )
    known.set(source, name)
    return name
  })
}

function reportUnknownParameters(
  { source, address, query }: SelectedChannel,
  names: readonly string[],
  diagnostics: Diagnostics,
): void {
  for (const [name, raw] of objectEntries(source.raw['parameters'])) {
    const isInQuery =
      query.some(({ parameter }) => parameter === name) ||
      isConvertedQuery(name, raw, address, query)
    if (names.includes(name) || isInQuery) continue
    diagnostics.note(
      `${source.pointer}/parameters: "${name}" is not in the address "${source.address ?? ''}"; describe a query parameter in "bindings.http.query" of the operation`,
    )
  }
}

/** Precedence of the routes in the server. */
function routesOf(
  plans: readonly ChannelPlan[],
  diagnostics: Diagnostics,
): ReadonlyMap<ChannelPlan, RoutePrecedence> {
  const served = plans.filter(({ channel }) => channel.hasServer)
  const precedences = compareRoutes(
    served.map((plan) => ({
      place: `channel "${plan.channel.source.key}"`,
      method: plan.channel.method,
      address: plan.channel.address,
      constants: constantsOfQuery(plan.query?.schema),
    })),
    diagnostics,
  )
  return new Map(
    served.flatMap((plan, index) => {
      const precedence = precedences[index]
      return precedence === undefined ? [] : [[plan, precedence] as const]
    }),
  )
}
