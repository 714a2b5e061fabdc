import type { IRouter, NextFunction, Request, RequestHandler, Response } from 'express'
import { endpointsOf, type RouteInfo, type Served } from './server/exchange'
import { NodeExchange } from './server/node-exchange'
import type { PresentedCredentials } from './server/request-credentials'
import { routedMethod } from './server/route'
import { routerExpression, type RouteSettings } from './server/route-expression'
import { SendEndpoint } from './server/send-endpoint'
import type { CommonSendOptions, SendEvent, ServerChannel } from './server/types'

/**
 * Options of `registerSend…`. `User`: result of `authorize`. `Auth`: credentials that a request can present, by security
 * scheme.
 */
export type ServerOptions<Params, User = true, Auth = PresentedCredentials> = CommonSendOptions<
  Params,
  Request,
  Auth,
  User
>

/** A request whose body is read and validated; `unknown` for a GET stream. */
export type RequestWithBody<Body> = Request<Request['params'], unknown, Body>

/**
 * Serves one client. The callback controls the response until the first `sendEvent`, or until it (or its promise) ends: it
 * may send a status, or call `next`.
 */
export type SendCallback<Events, Content, Params, User = true, Body = unknown, Query = unknown> = (
  req: RequestWithBody<Body>,
  res: Response,
  next: NextFunction,
  parameters: Params,
  sendEvent: SendEvent<Events, Content, User, Query>,
) => unknown

/** Registers a callback that is called for each client that connects to a channel. */
export function registerSend<
  Events,
  Content,
  Params,
  Auth,
  User extends object | true = true,
  Body = unknown,
  Query = unknown,
>(
  channel: ServerChannel<Events, Content, Params, Auth>,
  router: IRouter,
  callback: SendCallback<Events, Content, Params, User, Body, Query>,
  options: ServerOptions<Params, User, Auth> = {},
): void {
  const endpoint = new SendEndpoint(channel, options)
  addRoute(router, endpoint, (request, response, next) => {
    const exchange = new NodeExchange(request, response, request.path)
    void endpoint.handle(exchange, next, (guardedNext, parameters, sendEvent, body) => {
      if (channel.body !== undefined) request.body = body
      return callback(request, response, guardedNext as NextFunction, parameters, sendEvent)
    })
  })
}

/** A hub with a route for Express. */
export interface ExpressRoutes {
  /** Adds the channel's route to a router or application of Express 4 or 5. */
  register(router: IRouter): void
}

/** Adds `register` to a hub or to runs. */
export function withExpress<Hub extends Served>(hub: Hub): Hub & ExpressRoutes {
  return Object.assign(hub, {
    register: (router: IRouter): void => {
      for (const endpoint of endpointsOf(hub)) {
        addRoute(router, endpoint, (request, response, next) => {
          void endpoint.handle(new NodeExchange(request, response, request.path), next)
        })
      }
    },
  })
}

function addRoute(router: IRouter, info: RouteInfo<Request>, handler: RequestHandler): void {
  const route = routerExpression(info.address, settingsOf(router))
  const { methods, preflight } = info
  const handleOwn: RequestHandler = (request, response, next) => {
    // Express routes HEAD like GET, and has no method for QUERY.
    const isServed = methods.includes(request.method)
    if (isServed && info.matches(request.path, request.url, request.method)) {
      handler(request, response, next)
    } else next()
  }
  router.all(route, handleOwn)
  if (preflight !== undefined) {
    router.options(route, (request, response, next) => {
      const method = routedMethod(request.method, request.headers['access-control-request-method'])
      if (info.matches(request.path, request.url, method)) {
        preflight(new NodeExchange(request, response, request.path))
      } else next()
    })
  }
}

/** Routers have their settings as properties, applications by name. */
function settingsOf(router: IRouter): RouteSettings {
  const { enabled, caseSensitive, strict } = router as RouteSettings & {
    readonly enabled?: (name: string) => boolean
  }
  if (enabled === undefined)
    return { caseSensitive: caseSensitive === true, strict: strict === true }
  return {
    caseSensitive: enabled.call(router, 'case sensitive routing'),
    strict: enabled.call(router, 'strict routing'),
  }
}
