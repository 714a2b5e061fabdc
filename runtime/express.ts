import type { IRouter, NextFunction, Request, RequestHandler, Response } from 'express'
import type { Cors } from './cors'
import { ChannelHub } from './hub'
import type { PresentedCredentials } from './request-credentials'
import { routeFor } from './route'
import { SendEndpoint } from './send-endpoint'
import type {
  CommonHubOptions,
  CommonSendOptions,
  HubBase,
  SendEvent,
  ServerChannel,
} from './server-types'

export { memoryBroker } from './memory-broker'
export { InvalidMessageError, SlowClientError } from './server-errors'
export type { Broker, BrokerFactory, BrokerHub, BrokerSink, Entry } from './broker'
export type { CorsOptions } from './cors'
export type { BasicCredentials, PresentedCredentials } from './request-credentials'
export type {
  Admission,
  HubEvent,
  HubMetrics,
  HubNotice,
  SendEvent,
  SendOptions,
  ServerChannel,
} from './server-types'

/** Options of `registerSend…`. `A`: what a request may present, by security scheme. */
export type ServerOptions<P, A = PresentedCredentials> = CommonSendOptions<P, Request, A>
/** Options of `create…Hub`. */
export type HubOptions<P, A = PresentedCredentials> = CommonHubOptions<P, Request, A>

/**
 * Serves one client. Until the first `sendEvent`, or until it (or its promise) ends, the response is its own:
 * it may answer with a status, or call `next`.
 */
export type SendCallback<E, C, P> = (
  req: Request,
  res: Response,
  next: NextFunction,
  parameters: P,
  sendEvent: SendEvent<E, C>,
) => void | Promise<void>

/** A hub that Express serves. */
export interface Hub<E, C, P> extends HubBase<E, C, P> {
  /** Adds the channel's route to a router (or an application) of Express 4 or 5. */
  register(router: IRouter): void
}

/** Calls back for each client that connects to a channel. */
export function registerSend<E, C, P, A>(
  channel: ServerChannel<E, C, P, A>,
  router: IRouter,
  callback: SendCallback<E, C, P>,
  options: ServerOptions<P, A> = {},
): void {
  const endpoint = new SendEndpoint(channel, options)
  addRoute(router, channel, endpoint.gate, (request, response, next) => {
    void endpoint.visit({
      request,
      response,
      path: request.path,
      next,
      serve: (pass, parameters, sendEvent) =>
        callback(request, response, pass as NextFunction, parameters, sendEvent),
    })
  })
}

/** Makes a hub; `register` puts it on a router. */
export function createHub<E, C, P, A>(
  channel: ServerChannel<E, C, P, A>,
  options: HubOptions<P, A> = {},
): Hub<E, C, P> {
  const hub = new ChannelHub(channel, options)
  return Object.assign(hub, {
    register: (router: IRouter): void => {
      addRoute(router, channel, hub.gate, (request, response, next) => {
        void hub.visit(request, response, request.path, next)
      })
    },
  })
}

function addRoute(
  router: IRouter,
  channel: { readonly route: RegExp },
  { cors }: { readonly cors: Cors | undefined },
  handler: RequestHandler,
): void {
  const route = routeFor(channel, settingsOf(router))
  router.get(route, handler)
  if (cors !== undefined) {
    router.options(route, (request, response) => cors.preflight(request, response))
  }
}

interface RouterSettings {
  readonly caseSensitive?: boolean
  readonly strict?: boolean
}

/** Routers carry their settings as properties, applications under names. */
function settingsOf(router: IRouter): RouterSettings {
  const { enabled, caseSensitive, strict } = router as RouterSettings & {
    readonly enabled?: (name: string) => boolean
  }
  if (enabled === undefined)
    return { caseSensitive: caseSensitive === true, strict: strict === true }
  return {
    caseSensitive: enabled.call(router, 'case sensitive routing'),
    strict: enabled.call(router, 'strict routing'),
  }
}
