import { block } from '../support/scripted-api'

/** One event as an API sends it. */
export interface ScriptedEvent {
  /** Lines of the event, without the blank line behind it. */
  readonly text: string
  /** The message of the document that it has to reach; null: the client has to report it. */
  readonly message: string | null
}

/** What an API does at one stream. */
export interface ScriptedStream {
  /** `<Name>` of the generated functions. */
  readonly name: string
  readonly method: 'GET' | 'POST'
  /** Path and query that the API expects. */
  readonly path: string
  readonly parameters?: Readonly<Record<string, string>>
  readonly body?: object
  readonly options?: object
  readonly events: readonly ScriptedEvent[]
  /** Text of the end: a sentinel. Default: none. */
  readonly end?: string
  /** Whether the document describes the end, so that a stream without it is incomplete. */
  readonly hasEnd?: boolean
}

/** The streams of one document, and those that its prose excludes. */
export interface ScriptedDocument {
  /** Start of the file's name. */
  readonly file: string
  readonly streams: readonly ScriptedStream[]
  /** Names of channels that the document describes, and why they have no working client. */
  readonly leftOut?: Readonly<Record<string, string>>
}

/** An event with JSON data. @param name the `event` field, if the API sends one */
export function event(message: string | null, payload: unknown, name?: string): ScriptedEvent {
  return { text: block(payload, name), message }
}

/** Events without an `event` field: `[message, payload]`. */
export const unnamed = (...events: (readonly [string, unknown])[]): ScriptedEvent[] =>
  events.map(([message, payload]) => event(message, payload))

/** Events whose `event` field is a property of their payload: `[message, payload]`. */
export const named = (
  property: string,
  ...events: (readonly [string, Readonly<Record<string, unknown>>])[]
): ScriptedEvent[] =>
  events.map(([message, payload]) => event(message, payload, String(payload[property])))
