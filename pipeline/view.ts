import type { Code } from '../filters/code'
import type { HeadersModule, ParametersModule, PayloadModule, QueryShape } from './models/shapes'
import type { Options } from './parameters'

/**
 * What a template sees: plain, frozen data. Strings are text of the document and can be printed only through a filter;
 * `Code` values are names that the description made safe and print as they are.
 */
export interface View {
  readonly info: Info
  readonly channels: readonly Channel[]
  /** The client half: its channels and what their module imports. */
  readonly client: Side
  /** The server half. */
  readonly server: Side
  readonly payloads: readonly PayloadModule[]
  readonly parameters: readonly ParametersModule[]
  readonly headers: readonly HeadersModule[]
  readonly servers: readonly Server[]
  readonly security: readonly Security[]
  readonly options: Options
  /** What a project around the output needs; null unless the parameter `scaffold` asks for one. */
  readonly scaffold: Scaffold | null
}

/** Facts about the project that `scaffold=true` makes. */
export interface Scaffold {
  /** Name of the package, made from the document's title. */
  readonly name: Code
  /** Whether it is of ES modules: with an import extension. */
  readonly modules: boolean
  /** Whether imports end in `.ts`. */
  readonly tsImports: boolean
  /** Packages that the output needs at run time. */
  readonly dependencies: readonly { readonly name: string; readonly version: string }[]
  /** Models that the samples of the server make instances of, each once. */
  readonly models: readonly Code[]
  /** Whether there are parameters to call any listener with. */
  readonly calls: boolean
  /** Whether there are samples to send on any channel. */
  readonly sends: boolean
}

/** One half of the output. */
export interface Side {
  readonly channels: readonly Channel[]
  /** Specifier of the runtime module that its functions call, from `channels/`. */
  readonly runtime: string
  /** The same from the root of the output. */
  readonly fromRoot: string
  /** Models of the payloads of its events, each once. */
  readonly models: readonly Code[]
  /** Types that may be sent beside the models themselves. */
  readonly inputs: readonly Code[]
  readonly parameters: readonly ParametersModule[]
  /** Models of what a caller passes: parameters and queries. */
  readonly inputModels: readonly (ParametersModule | QueryShape)[]
  /** Whether there is a message without a payload. */
  readonly withoutPayload: boolean
  /** Whether a channel's address has to be made. */
  readonly filled: boolean
  /** Whether a channel has more than one message. */
  readonly several: boolean
  /** Whether there are variables in the server's URL. */
  readonly variables: boolean
  /** Whether a client's option `auth` takes a credential. */
  readonly secured: boolean
  /** Whether one of them is user name and password. */
  readonly basic: boolean
  /** Whether there are validators. */
  readonly checked: boolean
  /** Whether payloads are validated by default. */
  readonly validate: boolean
}

export interface Info {
  readonly title: string
  readonly version: string
  readonly description: string | undefined
}

export interface Channel {
  /** `<Name>` of the generated functions. */
  readonly name: Code
  /** Key of the channel in the document (2.x: its address). */
  readonly id: string
  readonly address: string
  readonly title: string | undefined
  readonly description: string | undefined
  /** Whether the client half is generated. */
  readonly client: boolean
  /** Whether the server half is generated. */
  readonly server: boolean
  /** The module of the channel's parameters; null for an address without any. */
  readonly parameters: ParametersModule | null
  /** Whether the address has to be made into a path: it has parameters, or characters that a URL may not have. */
  readonly filled: boolean
  /** Its messages in document order; never empty. */
  readonly events: readonly ChannelEvent[]
  /** Models whose instances tell which message they are, each once. */
  readonly instances: readonly Code[]
  /** Whether there is more than one message. */
  readonly several: boolean
  /** Whether the wire's `event:` line names the message. */
  readonly named: boolean
  /** Query parameters of the operation's `http` binding. */
  readonly query: QueryShape | null
  /** Whether the client's options must be given: a query parameter is required. */
  readonly optionsNeeded: boolean
  /** Ways to authenticate: any one of them, each made of schemes that are all needed. Empty where nothing is asked. */
  readonly security: readonly SecurityRequirement[]
  /** The schemes of all of these, each once. */
  readonly schemes: readonly Security[]
  /** What the client's option `auth` takes; null where it takes nothing. */
  readonly auth: Authentication | null
  /** The server that the `server` parameter chose, for the default base URL. */
  readonly base: Server | null
  readonly example: ChannelExample
}

/** Sample values with which a channel can be called. */
export interface ChannelExample {
  /** Whether there is a value for everything that has to be given. */
  readonly complete: boolean
  /** A value for each parameter; null where there are none. */
  readonly parameters: Readonly<Record<string, unknown>> | null
  /** A value for each query parameter that has to be given; null where there are no query parameters. */
  readonly query: Readonly<Record<string, unknown>> | null
  /** The address with these values filled in, percent-encoded. */
  readonly path: Code
  /** Whether there is a sample of an event. */
  readonly sampled: boolean
  /** Models that the samples make instances of, each once. */
  readonly models: readonly Code[]
}

export interface ChannelEvent {
  /** The wire's `event:`, and the key in the generated event map. */
  readonly type: string
  /** Model of the payload; null for a message without one. */
  readonly payload: PayloadModule | null
  /** Whether the payload is a class instance that no other message of the channel shares, so that it names its message. */
  readonly instance: boolean
  readonly discriminator: { readonly property: string; readonly values: readonly string[] } | null
  readonly title: string | undefined
  readonly description: string | undefined
  readonly deprecated: boolean
  /** Example payloads of the message, any JSON. */
  readonly examples: readonly unknown[]
  /** A valid payload: the first valid example, else one made from the schema; null where none was found, or there is no payload. */
  readonly sample: { readonly value: unknown } | null
  /** Whether a sample can be sent: there is one, or there is no payload. */
  readonly sendable: boolean
}

export interface Server {
  readonly id: string
  /** With `{variables}` in place. */
  readonly url: string
  readonly protocol: string
  readonly description: string | undefined
  /** Whether `{variables}` stand in the URL. */
  readonly templated: boolean
  readonly variables: readonly ServerVariable[]
}

export interface ServerVariable {
  readonly name: string
  readonly description: string | undefined
  readonly values: readonly string[]
  readonly hasDefault: boolean
  readonly default: string | undefined
}

/** Credentials that a client can send; EventSource sends no headers, so that it knows API keys in the query only. */
export interface Authentication {
  /** Any one of them, each made of schemes that are all needed. */
  readonly alternatives: readonly SecurityRequirement[]
  /** The schemes of all of these, each once. */
  readonly schemes: readonly Security[]
}

export interface SecurityRequirement {
  readonly schemes: readonly Security[]
}

export interface Security {
  /** Name of the scheme in the document's components. */
  readonly id: string
  readonly kind: Code
  readonly basic: boolean
  readonly in: 'header' | 'query' | 'cookie' | null
  /** Name of the header, query parameter or cookie of an `apiKey`. */
  readonly name: string | null
  readonly description: string | undefined
}
