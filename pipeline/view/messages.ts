import type { ModelRequest } from '../codegen/requests'
import type { NameRegistry } from '../../filters/naming'
import type { Diagnostics } from '../diagnostics'
import type { Options } from '../options'
import type { SourceDocument, SourceMessage } from '../document/document'
import { discriminatorsOf, type Discriminator } from '../document/event-names'
import {
  contentTypeOf,
  describeMessage,
  examplesOf,
  headersOf,
  isEventName,
  MessageNames,
  payloadOf,
} from '../document/messages'
import { asString } from '../json'
import type { SelectedChannel } from '../document/selection'
import { endingOf, terminatorsOf, type Ending } from '../document/endings'

/** Names and payload of one message of a channel. */
export interface EventPlan {
  readonly message: SourceMessage
  readonly type: string
  /** Additional names on the wire for the message. */
  readonly aliases: readonly string[]
  /** Name of the requested payload model; null for a message without a payload. */
  readonly payloadName: string | null
  readonly discriminator: Discriminator | null
  readonly ending: Ending
}

export interface StreamPlan {
  /** Excludes messages that are only an end marker. */
  readonly events: readonly EventPlan[]
  /** Data values that end the stream. */
  readonly sentinels: readonly string[]
}

interface Request {
  readonly source: SourceDocument
  readonly names: NameRegistry
  readonly options: Options
  readonly diagnostics: Diagnostics
}

/** Collects the payload requests for the models, each message once. */
export class MessageCollector {
  readonly #request: Request
  readonly #sourceNames: MessageNames
  readonly #payloads: ModelRequest['payloads'] = []
  readonly #headers: ModelRequest['headers'] = []
  readonly #payloadNames = new Map<unknown, string | null>()

  constructor(request: Request) {
    this.#request = request
    this.#sourceNames = new MessageNames(request.source)
  }

  modelRequests(): Pick<ModelRequest, 'payloads' | 'headers'> {
    return { payloads: this.#payloads, headers: this.#headers }
  }

  planStream(channel: SelectedChannel, channelName: string): StreamPlan {
    const terminators = this.#terminators(channel)
    const endings = channel.messages.map((message) =>
      endingOf(
        message.raw,
        payloadOf(message).schema,
        terminators,
        this.#sourceNames.eventNames(message, channelName),
      ),
    )
    const isEvent = (_: unknown, index: number): boolean => endings[index]?.sentinel === null
    const messages = channel.messages.filter(isEvent)
    const kept = endings.filter(isEvent)
    const discriminators = discriminatorsOf(messages.map((message) => payloadOf(message).schema))
    const taken = new Map<string, unknown>()
    const plans = messages.flatMap((message, index): EventPlan[] => {
      const type = this.#eventType(message, channelName, taken)
      if (type === undefined) return []
      taken.set(type, message.raw)
      return [
        {
          message,
          type,
          aliases: [],
          payloadName: this.requestPayload(message, channelName),
          discriminator: discriminators[index] ?? null,
          ending: kept[index] ?? { isTerminal: false, sentinel: null },
        },
      ]
    })
    const declared = terminators.filter((text) => !plans.some(({ type }) => type === text))
    const sentinels = endings.flatMap(({ sentinel }) => sentinel ?? [])
    return { events: withAliases(plans), sentinels: [...new Set([...sentinels, ...declared])] }
  }

  #terminators({ source, operation, messages }: SelectedChannel): string[] {
    const { raw } = this.#request.source
    const parts = [source.raw, operation?.raw ?? {}, ...messages.map((one) => one.raw), raw]
    return terminatorsOf(parts)
  }

  #eventType(
    message: SourceMessage,
    channelName: string,
    taken: ReadonlyMap<string, unknown>,
  ): string | undefined {
    const [wanted = '', ...others] = this.#sourceNames.eventNames(message, channelName)
    // The same message twice with one name is one event.
    if (taken.get(wanted) === message.raw) return undefined
    const available = [wanted, ...others].find((name) => isEventName(name) && !taken.has(name))
    const fallback = others.findLast(isEventName) ?? 'message'
    let type = available ?? fallback
    for (let count = 2; available === undefined && taken.has(type); count += 1)
      type = `${fallback}${count}`
    if (type !== wanted) {
      const reason = isEventName(wanted)
        ? 'is taken by another message of the channel'
        : 'cannot be sent on an "event:" line'
      this.#request.diagnostics.note(
        `${message.pointer}: the event name ${JSON.stringify(wanted)} ${reason}; it is sent as "${type}"`,
      )
    }
    return type
  }

  /** Requests the model of a message's payload; returns its name, or null for a message without a payload. */
  requestPayload(message: SourceMessage, channelName: string): string | null {
    const known = this.#payloadNames.get(message.raw)
    if (known !== undefined) return known
    const { schema, format, isConverted, pointer } = payloadOf(message)
    const headers = this.#request.options.headers ? headersOf(message).schema : undefined
    let payloadName: string | null = null
    if (schema !== undefined || headers !== undefined) {
      const wantedName = this.#sourceNames.modelName(message, channelName)
      const name = this.#request.names.allocate(wantedName, channelName)
      if (schema !== undefined) {
        payloadName = name
        this.#payloads.push({
          name,
          wantedName,
          schema,
          pointer,
          contentType: contentTypeOf(message, this.#request.source.raw),
          schemaFormat: format,
          isConverted,
          ...describeMessage(message),
          examples: [...examplesOf(message)],
        })
      }
      if (headers !== undefined) {
        this.#headers.push({
          name: this.#request.names.allocate(`${name}Headers`, channelName),
          schema: headers,
          pointer: headersOf(message).pointer,
        })
      }
    }
    this.#payloadNames.set(message.raw, payloadName)
    return payloadName
  }
}

/** Adds the names that a server may send for a message, unless they match several messages. */
function withAliases(plans: readonly EventPlan[]): EventPlan[] {
  const candidates = plans.map(({ message, discriminator }) => {
    const title = asString(message.raw['title']) ?? ''
    return new Set([...(discriminator?.values ?? []), ...(/^\S+$/.test(title) ? [title] : [])])
  })
  const types = new Set(plans.map(({ type }) => type))
  const isUnique = (name: string): boolean =>
    !types.has(name) && candidates.filter((names) => names.has(name)).length === 1
  return plans.map((plan, index) => ({
    ...plan,
    // An event without a name is a `message` (HTML, "dispatch the event"), whichever message it contains.
    aliases: [...(candidates[index] ?? [])].filter(
      (name) => isEventName(name) && name !== 'message' && isUnique(name),
    ),
  }))
}
