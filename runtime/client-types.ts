import type { ChannelDescriptor, EventDescriptor } from './channel'
import type { EventSourceError } from './errors'
import type { ParametersModel, QueryModel } from './parameters'

import type {} from './disposable'

/** A value, or a function that is asked for it. */
export type Provided<T> = T | (() => T | Promise<T>)

/** One kind of event, whatever its payload. */
type AnyEvent = EventDescriptor<PropertyKey, unknown>

interface AnyChannel {
  readonly name: string
  readonly events: readonly AnyEvent[]
}

/**
 * What a client knows about its channel. What only some channels need is a function that comes with the description of
 * those, so that no other client carries its code.
 */
export interface ClientChannel<E, P> extends Pick<
  ChannelDescriptor<E, P>,
  'name' | 'address' | 'events'
> {
  readonly parameters?: ParametersModel<P> | null
  /** Fills the parameters in; where there is none, the address stands in a URL as it is. */
  readonly fill?: (address: string, values: Readonly<Record<string, string>>) => string
  /** Tells which message an event without a name is; where there is none, it is the first. */
  readonly recognise?: Recognise
  readonly query?: QueryModel<unknown, never> | null
  /** Default base URL: the document's server. */
  readonly server?: string | ((variables: object | undefined) => string) | null
  /** Makes what the option `auth` has into what puts it on a request. */
  readonly authenticate?: Authenticate
  /** Checks payloads; where there is none, every payload is taken. */
  readonly check?: CheckPayload
  /** Whether payloads are checked unless the option `validate` says otherwise. */
  readonly validate?: boolean
}

/**
 * The first of a channel's messages that accepts the data of an event.
 * @throws EventSourceError `validation` or `parse` where none does
 */
export type Recognise = (channel: AnyChannel, data: string) => AnyEvent

/** @throws EventSourceError `validation` */
export type CheckPayload = (channel: AnyChannel, event: AnyEvent, payload: unknown) => void

/**
 * Asks for credentials. Gives what puts them on a request; undefined where there are none.
 * It rejects with what a provider throws, or with an EventSourceError `configuration`.
 */
export type Authenticate = (auth: object | undefined) => Promise<PutCredentials | undefined>

/** Puts credentials on a request. */
export interface PutCredentials {
  (request: CredentialRecipient): void
  /** Takes credentials that stand in the URL out of a text. */
  readonly hide?: (text: string) => string
  /** Throws in place of what a request failed with, which may tell the URL. */
  readonly failed?: (cause: unknown) => never
}

/** The parts of a request that carry credentials. */
export interface CredentialRecipient {
  readonly url: URL
  readonly headers: Headers
}

export interface Credentials {
  readonly username: string
  readonly password: string
}

/** What the document adds to the options; generated code narrows it for each channel. */
export interface ChannelOptions {
  /** Query parameters of the operation's `http` binding. */
  readonly query?: unknown
  /** Credentials by security scheme: `Provided<string>`, or `Provided<Credentials>` for `basic`. */
  readonly auth?: object
  /** Values of the server's variables. */
  readonly variables?: object
}

/** Options of both clients. Callbacks may throw or reject: `onError` hears it. */
export interface CommonOptions {
  /** Where the API is; default: the document's server (template parameter `server`), else the page's origin. */
  baseUrl?: string | URL
  /** Sends cookies to another origin (`credentials: 'include'`); browsers only. */
  withCredentials?: boolean
  /** Closes the subscription. */
  signal?: AbortSignal
  /** Whether payloads are checked against their schema. */
  validate?: boolean
  /** Names on the wire that stand for a message: wire name → message. An event without a name is `message`. */
  eventTypes?: Readonly<Record<string, string>>
  /** A connection stands: the server answered 200 with an event stream. Called again after each reconnection. */
  onOpen?(): void
  /** The subscription is closed for good; with the error that ended it, if one did. Called once. */
  onClose?(error?: EventSourceError): void
  /** A callback threw or rejected, or (`stream`) an event could not be read. Default: `console.error`. */
  onError?(error: unknown): void
}

/** When and how often to connect again. */
export interface ReconnectOptions {
  /** First delay after a failure, ms; the server's `retry:` takes its place. Default 1000. */
  initialDelay?: number
  /** Longest delay of the back-off, ms. Default 30000. */
  maxDelay?: number
  /** Growth of the delay with each failure in a row. Default 2. */
  factor?: number
  /** Share of the delay that is random, 0 to 1. Default 0.5. */
  jitter?: number
  /** Failures in a row after which the client gives up. Default: never. */
  maxAttempts?: number
  /** A stream that worked this long, ms, is a success and resets the count of failures. Default 10000. */
  resetAfter?: number
}

/** Details of one call of a listener; `type` tells what came, `cause` that nothing did. */
export type Details<E> =
  | { [K in keyof E]: { type: K; payload: E[K]; id: string; cause?: never } }[keyof E]
  | { type: undefined; payload: null; id: string; cause: EventSourceError }

/**
 * Hears a channel. Exactly one of these holds: `error` is undefined and `message` is the payload (which may be `null`
 * where the schema allows it), or `error` tells what is wrong, `message` is null and `details.cause` is the error.
 * A promise that it returns is awaited before the next event.
 */
export type Listener<E, P> = (
  message: E[keyof E] | null,
  parameters: P | null,
  error: string | undefined,
  details: Details<E>,
) => void | Promise<void>

/** What `listenFor…` returns. Calling it is the same as `close()`. */
export interface Subscription extends Disposable {
  (): void
  /** Ends the subscription at once: nothing is delivered afterwards. */
  close(): void
  /** Resolves when the subscription is closed, for whatever reason; never rejects. */
  readonly closed: Promise<void>
  /** 0 connecting, 1 open, 2 closed, as of `EventSource`. */
  readonly readyState: 0 | 1 | 2
  /** Id of the last event that was delivered. */
  readonly lastEventId: string
}

/** What `stream…` returns. It connects at the first `next()`; `return()` and `throw()` end it at once. */
export interface EventStream<T> extends AsyncIterableIterator<T> {
  next(): Promise<IteratorResult<T, undefined>>
  return(): Promise<IteratorResult<T, undefined>>
  throw(error?: unknown): Promise<IteratorResult<T, undefined>>
  /** Id of the last event that was taken. */
  readonly lastEventId: string
  [Symbol.asyncDispose](): Promise<void>
}

/** The events of a channel as `stream…` yields them. */
export type StreamEvent<E, P> = {
  [K in keyof E]: { type: K; payload: E[K]; id: string; parameters: P }
}[keyof E]
