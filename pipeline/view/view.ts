import type { Code } from '../../filters/code'
import type {
  HeadersModule,
  ParametersModule,
  PayloadModel,
  PayloadModule,
  QueryShape,
} from '../codegen/shapes'
import type { Authentication, SecurityScheme, SecurityRequirement } from '../document/security'
import type { Server } from '../document/servers'
import type { Options } from '../options'
import type { ChannelExample } from '../samples/samples'
import type { Documentation } from '../schema/schema'

export type { Authentication, ChannelExample, SecurityScheme, SecurityRequirement, Server }

/**
 * Data for templates: plain and frozen. Strings are text of the document and need a filter to be printed. `Code` values
 * are safe names that the pipeline made; they print unchanged.
 */
export interface View {
  readonly info: Info
  readonly channels: readonly Channel[]
  /** The client: its channels and the imports of their module. */
  readonly client: ChannelModule
  /** The server. */
  readonly server: ChannelModule
  readonly payloads: readonly PayloadModule[]
  readonly parameters: readonly ParametersModule[]
  readonly headers: readonly HeadersModule[]
  readonly servers: readonly Server[]
  readonly securitySchemes: readonly SecurityScheme[]
  readonly options: Options
  /** Data for a project around the output; null without the parameter `scaffold`. */
  readonly scaffold: Scaffold | null
}

/** Data for the project of `scaffold=true`. */
export interface Scaffold {
  /** Package name, derived from the document's title. */
  readonly name: Code
  /** Whether the project uses ES modules: true with an import extension. */
  readonly isEsm: boolean
  /** Whether import specifiers end in `.ts`. */
  readonly usesTsExtensions: boolean
  /** Runtime dependencies of the output. */
  readonly dependencies: readonly { readonly name: string; readonly version: string }[]
  /** Packages that compile the output. */
  readonly devDependencies: readonly { readonly name: string; readonly version: string }[]
  /** Options of the command for the next run, e.g. `-p scaffold=true -p host=node`. */
  readonly parameters: Code
  /** Models that the server samples instantiate, without duplicates. */
  readonly models: readonly Code[]
  /** Whether the server runs on Express: the first host. The other hosts have the same flags. */
  readonly usesExpress: boolean
  readonly usesFetch: boolean
  readonly usesNode: boolean
  readonly usesFastify: boolean
  /** Whether the host has a router: `registerSend<Name>`, not `handle<Name>`. */
  readonly usesRouter: boolean
  /** Whether any listener can be called with sample parameters. */
  readonly hasCallableClient: boolean
  /** Whether any GET stream has samples to send. */
  readonly hasSendableServer: boolean
  /** Whether any request stream has samples to send. */
  readonly hasRequestServer: boolean
}

/** A host of the server, e.g. Express. */
export interface ServerHost {
  readonly name: Code
  /** Import specifier of its generated module, from `channels/`. */
  readonly modulePath: string
  /** Import specifier of its runtime module, from `channels/`. */
  readonly runtimePath: string
  /** Import specifier of its runtime module, from the root of the output. */
  readonly runtimePathFromRoot: string
  /** Function of the runtime module that adds the host's methods to a hub, e.g. `withExpress`. */
  readonly hubFunction: Code
  /** Type of these methods, e.g. `ExpressRoutes`. */
  readonly hubMethods: Code
  /** Types of the runtime module that users reference, e.g. `SendCallback`. */
  readonly types: readonly Code[]
}

/** One side of the output: client or server. */
export interface ChannelModule {
  /** Hosts of the server; empty in the client. */
  readonly hosts: readonly ServerHost[]
  /** Whether `event_source_express.ts` is generated. The other hosts have the same flags. */
  readonly express: boolean
  readonly fetch: boolean
  readonly node: boolean
  readonly fastify: boolean
  /** Whether the document requires credentials for any channel. */
  readonly hasSecurity: boolean
  readonly channels: readonly Channel[]
  /** Whether the client can continue a stream after a given event. */
  readonly canResume: boolean
  /** The channels with the method GET. */
  readonly streams: readonly Channel[]
  /** Import specifier of the runtime module with the called functions, from `channels/`. */
  readonly runtimePath: string
  /** Import specifier of the same module, from the root of the output. */
  readonly runtimePathFromRoot: string
  /** Models of event payloads and of bodies, without duplicates. */
  readonly models: readonly Code[]
  /** Additional types that may be sent as events, next to the models. */
  readonly sendInputTypes: readonly Code[]
  /** Additional types that may be sent as bodies, next to the models. */
  readonly bodyInputTypes: readonly Code[]
  /** Whether any channel uses GET and therefore has a hub. */
  readonly hasHubs: boolean
  /** Whether any channel uses a method other than GET. */
  readonly hasRequests: boolean
  /** Whether those channels have runs: the parameter `runs`. */
  readonly hasRuns: boolean
  readonly hasHubsOrRuns: boolean
  /** Whether a callback of `host=node` has types of a body or a query, which follow those of request and response. */
  readonly namesHttpTypes: boolean
  /** Whether any body has several models. */
  readonly hasBodyUnions: boolean
  /** Whether any body has no model. */
  readonly hasUncheckedBodies: boolean
  /** Whether any client must detect the end of its stream. */
  readonly needsEndDetector: boolean
  /** Whether any option takes a value or a function that returns it. */
  readonly usesProviders: boolean
  readonly parameters: readonly ParametersModule[]
  /** The parameters of `streams`. */
  readonly streamParameters: readonly ParametersModule[]
  /** Models of caller input: parameters and queries. */
  readonly inputModels: readonly (ParametersModule | QueryShape)[]
  /** Whether any message has no payload. */
  readonly hasEventWithoutPayload: boolean
  /** Whether any channel's address must be expanded. */
  readonly needsAddressExpansion: boolean
  /** Whether any channel has more than one message. */
  readonly hasMultipleMessages: boolean
  /** Whether any server URL contains variables. */
  readonly hasServerVariables: boolean
  /** Whether any client's option `auth` takes a credential. */
  readonly acceptsAuth: boolean
  /** Whether any of these credentials is a user name with a password. */
  readonly usesBasicAuth: boolean
  /** Whether validators are generated. */
  readonly hasValidators: boolean
  /** Whether payloads are validated by default. */
  readonly validatesByDefault: boolean
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
  /** Whether the client contains the channel. */
  readonly hasClient: boolean
  /** Whether the server contains the channel. */
  readonly hasServer: boolean
  /** Request method of the stream: `GET`, `POST`, `QUERY` or `PUT`. */
  readonly method: string
  /** Whether the method is not GET. */
  readonly isRequest: boolean
  /** Whether the client sends the request only once (POST, PUT): these methods are not safe (RFC 9110 §9.2.1). */
  readonly isSentOnce: boolean
  /** Body of the request; null for GET. */
  readonly body: ChannelBody | null
  /** Data values that only mark the end, e.g. `[DONE]`; never delivered. */
  readonly sentinels: readonly string[]
  /** The sentinel that the server sends; null without a sentinel. */
  readonly sentinel: string | null
  /** Whether any event ends the stream. */
  readonly hasTerminalEvent: boolean
  /** Whether the client must detect the end of the stream: by its events, or by the option `endOn` with several messages. */
  readonly needsEndDetector: boolean
  /** The module of the channel's parameters; null if the address has no parameters. */
  readonly parameters: ParametersModule | null
  /** Whether the address must be expanded to a path: it has parameters, or characters that are invalid in a URL. */
  readonly needsAddressExpansion: boolean
  /** Its messages in document order, without sentinels. */
  readonly events: readonly ChannelEvent[]
  /** Models whose instances identify their message, without duplicates. */
  readonly instanceModels: readonly Code[]
  /** Whether there is more than one message. */
  readonly hasMultipleMessages: boolean
  /** Whether any message has additional names on the wire. */
  readonly hasAliases: boolean
  /** Whether the `event:` field contains the message name. */
  readonly sendsEventName: boolean
  /** Query parameters of the `http` binding and the address. */
  readonly query: QueryShape | null
  /** Query parameters by which the server distinguishes channels with the same address; otherwise empty. */
  readonly queryConstants: readonly { readonly name: string; readonly value: string }[]
  /** Addresses of other channels that this route matches too. This route leaves requests for them to their own routes. */
  readonly moreSpecificAddresses: readonly string[]
  /** Methods of other channels that match paths of this one. This route leaves requests with them to their own routes. */
  readonly otherMethods: readonly string[]
  /** Whether the client's options are required: a query parameter or the body is required. */
  readonly requiresOptions: boolean
  /** Alternative security requirements; all schemes of one requirement are needed. Empty if no credentials are required. */
  readonly security: readonly SecurityRequirement[]
  /** Whether the document requires credentials; the server's option `authorize` is required then. */
  readonly requiresAuthorize: boolean
  /** The schemes of all requirements, without duplicates. */
  readonly schemes: readonly SecurityScheme[]
  /** Credentials for the client's option `auth`; null if there are none. */
  readonly auth: Authentication | null
  /** The server of the default base URL: that of the parameter `server`, otherwise the only server that the channel lists. */
  readonly defaultServer: Server | null
  readonly example: ChannelExample
}

/** The request body. */
export interface ChannelBody {
  /** Alternative models of its content; empty means any JSON, without validation. */
  readonly payloads: readonly PayloadModel[]
  /** Whether there are several models. */
  readonly hasAlternatives: boolean
  /** Alternative types of the content. */
  readonly types: readonly Code[]
  /** Alternative types of caller input. */
  readonly inputTypes: readonly Code[]
  /** Value of the client's `Content-Type` header. */
  readonly contentType: string
  readonly isJson: boolean
  /** Whether the body is required: the document describes it. */
  readonly isRequired: boolean
  readonly title: string | undefined
  readonly description: string | undefined
  /** Valid sample content; null if none was found. */
  readonly sample: { readonly value: unknown } | null
}

export interface ChannelEvent {
  /** Value of the `event:` field, and key in the generated event map. */
  readonly type: string
  /** Additional names on the wire for the message: its title, or the discriminating constant of its payload. */
  readonly aliases: readonly string[]
  /** Model of the payload; null for a message without one. */
  readonly payload: PayloadModel | null
  /**
   * Whether the payload is a class instance that identifies its message: no other message of the channel has the same class.
   */
  readonly isInstanceUnique: boolean
  /** Whether a call that sends the message needs `{ event }`: the message does not identify its event. */
  readonly requiresEventOption: boolean
  /** The property of the payload that distinguishes the message from the others, with its values. */
  readonly discriminator: { readonly property: string; readonly values: readonly string[] } | null
  /** Whether the stream ends after this message. */
  readonly isTerminal: boolean
  readonly title: string | undefined
  readonly description: string | undefined
  readonly deprecated: boolean
  /** Title, description and deprecation, for the filter `documentation`. */
  readonly documentation: Documentation
  /** Example payloads of the message, any JSON. */
  readonly examples: readonly unknown[]
  /**
   * A valid payload: the first valid example, otherwise generated from the schema; null without a payload or a valid value.
   */
  readonly sample: { readonly value: unknown } | null
  /** Whether a sample can be sent: there is a valid payload, or the message has no payload. */
  readonly hasSample: boolean
}
