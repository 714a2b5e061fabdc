import type { ChannelDescriptor, EventDescriptor, StreamMethod } from '../core/channel'
import type { EventSourceError, Outcome } from './errors'
import type { WireEvent } from './event-queue'
import type { ParametersModel, QueryModel } from '../core/parameters'

import type {} from './disposable'

/** A value, or a function that returns it. */
export type ValueOrProvider<T> = T | (() => T | Promise<T>)

/** One event type, with any payload. */
type AnyEvent = EventDescriptor<PropertyKey, unknown>

interface AnyChannel {
  readonly name: string
  readonly events: readonly AnyEvent[]
}

/**
 * Description of a channel for its client. Code for features of some channels is a function among their members, so other
 * clients do not contain it.
 */
export interface ClientChannel<Events, Params> extends ChannelDescriptor<Events> {
  readonly parameters?: ParametersModel<Params> | null
  /** Expands the parameters. Default: the address is part of the URL unchanged. */
  readonly expandAddress?: (address: string, values: Readonly<Record<string, string>>) => string
  /** Finds the message of an event by its data. Default: the first message for an event without a name, else none. */
  readonly recognize?: RecognizeEvent
  /** Additional event names that the document implies, and the message of each. */
  readonly aliases?: Readonly<Record<string, string>>
  /** Detects the end of the stream. Default: by event names and data of the option `endOn` only. */
  readonly createEndDetector?: CreateEndDetector
  /** Creates the request if the method is not GET. */
  readonly createRequest?: CreateRequest
  readonly query?: Pick<QueryModel<unknown, never>, 'check' | 'format'> | null
  /** Default base URL: the document's server. */
  readonly server?: string | ((variables: object | undefined) => string) | null
  /** Resolves the credentials of the option `auth`. */
  readonly authenticate?: Authenticate
  /** Validates payloads. Default: every payload is accepted. */
  readonly check?: CheckPayload
  /** Default of the option `validate`. */
  readonly validate?: boolean
}

/**
 * The message whose constants match the data of an event or, for an event without a name, whose schema matches; otherwise
 * `rest`. Undefined if there is none and the event has a name.
 * @throws EventSourceError `validation` or `parse` if an event without a name matches no message, and `rest` is undefined
 */
export type RecognizeEvent = (
  channel: AnyChannel,
  data: string,
  isNamed: boolean,
  rest: AnyEvent | undefined,
) => AnyEvent | undefined

/**
 * Checks the body of a call.
 * @throws EventSourceError `configuration`
 */
export type CreateRequest = (
  channel: AnyChannel & Pick<ChannelDescriptor<unknown>, 'method' | 'sentinels'>,
  options: RequestBodyOptions & { readonly reconnect?: false | ReconnectOptions },
  validate: boolean,
  url: URL,
) => StreamRequest

/** A position in a run, to continue from. */
export interface ResumePoint {
  /** URL of the run: `location` of an earlier stream or subscription. */
  readonly location: string | URL
  /** Id of the last received event; default: the run continues from its start. */
  readonly lastEventId?: string
}

/** Options of a request stream that can be resumed. */
export interface ResumeOptions {
  /**
   * A run to continue, instead of a request. True: the `Location` of a response with status 200 is that of a run, as it
   * always is with status 201.
   */
  readonly resume?: boolean | ResumePoint
  /** Other origins that a run may have. They receive no credentials. Default: none. */
  readonly resumeOrigins?: readonly string[]
}

/** The options of a call that continues a run. */
export type ResumedOptions<Options> = Omit<Options, 'body' | 'resume'> & {
  readonly resume: ResumePoint
}

/** Options of a request with another method than GET. */
export interface RequestBodyOptions extends ResumeOptions {
  readonly body?: unknown
  readonly idempotencyKey?: ValueOrProvider<string>
  readonly endOn?: readonly string[]
}

/** A function that can replace `fetch`. Types of some platforms give their `fetch` additional members (Bun). */
export type FetchFunction = (url: string | URL, init?: RequestInit) => Promise<Response>

/** Options of a request; they are read at each attempt. */
export interface RequestOptions {
  readonly auth?: object
  readonly authorization?: ValueOrProvider<string>
  readonly headers?: ValueOrProvider<Record<string, string>>
  readonly withCredentials?: boolean
  readonly fetch?: FetchFunction
  readonly lastEventIdParameter?: string
  /** Maximum size of an event, bytes. */
  readonly maxEventBytes?: number
}

/** The target of all attempts of a subscription. */
export interface RequestTarget {
  readonly url: URL
  /** Id of the event after which the stream starts. */
  readonly lastEventId?: string
  readonly authenticate?: Authenticate | undefined
  /** Present if the method is not GET. */
  readonly request?: StreamRequest | undefined
}

/** Requests an event stream that starts after an event. */
export type SendRequest = (
  target: RequestTarget,
  options: RequestOptions,
  lastEventId: string,
  signal: AbortSignal,
) => Promise<Response>

/** One connection for all tabs: the result of `shareTabs`. */
export interface ConnectionSharing {
  readonly scope: string
  /** Returns a function that takes part in the shared connection instead of sending a request. */
  share(send: SendRequest): SendRequest
}

/**
 * How a request stream continues after a loss: with GET at the `Location` of its response, with the retry policy of GET.
 */
export interface Resumption {
  /** Absolute URL of the run; undefined before a response has one. */
  readonly location: string | undefined
  /** Id of the event after which the option `resume` continues. */
  readonly lastEventId: string | undefined
  /** Sends the request or, if there is a run, GET at its location. */
  readonly send: SendRequest
  /** Returns the outcome as it applies to a run. */
  assess(outcome: Outcome): Outcome
}

/** A request with another method than GET, for all attempts of one call. */
export interface StreamRequest {
  readonly method: StreamMethod
  readonly body: string | undefined
  /** Data that ends the stream. */
  readonly sentinels: readonly string[]
  /** Whether the document has an event that ends the stream. */
  readonly hasEnding: boolean
  readonly resumption: Resumption
  /** Sets the headers that describe the body. Rejects with the error of the provider of the key. */
  setHeaders(headers: Headers): void | Promise<void>
  /** Returns the outcome of an attempt for the call: whether it may be retried, and whether the stream is complete. */
  assess(
    outcome: Outcome,
    stream: { readonly isOpen: boolean; readonly hasEvents: boolean },
  ): Outcome
}

/** How an event ends its stream: it is only an end marker, or the last message. */
export type DetectEnd = (event: WireEvent) => 'sentinel' | 'terminal' | undefined

/** @param endOn messages, event names or data that end the stream, in addition to those of the channel */
export type CreateEndDetector = (
  channel: AnyChannel & Pick<ChannelDescriptor<unknown>, 'sentinels'>,
  find: FindMessage,
  endOn: readonly string[] | undefined,
) => DetectEnd | undefined

/** @throws EventSourceError if an event without a name matches no message */
export type FindMessage = (event: WireEvent) => AnyEvent | undefined

/** An event that does not match a message of the channel. */
export interface UnknownEvent {
  /** Event name; `message` if the stream has none. */
  readonly type: string
  /** The received data, not decoded. */
  readonly data: string
  readonly id: string
}

/** @throws EventSourceError `validation` */
export type CheckPayload = (channel: AnyChannel, event: AnyEvent, payload: unknown) => void

/**
 * Resolves credentials; undefined if there are none. Rejects with the error of a provider, or with an EventSourceError
 * `configuration`.
 */
export type Authenticate = (auth: object | undefined) => Promise<CredentialApplier | undefined>

/** Credentials of one attempt. */
export interface CredentialApplier {
  /** Adds the credentials to a request. */
  apply(request: CredentialRecipient): void
  /** Removes credentials of the URL from a text; present if the URL has credentials. */
  readonly redact?: (text: string) => string
  /** Returns an error that replaces the error of a failed request, which may contain the URL. */
  readonly redactError?: (cause: unknown) => EventSourceError
}

/** The parts of a request that can contain credentials. */
export interface CredentialRecipient {
  readonly url: URL
  readonly headers: Headers
}

export interface Credentials {
  readonly username: string
  readonly password: string
}

/** Options that the document adds; generated code narrows the type for each channel. */
export interface ChannelOptions extends ResumeOptions {
  /** Query parameters. */
  readonly query?: unknown
  /** Body of the request. */
  readonly body?: unknown
  readonly idempotencyKey?: ValueOrProvider<string>
  /** Credentials by security scheme: `ValueOrProvider<string>`, or `ValueOrProvider<Credentials>` for `basic`. */
  readonly auth?: object
  /** Values of the server's variables. */
  readonly variables?: object
}

/**
 * State of a connection. It begins as `connecting`. `reconnecting`: an attempt failed or the stream broke, and the next
 * attempt follows. `closed` is final.
 */
export type ConnectionState = 'connecting' | 'open' | 'reconnecting' | 'closed'

/** Options of both clients. Errors and rejections of a callback are passed to `onError`. */
export interface CommonOptions {
  /** URL of the API. Default: the document's server (template parameter `server`), else the page's origin. */
  baseUrl?: string | URL
  /**
   * Absolute URL of the stream, for APIs that return it. It replaces base URL, address, parameters and default query. The
   * credentials of the call are sent to it.
   */
  url?: string | URL
  /** Sends cookies to another origin (`credentials: 'include'`); browsers only. */
  withCredentials?: boolean
  /** Closes the subscription when it aborts. */
  signal?: AbortSignal
  /** Whether payloads are validated against their schema. Default: template parameter `validation`. */
  validate?: boolean
  /**
   * Additional event names that the server sends, and the message of each. `message` matches an event without a name; `*`
   * matches every event that does not match a message of the channel.
   */
  eventTypes?: Readonly<Record<string, string>>
  /** Messages, event names or data after which the stream is complete, in addition to those of the document. */
  endOn?: readonly string[]
  /** Called for each event that does not match a message of the channel. Default: `console.warn`, once for each type. */
  onUnknownEvent?(event: UnknownEvent): void
  /** Called whenever the state changes, before `onOpen` and `onClose`; not for the first state, `connecting`. */
  onStateChange?(state: ConnectionState): void
  /** Called whenever a connection is established: the server responded with 200 and an event stream. */
  onOpen?(): void
  /** Called once, when the subscription is closed; with the error that closed it, if any. */
  onClose?(error?: EventSourceError): void
  /**
   * Called when a callback threw or rejected. With handlers by event and with `stream` it is also called for each error
   * from which the client recovers. With handlers by event it also receives the final error. Default: `console.error`.
   */
  onError?(error: unknown): void
}

/** Argument of `onGap`. */
export interface Gap {
  /**
   * False: events are lost. True: a snapshot of the complete current state follows. It replaces all earlier data; the first
   * connection can start with one too.
   */
  readonly healed: boolean
}

/** When and how often to reconnect. */
export interface ReconnectOptions {
  /** First delay after a failure, ms; the server's `retry` field replaces it. Default 1000. */
  initialDelay?: number
  /** Maximum delay of the backoff, ms. Default 30000. */
  maxDelay?: number
  /** Growth of the delay with each consecutive failure. Default 2. */
  factor?: number
  /** Share of the delay that is random, 0 to 1. Default 0.5. */
  jitter?: number
  /** Number of consecutive failures after which the client stops. Default: no limit. */
  maxAttempts?: number
  /**
   * A stream that was open this long, ms, is a success and resets the count of failures; so does a stream that the server
   * ended after an event. Default 10000.
   */
  resetAfter?: number
}

/** `type` is the event name; on errors it is undefined and `cause` is set. */
export type Details<Events> =
  | {
      [K in keyof Events]: { type: K; payload: Events[K]; id: string; cause?: never }
    }[keyof Events]
  | { type: undefined; payload: null; id: string; cause: EventSourceError }

/**
 * Called for each event and each error. For an event `error` is undefined and `message` is the payload, which may be `null`
 * if the schema allows it. For a failure `error` describes it, `message` is null and `details.cause` is the error. A
 * returned promise is awaited before the next event; other results are ignored.
 */
export type Listener<Events, Params> = (
  message: Events[keyof Events] | null,
  parameters: Params | null,
  error: string | undefined,
  details: Details<Events>,
) => unknown

/**
 * Handlers by event name, instead of a listener. Events without a handler are ignored; errors are passed to the option
 * `onError`. A returned promise is awaited before the next event; other results are ignored.
 */
export type EventHandlers<Events> = {
  [K in keyof Events]?: (
    payload: Events[K],
    details: { type: K; payload: Events[K]; id: string },
  ) => unknown
}

/** Result of `listenFor…`. Calling it is equivalent to `close()`. */
export interface Subscription extends Disposable {
  (): void
  /** Ends the subscription at once: nothing is delivered after that. */
  close(): void
  /** Resolves when the subscription is closed, for any reason; never rejects. */
  readonly closed: Promise<void>
  readonly state: ConnectionState
  /** URL of a run that can be resumed, once a response has provided it. */
  readonly location?: string | undefined
  /** 0 connecting, 1 open, 2 closed, as in `EventSource`. */
  readonly readyState: 0 | 1 | 2
  /** Id of the last event that was delivered. */
  readonly lastEventId: string
}

/** Result of `stream…`. It connects at the first `next()`; `return()` and `throw()` close it at once. */
export interface EventStream<T> extends AsyncIterableIterator<T> {
  next(): Promise<IteratorResult<T, undefined>>
  return(): Promise<IteratorResult<T, undefined>>
  throw(error?: unknown): Promise<IteratorResult<T, undefined>>
  readonly state: ConnectionState
  /** URL of a run that can be resumed, once a response has provided it. */
  readonly location?: string | undefined
  /** Id of the last event that was taken from the iterator. */
  readonly lastEventId: string
  [Symbol.asyncDispose](): Promise<void>
}

/** The events of a channel as `stream…` yields them. */
export type StreamEvent<Events, Params> = {
  [K in keyof Events]: { type: K; payload: Events[K]; id: string; parameters: Params }
}[keyof Events]
