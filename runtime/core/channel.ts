import type { Model } from './model'

/** One event type of a channel. */
export interface EventDescriptor<Name, Payload> {
  /** Name of the event: the key in the channel's event map, and the `event` field if the channel names its events. */
  readonly type: Name
  readonly model: Model<Payload, never>
  /** The property of the payload that distinguishes this event from the others, if the document has a discriminator. */
  readonly discriminator?: { readonly property: string; readonly values: readonly string[] }
  /** Whether the stream ends after this event. */
  readonly isTerminal?: boolean
}

/** The events of a channel in document order; `Events` maps event names to payloads. */
export type EventDescriptors<Events> = readonly {
  [Name in keyof Events]: EventDescriptor<Name, Events[Name]>
}[keyof Events][]

/** Methods of a request whose response is an event stream; QUERY is RFC 10008. */
export type StreamMethod = 'GET' | 'POST' | 'QUERY' | 'PUT'

/** Description of a channel, shared by client and server. */
export interface ChannelDescriptor<Events> {
  /** `<Name>` of the generated functions. */
  readonly name: string
  /** The document's address, e.g. `rooms/{roomId}/events`, with or without a leading slash. */
  readonly address: string
  readonly events: EventDescriptors<Events>
  /** Method of the request whose response is the stream. Default: GET. */
  readonly method?: StreamMethod
  /** Data that only ends the stream, such as `[DONE]`. The server sends the first one. */
  readonly sentinels?: readonly string[]
}

/** How a document's security scheme adds a credential to a request. `bearer` also represents oauth2 and openIdConnect. */
export type SecurityScheme =
  | { readonly type: 'bearer' }
  | { readonly type: 'basic' }
  | { readonly type: 'apiKey'; readonly in: 'header' | 'query' | 'cookie'; readonly name: string }
