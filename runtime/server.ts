export { anyJson, unionModel } from './core/model'
export { ParameterError } from './core/parameters'
export { InvalidMessageError, SlowClientError } from './server/errors'
export type { CorsOptions } from './server/cors'
export type { ServerRequest } from './server/exchange'
export type { BasicCredentials, PresentedCredentials } from './server/request-credentials'
export type {
  AuthorizeResult,
  RequireAuthorize,
  SendEvent,
  SendOptions,
  ServerChannel,
} from './server/types'
