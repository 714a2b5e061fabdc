/**
 * Names that no model may have: globals and types that generated modules use, and what the output's `index.ts` exports
 * beside the models.
 */
export const RESERVED_NAMES: readonly string[] = [
  'Index',
  'Protocols',
  // Globals of the language and of the platform.
  ...(
    'AbortController AbortSignal Array ArrayBuffer Atomics BigInt Boolean Buffer DataView Date Error ' +
    'EvalError Function Headers Infinity Intl Iterator JSON Map Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect ' +
    'RegExp Request Response Set String Symbol SyntaxError TypeError URIError URL URLSearchParams Uint8Array WeakMap WeakRef ' +
    'WeakSet Event EventSource EventTarget TextDecoder TextEncoder'
  ).split(' '),
  // Utility types.
  ...(
    'Awaited Capitalize Disposable AsyncDisposable Exclude Extract InstanceType Lowercase NonNullable Omit Parameters Partial Pick Readonly ' +
    'ReadonlyArray Record Required ReturnType Uncapitalize Uppercase'
  ).split(' '),
  // Express.
  ...'NextFunction Router'.split(' '),
  // What index.ts and the channel modules take from the runtime.
  ...(
    'Broker BrokerFactory ClientChannel ClientOptions Credentials Details ErrorCode EventSourceError EventStream Hub HubOptions ' +
    'InvalidMessageError Listener Model ModelConstructor ParameterError Provided SendCallback SendEvent SendOptions ServerChannel ServerOptions ' +
    'SlowClientError StreamEvent Subscription ValidationError ValidationReport ValidationResult'
  ).split(' '),
]
