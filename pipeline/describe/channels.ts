import { addressParameters, isAmbiguous, isPath } from '../../filters/address'
import { Code } from '../../filters/code'
import { Names, pascalName } from '../../filters/naming'
import { describeModels, type Models } from '../models/describe-models'
import type { PayloadModule } from '../models/shapes'
import type { Options } from '../parameters'
import type { Findings } from '../problems'
import { Samples } from '../samples/samples'
import type { Channel, ChannelEvent, Server } from '../view'
import type { SourceDocument, SourceMessage } from './document'
import {
  contentTypeOf,
  discriminatorOf,
  examplesOf,
  explicitEvent,
  headersOf,
  isEventName,
  MessageNames,
  parameterDefinitions,
  payloadOf,
} from './messages'
import { entries, isRecord, record, text } from './raw'
import { authentication, schemesOf, type SecuritySchemes } from './security'
import type { SelectedChannel } from './selection'

interface Request {
  readonly source: SourceDocument
  readonly selected: readonly SelectedChannel[]
  readonly security: SecuritySchemes
  readonly names: Names
  readonly base: Server | null
  readonly options: Options
  readonly findings: Findings
}

/** Suffixes of what the channel modules export for a channel called `<Name>`. */
const CHANNEL_SUFFIXES = [
  'Channel',
  'Events',
  'SendEvents',
  'Content',
  'Credentials',
  'ClientOptions',
  'Auth',
  'Parameters',
  'ParametersInput',
  'Query',
  'QueryInput',
]

/** The selected channels with names, events and models. */
export function describeChannels(request: Request): { channels: Channel[]; models: Models } {
  const { selected, names, findings } = request
  const channelNames = nameChannels(request)
  for (const name of channelNames) {
    for (const suffix of CHANNEL_SUFFIXES) names.reserve(name + suffix)
  }
  const messages = new Messages(request)
  const plans = selected.map((channel, index) => {
    const name = channelNames[index] ?? ''
    const parameters = addressParameters(channel.address)
    if (isAmbiguous(channel.address)) {
      findings.notice(
        `${channel.source.pointer}: parameters of "${channel.address}" share a path segment; a value that contains the text between them is read wrong`,
      )
    }
    reportUnknownParameters(channel, parameters, findings)
    return {
      channel,
      name,
      parameters,
      events: messages.plan(channel, name),
      query: queryOf(channel),
    }
  })
  const models = describeModels({
    ...messages.requests(),
    parameters: plans
      .filter(({ parameters }) => parameters.length > 0)
      .map(({ channel, name, parameters }) => ({
        name: `${name}Parameters`,
        address: channel.address,
        pointer: channel.source.pointer,
        parameters: parameterDefinitions(channel.source, parameters),
      })),
    queries: plans.flatMap(({ name, query }) =>
      query === undefined ? [] : [{ name: `${name}Query`, ...query }],
    ),
    components: new Map(
      entries(record(request.source.raw['components'])['schemas'])
        .reverse()
        .map(([name, schema]) => [schema, name]),
    ),
    names,
    model: request.options.model,
    validation: request.options.validation !== 'none',
    report: findings.notice,
    problem: findings.problem,
  })
  const samples = new Samples(models.payloads)
  const parameters = [...models.parameters]
  const queries = [...models.queries]
  const channels = plans.map((plan): Channel => {
    const { source, address, client, server, operation } = plan.channel
    const security = request.security.requirements(source, operation?.raw, request.options.server)
    const query = plan.query === undefined ? null : (queries.shift() ?? null)
    const pathParameters = plan.parameters.length > 0 ? (parameters.shift() ?? null) : null
    const payloads = plan.events.map(({ request: index }) =>
      index === null ? null : (models.byRequest[index] ?? null),
    )
    const events = plan.events.map((event, index) => describeEvent(event, payloads, index, samples))
    return {
      name: new Code(plan.name),
      id: source.key,
      address,
      title: text(source.raw['title']) ?? text(operation?.raw['title']),
      description:
        text(source.raw['description']) ??
        text(operation?.raw['description']) ??
        text(operation?.raw['summary']),
      client,
      server,
      parameters: pathParameters,
      filled: !isPath(address),
      events,
      instances: events.flatMap(({ payload, instance }) =>
        instance && payload !== null ? [payload.name] : [],
      ),
      several: plan.events.length > 1,
      named:
        plan.events.length > 1 ||
        plan.events.some(({ message }) => explicitEvent(message) !== undefined),
      query,
      optionsNeeded: query !== null && !query.optional,
      security,
      schemes: schemesOf(security),
      auth: authentication(security, request.options.client),
      base: request.base,
      example: samples.channel(address, pathParameters, query, events),
    }
  })
  return { channels, models }
}

/** `<Name>`s, told apart in document order: a channel whose name is taken gets its key in front, then a number. */
function nameChannels({ selected, options, findings }: Request): string[] {
  const names = new Names(
    [],
    (message) => {
      findings.notice(`channel names: ${message}`)
    },
    // `XSend` beside `X` would give two `XSendEvents`.
    'Send',
  )
  return selected.map(({ source, address, operation }) => {
    const explicit =
      text(record(source.raw['x-eventsource'])['name']) ??
      text(record(source.raw['x-the-codegen-project'])['channelName'])
    const byParameter =
      options.naming === 'channel'
        ? source.key
        : options.naming === 'operation'
          ? operation?.id
          : undefined
    return names.claim(
      explicit ?? byParameter ?? (pascalName(address) === '' ? 'Root' : address),
      source.key,
    )
  })
}

function reportUnknownParameters(
  { source }: SelectedChannel,
  names: readonly string[],
  findings: Findings,
): void {
  for (const [name] of entries(source.raw['parameters'])) {
    if (!names.includes(name)) {
      findings.notice(
        `${source.pointer}/parameters: "${name}" does not stand in the address "${source.address ?? ''}"`,
      )
    }
  }
}

/** Query parameters: from the `http` binding of the operation that gives the messages, else of any operation of the channel. */
function queryOf({
  source,
  operation,
}: SelectedChannel): { schema: unknown; pointer: string } | undefined {
  for (const candidate of operation === undefined
    ? source.operations
    : [operation, ...source.operations]) {
    const query = record(record(candidate.raw['bindings'])['http'])['query']
    if (isRecord(query))
      return { schema: query, pointer: `${candidate.pointer}/bindings/http/query` }
  }
  return undefined
}

interface EventPlan {
  readonly message: SourceMessage
  readonly type: string
  /** Index among the payload requests; null for a message without a payload. */
  readonly request: number | null
}

/** Collects what the models phase has to make, each message once. */
class Messages {
  readonly #request: Request
  readonly #sourceNames: MessageNames
  readonly #payloads: Parameters<typeof describeModels>[0]['payloads'] = []
  readonly #headers: Parameters<typeof describeModels>[0]['headers'] = []
  readonly #byMessage = new Map<unknown, number | null>()

  constructor(request: Request) {
    this.#request = request
    this.#sourceNames = new MessageNames(request.source)
  }

  requests(): Pick<Parameters<typeof describeModels>[0], 'payloads' | 'headers'> {
    return { payloads: this.#payloads, headers: this.#headers }
  }

  plan({ messages }: SelectedChannel, channelName: string): EventPlan[] {
    const taken = new Map<string, unknown>()
    return messages.flatMap((message): EventPlan[] => {
      const type = this.#eventType(message, channelName, taken)
      if (type === undefined) return []
      taken.set(type, message.raw)
      return [{ message, type, request: this.#payload(message, channelName) }]
    })
  }

  #eventType(
    message: SourceMessage,
    channelName: string,
    taken: ReadonlyMap<string, unknown>,
  ): string | undefined {
    const [wanted = '', ...others] = this.#sourceNames.events(message, channelName)
    // The same message twice under one name is one event.
    if (taken.get(wanted) === message.raw) return undefined
    const fit = [wanted, ...others].find((name) => isEventName(name) && !taken.has(name))
    const fallback = others.at(-1) ?? 'message'
    let type = fit ?? fallback
    for (let count = 2; fit === undefined && taken.has(type); count += 1)
      type = `${fallback}${count}`
    if (type !== wanted) {
      const reason = isEventName(wanted)
        ? 'is taken by another message of the channel'
        : 'cannot stand on an event line'
      this.#request.findings.notice(
        `${message.pointer}: the event name ${JSON.stringify(wanted)} ${reason}; it is sent as "${type}"`,
      )
    }
    return type
  }

  #payload(message: SourceMessage, channelName: string): number | null {
    const known = this.#byMessage.get(message.raw)
    if (known !== undefined) return known
    const { schema, format, converted, pointer } = payloadOf(message)
    const headers = headersOf(message)
    let index: number | null = null
    if (schema !== undefined || headers.schema !== undefined) {
      const name = this.#request.names.claim(
        this.#sourceNames.model(message, channelName),
        channelName,
      )
      if (schema !== undefined) {
        index = this.#payloads.length
        this.#payloads.push({
          name,
          schema,
          pointer,
          contentType: contentTypeOf(message, this.#request.source.raw),
          schemaFormat: format,
          converted,
          title: text(message.raw['title']),
          description: text(message.raw['description']) ?? text(message.raw['summary']),
          deprecated: message.raw['deprecated'] === true,
          examples: [...examplesOf(message)],
        })
      }
      if (headers.schema !== undefined) {
        this.#headers.push({
          name: this.#request.names.claim(`${name}Headers`, channelName),
          schema: headers.schema,
          pointer: headers.pointer,
        })
      }
    }
    this.#byMessage.set(message.raw, index)
    return index
  }
}

function describeEvent(
  { message, type }: EventPlan,
  payloads: readonly (PayloadModule | null)[],
  index: number,
  samples: Samples,
): ChannelEvent {
  const payload = payloads[index] ?? null
  const examples = examplesOf(message)
  const sample = samples.payload(payload, examples)
  return {
    type,
    payload,
    instance:
      payload !== null &&
      payload.instance &&
      payloads.filter((other) => other === payload).length === 1,
    discriminator: discriminatorOf(payloadOf(message).schema),
    title: text(message.raw['title']),
    description: text(message.raw['description']) ?? text(message.raw['summary']),
    deprecated: message.raw['deprecated'] === true,
    examples,
    sample,
    sendable: payload === null || sample !== null,
  }
}
