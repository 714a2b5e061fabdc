import { camelName } from '../../filters/naming'
import { shortNames } from '../short-names'
import { extensionOf } from './extension'
import { propertyConstants } from './schema-constants'
import { httpBindingMember } from './document'
import type { SourceChannel, SourceDocument, SourceMessage } from './document'
import { objectEntries, isJsonObject, asArray, asObject, asString, type JsonObject } from '../json'
import { jsonPointer } from '../json-pointer'

/** The schema of a payload or of headers, without the optional wrapper object of 3.x. */
export interface SourceSchema {
  /** `undefined`: the message has no schema. */
  readonly schema: unknown
  readonly format: string | undefined
  /** Whether the parser converted another schema format to JSON Schema. */
  readonly isConverted: boolean
  readonly pointer: string
}

/** Property in which the parser stores a payload schema before its conversion. */
const ORIGINAL_PAYLOAD = 'x-parser-original-payload'

/** Property in which the parser stores the `schemaFormat` of a converted payload of 2.x. */
const ORIGINAL_FORMAT = 'x-parser-original-schema-format'

export function payloadOf(message: SourceMessage): SourceSchema {
  return unwrapSchema(
    message.raw['payload'],
    asString(message.raw[ORIGINAL_FORMAT]) ?? asString(message.raw['schemaFormat']),
    ORIGINAL_PAYLOAD in message.raw,
    `${message.pointer}/payload`,
  )
}

export function headersOf(message: SourceMessage): SourceSchema {
  return unwrapSchema(message.raw['headers'], undefined, false, `${message.pointer}/headers`)
}

/** 3.x multi-format schema objects have `schemaFormat` next to the schema; 2.x messages have it themselves. */
function unwrapSchema(
  value: unknown,
  format: string | undefined,
  isConverted: boolean,
  at: string,
): SourceSchema {
  if (isJsonObject(value) && typeof value['schemaFormat'] === 'string' && 'schema' in value) {
    return {
      schema: value['schema'],
      format: value['schemaFormat'],
      isConverted: ORIGINAL_PAYLOAD in value,
      pointer: `${at}/schema`,
    }
  }
  return { schema: value, format, isConverted, pointer: at }
}

/** Example payloads of the message, otherwise of its schema. */
export function examplesOf(message: SourceMessage): readonly unknown[] {
  const own = asArray(message.raw['examples']).flatMap((example) =>
    isJsonObject(example) && 'payload' in example ? [example['payload']] : [],
  )
  return own.length > 0 ? own : asArray(asObject(payloadOf(message).schema)['examples'])
}

export function contentTypeOf(message: SourceMessage, document: JsonObject): string | undefined {
  return asString(message.raw['contentType']) ?? asString(document['defaultContentType'])
}

/** Title, description (otherwise the summary) and deprecation of a message. */
export function describeMessage({ raw }: SourceMessage): {
  readonly title: string | undefined
  readonly description: string | undefined
  readonly deprecated: boolean
} {
  return {
    title: asString(raw['title']),
    description: asString(raw['description']) ?? asString(raw['summary']),
    deprecated: raw['deprecated'] === true,
  }
}

/** Names of the messages of a document, for models and on the wire. */
export class MessageNames {
  readonly #components = new Map<JsonObject, string>()
  readonly #keys = new Map<JsonObject, Set<string>>()
  /** The last parts of the ids of all operations. */
  readonly #operations = new Set<string>()

  readonly #shortName: (name: string) => string

  constructor(document: SourceDocument) {
    for (const [name, message] of objectEntries(asObject(document.raw['components'])['messages'])) {
      if (!this.#components.has(message)) this.#components.set(message, name)
    }
    for (const { operations } of document.channels) {
      for (const { id = '' } of operations) this.#operations.add(id.slice(id.lastIndexOf('.') + 1))
    }
    for (const channel of document.channels) {
      for (const message of channel.messages) {
        const { raw } = message
        const key = this.#keyOf(message)
        if (key !== undefined) this.#keys.set(raw, (this.#keys.get(raw) ?? new Set()).add(key))
      }
    }
    this.#shortName = shortNames([
      ...this.#components.values(),
      ...[...this.#keys.values()].flatMap((keys) => [...keys]),
    ])
  }

  /**
   * Name of a message's model. 3.x: the message key (a component message with several keys: the component name). 2.x:
   * `messageId`, `name`, component key, otherwise the channel name.
   */
  modelName(message: SourceMessage, channelName: string): string {
    return this.#shortName(this.#qualifiedName(message, channelName))
  }

  #qualifiedName(message: SourceMessage, channelName: string): string {
    const component = this.#components.get(message.raw)
    const key = this.#keyOf(message)
    if (key !== undefined) {
      return (this.#keys.get(message.raw)?.size ?? 0) > 1 ? (component ?? key) : key
    }
    return (
      asString(message.raw['messageId']) ??
      asString(message.raw['name']) ??
      component ??
      `${channelName}Message`
    )
  }

  /** Candidates for the `event:` field in order of preference. The caller takes the first that is valid and not in use. */
  eventNames(message: SourceMessage, channelName: string): string[] {
    const explicit = explicitEventName(message)
    const model = this.modelName(message, channelName)
    const candidates = [
      explicit,
      asString(message.raw['name']),
      this.#keyOf(message),
      asString(message.raw['messageId']),
      this.#components.get(message.raw),
      camelName(model),
    ]
    return candidates.filter((candidate) => candidate !== undefined)
  }

  /**
   * The key, unless the AsyncAPI converter made it of the operation and a number (`watchRoom.message.0`): the names of
   * 2.x then apply, so that a converted document has the same code and the same events.
   */
  #keyOf({ key }: SourceMessage): string | undefined {
    const operation = /^([^.]+)\.message\.\d+$/.exec(key ?? '')?.[1]
    return operation !== undefined && this.#operations.has(operation) ? undefined : key
  }
}

/** Event name that the message declares: `x-eventsource: { event }`, otherwise a constant header `event`. */
export function explicitEventName(message: SourceMessage): string | undefined {
  const { raw } = message
  return (
    asString(extensionOf(raw)['event']) ??
    constantHeader(httpBindingMember(raw, 'headers')?.value, 'event') ??
    constantHeader(raw['headers'], 'event')
  )
}

function constantHeader(headers: unknown, name: string): string | undefined {
  const [value, ...others] = propertyConstants(headers, name) ?? []
  return typeof value === 'string' && others.length === 0 ? value : undefined
}

/**
 * Whether a text is a valid value of an `event:` field: not empty, no CR, LF or NUL (HTML §9.2.6), and unchanged by
 * UTF-8 (no lone surrogate).
 */
export function isEventName(name: string): boolean {
  return name !== '' && !/[\r\n\0]/.test(name) && !/\p{Cs}/u.test(name)
}

/** Definitions of a channel's parameters, in address order. */
export function parameterDefinitions(
  channel: SourceChannel,
  names: readonly string[],
): {
  name: string
  pointer: string
  description: string | undefined
  schema: unknown
  enum: string[] | undefined
  default: string | undefined
  examples: string[] | undefined
}[] {
  const declared = asObject(channel.raw['parameters'])
  return names.map((name) => {
    const raw = asObject(declared[name])
    return {
      name,
      pointer: `${channel.pointer}/${jsonPointer('parameters', name).slice(2)}`,
      description: asString(raw['description']),
      schema: raw['schema'],
      enum: asStrings(raw['enum']),
      default: asString(raw['default']),
      examples: asStrings(raw['examples']),
    }
  })
}

function asStrings(value: unknown): string[] | undefined {
  const found = asArray(value).filter((item) => typeof item === 'string')
  return found.length > 0 ? found : undefined
}
