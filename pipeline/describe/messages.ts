import { camelName } from '../../filters/naming'
import type { SourceChannel, SourceDocument, SourceMessage } from './document'
import { entries, isRecord, list, pointer, record, text, type Raw } from './raw'

/** The schema of a payload or of headers, out of the wrapper that 3.x may put around it. */
export interface SourceSchema {
  /** `undefined`: the message has none. */
  readonly schema: unknown
  readonly format: string | undefined
  /** Whether the parser made JSON Schema of what the document has. */
  readonly converted: boolean
  readonly pointer: string
}

/** Where the parser keeps what a schema parser has converted. */
const ORIGINAL = 'x-parser-original-payload'

export function payloadOf(message: SourceMessage): SourceSchema {
  return unwrap(
    message.raw['payload'],
    text(message.raw['schemaFormat']),
    ORIGINAL in message.raw,
    `${message.pointer}/payload`,
  )
}

export function headersOf(message: SourceMessage): SourceSchema {
  return unwrap(message.raw['headers'], undefined, false, `${message.pointer}/headers`)
}

/** 3.x multi-format schema objects carry their format beside the schema; 2.x messages carry it themselves. */
function unwrap(
  value: unknown,
  format: string | undefined,
  converted: boolean,
  at: string,
): SourceSchema {
  if (isRecord(value) && typeof value['schemaFormat'] === 'string' && 'schema' in value) {
    return {
      schema: value['schema'],
      format: value['schemaFormat'],
      converted: ORIGINAL in value,
      pointer: `${at}/schema`,
    }
  }
  return { schema: value, format, converted, pointer: at }
}

/** Example payloads: the message's own, else its schema's. */
export function examplesOf(message: SourceMessage): readonly unknown[] {
  const own = list(message.raw['examples']).flatMap((example) =>
    isRecord(example) && 'payload' in example ? [example['payload']] : [],
  )
  return own.length > 0 ? own : list(record(payloadOf(message).schema)['examples'])
}

export function contentTypeOf(message: SourceMessage, document: Raw): string | undefined {
  return text(message.raw['contentType']) ?? text(document['defaultContentType'])
}

/** What the messages of a document are called, as models and on the wire. */
export class MessageNames {
  readonly #components = new Map<Raw, string>()
  readonly #keys = new Map<Raw, Set<string>>()

  constructor(document: SourceDocument) {
    for (const [name, message] of entries(record(document.raw['components'])['messages'])) {
      if (!this.#components.has(message)) this.#components.set(message, name)
    }
    for (const channel of document.channels) {
      for (const { key, raw } of channel.messages) {
        if (key !== undefined) this.#keys.set(raw, (this.#keys.get(raw) ?? new Set()).add(key))
      }
    }
  }

  /**
   * The name of a message's model: 3.x its key (a component message under several keys: the component's name);
   * 2.x `messageId`, `name`, component key, else what its channel is called.
   */
  model(message: SourceMessage, channelName: string): string {
    const component = this.#components.get(message.raw)
    if (message.key !== undefined) {
      return (this.#keys.get(message.raw)?.size ?? 0) > 1 ? (component ?? message.key) : message.key
    }
    return (
      text(message.raw['messageId']) ??
      text(message.raw['name']) ??
      component ??
      `${channelName}Message`
    )
  }

  /** The wire's `event:`, in order of preference; the caller takes the first that is free and fit for the wire. */
  events(message: SourceMessage, channelName: string): string[] {
    const explicit = explicitEvent(message)
    const model = this.model(message, channelName)
    const candidates = [
      explicit,
      text(message.raw['name']),
      message.key,
      text(message.raw['messageId']),
      this.#components.get(message.raw),
      camelName(model),
    ]
    return candidates.filter((candidate) => candidate !== undefined)
  }
}

/** What `x-eventsource: { event }` says. */
export function explicitEvent(message: SourceMessage): string | undefined {
  return text(record(message.raw['x-eventsource'])['event'])
}

/**
 * Whether a text can be the value of an `event:` line: not empty, no CR, LF or NUL (HTML §9.2.6), and the same after
 * UTF-8 (no lone surrogate).
 */
export function isEventName(name: string): boolean {
  return name !== '' && !/[\r\n\0]/.test(name) && !/\p{Cs}/u.test(name)
}

/** Value of a discriminating property, by which an event without a name is recognised. */
export function discriminatorOf(
  schema: unknown,
): { property: string; values: readonly string[] } | null {
  const raw = record(schema)
  const property = text(raw['discriminator']) ?? text(record(raw['discriminator'])['propertyName'])
  if (property === undefined) return null
  const declared = record(record(raw['properties'])[property])
  const value = declared['const']
  const values = (typeof value === 'string' ? [value] : list(declared['enum'])).filter(
    (item) => typeof item === 'string',
  )
  if (values.length > 0) return { property, values }
  const id = text(raw['x-parser-schema-id'])
  return id === undefined || id.startsWith('<') ? null : { property, values: [id] }
}

/** Definitions of a channel's parameters, in the order of its address. */
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
  const declared = record(channel.raw['parameters'])
  return names.map((name) => {
    const raw = record(declared[name])
    return {
      name,
      pointer: `${channel.pointer}/${pointer('parameters', name).slice(2)}`,
      description: text(raw['description']),
      schema: raw['schema'],
      enum: strings(raw['enum']),
      default: text(raw['default']),
      examples: strings(raw['examples']),
    }
  })
}

function strings(value: unknown): string[] | undefined {
  const found = list(value).filter((item) => typeof item === 'string')
  return found.length > 0 ? found : undefined
}
