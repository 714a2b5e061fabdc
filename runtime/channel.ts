import type { Model } from './model'
import type { ParametersModel } from './parameters'

/** One kind of event that travels on a channel. */
export interface EventDescriptor<K, T> {
  /** Name of the event: the key in the channel's event map, and the wire's `event:` where the channel names its events. */
  readonly type: K
  readonly model: Model<T, never>
  /** Tells this event from the others by one property of its payload, where the document has a discriminator. */
  readonly discriminator?: { readonly property: string; readonly values: readonly string[] }
}

/** The events of a channel in document order; `E` maps event names to payloads. */
export type EventDescriptors<E> = readonly { [K in keyof E]: EventDescriptor<K, E[K]> }[keyof E][]

/** What client and server both know about a channel. */
export interface ChannelDescriptor<E, P> {
  /** `<Name>` of the generated functions, for messages to people. */
  readonly name: string
  /** The document's address, e.g. `rooms/{roomId}/events`, with or without a leading slash. */
  readonly address: string
  readonly parameters: ParametersModel<P> | null
  readonly events: EventDescriptors<E>
  /** Whether the wire's `event:` line names the message; a channel with one message sends none unless the document asks. */
  readonly named: boolean
}

/** How a document's security scheme puts a credential on a request. `bearer` also stands for oauth2 and openIdConnect. */
export type SecurityScheme =
  | { readonly type: 'bearer' }
  | { readonly type: 'basic' }
  | { readonly type: 'apiKey'; readonly in: 'header' | 'query' | 'cookie'; readonly name: string }
