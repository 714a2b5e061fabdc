export * from "./channels/index";
export * from "./payloads/index";
export type { Model, ValidationError, ValidationResult } from "./runtime/model";
export { ParameterError } from "./runtime/parameters";
export {
  EventSourceError,
  type ClientOptions,
  type Details,
  type ErrorCode,
  type EventStream,
  type Listener,
  type Provided,
  type Subscription,
} from "./runtime/fetch-client";
export {
  InvalidMessageError,
  memoryBroker,
  SlowClientError,
  type Broker,
  type BrokerFactory,
  type Hub,
  type HubOptions,
  type SendCallback,
  type SendEvent,
  type SendOptions,
  type ServerOptions,
} from "./runtime/express";
