import type { HttpRequest, HttpResponse } from './server/http'
export type { HttpRequest, HttpResponse } from './server/http'
import { pathOf } from './server/http'
import { dispatch, withoutPrefix } from './server/dispatch'
import { endpointsOf, type Next, type RouteInfo, type Served } from './server/exchange'
import { NodeExchange } from './server/node-exchange'
import { routedMethod } from './server/route'
import { SendEndpoint } from './server/send-endpoint'
import type { PresentedCredentials } from './server/request-credentials'
import type { CommonSendOptions, SendEvent, ServerChannel } from './server/types'

/**
 * Serves a request of `node:http` or `node:http2`. Returns false and leaves the request unchanged if its path is not that
 * of the channel.
 */
export type NodeHandler<
  Req extends HttpRequest = HttpRequest,
  Res extends HttpResponse = HttpResponse,
> = (request: Req, response: Res) => boolean

/**
 * Options of `handle…`. `User`: result of `authorize`. `Auth`: credentials that a request can present, by security scheme.
 */
export type NodeOptions<
  Params,
  User = true,
  Auth = PresentedCredentials,
  Req = HttpRequest,
> = CommonSendOptions<Params, Req, Auth, User>

/**
 * Serves one client. The callback controls the response until the first `sendEvent`, or until it (or its promise) ends: it
 * may send a status.
 */
export type NodeSendCallback<
  Events,
  Content,
  Params,
  User = true,
  Req = HttpRequest,
  Res = HttpResponse,
  Body = unknown,
  Query = unknown,
> = (
  request: Req & { readonly body?: Body },
  response: Res,
  parameters: Params,
  sendEvent: SendEvent<Events, Content, User, Query>,
) => unknown

/** Creates a handler that calls a function for each client that connects to a channel. */
export function createNodeHandler<
  Events,
  Content,
  Params,
  Req extends HttpRequest,
  Res extends HttpResponse,
  Auth,
  User extends object | true = true,
  Body = unknown,
  Query = unknown,
>(
  channel: ServerChannel<Events, Content, Params, Auth>,
  callback: NodeSendCallback<Events, Content, Params, User, Req, Res, Body, Query>,
  options: NodeOptions<Params, User, Auth, Req> = {},
): NodeHandler<Req, Res> {
  const endpoint = new SendEndpoint(channel, options)
  return (request, response) =>
    serve(endpoint, request, response, (exchange, next) =>
      endpoint.handle(exchange, next, (_, parameters, sendEvent, body) =>
        callback(Object.assign(request, { body: body as Body }), response, parameters, sendEvent),
      ),
    )
}

/** A hub with a handler for `node:http` and `node:http2`. */
export interface NodeRoutes {
  /** Serves a request; returns false if its path is not that of the channel. */
  readonly handle: NodeHandler
}

/** Adds `handle` to a hub or to runs. */
export function withNode<Hub extends Served>(hub: Hub): Hub & NodeRoutes {
  const handle: NodeHandler = (request, response) =>
    endpointsOf(hub).some((endpoint) =>
      serve(endpoint, request, response, (exchange, next) => endpoint.handle(exchange, next)),
    )
  return Object.assign(hub, { handle })
}

function serve<Req extends HttpRequest>(
  info: RouteInfo<Req>,
  request: Req,
  response: HttpResponse,
  handle: (exchange: NodeExchange<Req>, next: Next) => Promise<void>,
): boolean {
  const path = withoutPrefix(pathOf(request), info.prefix)
  const method = routedMethod(
    request.method ?? '',
    request.headers['access-control-request-method'],
  )
  if (path === undefined || !info.matches(path, request.url ?? '', method)) return false
  const exchange = new NodeExchange(request, response, path)
  dispatch(info, exchange, (next) => handle(exchange, next))
  return true
}
