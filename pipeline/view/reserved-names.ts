import { NameRegistry } from '../../filters/naming'
import { RUNTIME_NAMES } from '../codegen/runtime-names'

/** Reserved model names: globals and types that generated modules use, and other exports of the output's `index.ts`. */
export const RESERVED_NAMES: readonly string[] = [
  'Index',
  'Protocols',
  // Globals of the language and the platform.
  ...(
    'AbortController AbortSignal Array ArrayBuffer Atomics BigInt Boolean Buffer DataView Date Error ' +
    'EvalError Function Headers Infinity Intl Iterator JSON Map Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect ' +
    'RegExp Request Response Set String Symbol SyntaxError TypeError URIError URL URLSearchParams Uint8Array WeakMap WeakRef ' +
    'WeakSet Event EventSource EventTarget TextDecoder TextEncoder'
  ).split(' '),
  // Utility types.
  ...(
    'Awaited Capitalize Disposable AsyncDisposable Exclude Extract InstanceType Lowercase NonNullable Omit Parameters Partial Pick Readonly ' +
    'ReadonlyArray ReadonlySet Record Required ReturnType Uncapitalize Uppercase'
  ).split(' '),
  // Types that modules of parameters import.
  ...'ParametersModel QueryModel'.split(' '),
  // Hosts.
  ...'ExpressRoutes FastifyInstance FastifyRoutes FetchRoutes NextFunction NodeRoutes Router'.split(
    ' ',
  ),
  // Imports of index.ts and the channel modules from the runtime.
  ...(
    'Broker BrokerFactory FastifyOptions FastifySendCallback FetchCallback FetchContext FetchHandler FetchOptions NodeHandler NodeOptions ' +
    'NodeSendCallback RequireAuthorize ServerRequest ' +
    'Broker BrokerFactory ClientChannel ClientOptions Credentials Details ErrorCode EventHandlers EventSourceError EventStream Hub HubContentOptions HubOptions ' +
    'InvalidMessageError Listener Model ModelConstructor ParameterError ResumeOptions ResumedOptions RunProducer Runs RunsOptions RuntimeContract1 SendCallback SendEvent SendOptions ServerChannel ServerOptions ' +
    'Brand SlowClientError StandardSchemaProps StreamEvent Subscription ValidationError ValidationReport ValidationResult ValueOrProvider'
  ).split(' '),
]

/** The registry of model names. Models must not have names that generated modules use. */
export function createModelNames(onClash: (message: string) => void): NameRegistry {
  const names = new NameRegistry(RESERVED_NAMES, onClash)
  names.reserveIdentifiers(RUNTIME_NAMES)
  return names
}
