import { dispatch, withoutPrefix } from './server/dispatch'
import { endpointsOf, type Next, type RouteInfo, type Served } from './server/exchange'
import { FetchExchange } from './server/fetch-exchange'
import { sendProblem } from './server/http'
import type { PresentedCredentials } from './server/request-credentials'
import { routedMethod } from './server/route'
import { SendEndpoint } from './server/send-endpoint'
import type { CommonSendOptions, SendEvent, ServerChannel } from './server/types'

/** Handles a request: the signature that route handlers of Next.js, SvelteKit, Hono, Bun, Deno and Workers have. */
export type FetchHandler = (request: Request) => Promise<Response>

/**
 * Options of `handle…`. `User`: result of `authorize`. `Auth`: credentials that a request can present, by security scheme.
 */
export type FetchOptions<Params, User = true, Auth = PresentedCredentials> = CommonSendOptions<
  Params,
  Request,
  Auth,
  User
>

/** Argument of a callback. */
export interface FetchContext<
  Events,
  Content,
  Params,
  User = true,
  Body = unknown,
  Query = unknown,
> {
  readonly request: Request
  /** Validated body of the request; undefined for a GET stream. */
  readonly body: Body
  readonly parameters: Params
  readonly sendEvent: SendEvent<Events, Content, User, Query>
}

/** Serves one client. A `Response` returned before the first `sendEvent` is sent to the client. */
export type FetchCallback<Events, Content, Params, User = true, Body = unknown, Query = unknown> = (
  context: FetchContext<Events, Content, Params, User, Body, Query>,
) => void | Response | Promise<void | Response>

/** Creates a handler that calls a function for each client that connects to a channel. */
export function createFetchHandler<
  Events,
  Content,
  Params,
  Auth,
  User extends object | true = true,
  Body = unknown,
  Query = unknown,
>(
  channel: ServerChannel<Events, Content, Params, Auth>,
  callback: FetchCallback<Events, Content, Params, User, Body, Query>,
  options: FetchOptions<Params, User, Auth> = {},
): FetchHandler {
  const { maxConnectionsPerKey, connectionKey } = options
  if (maxConnectionsPerKey !== undefined && connectionKey === undefined) {
    throw new TypeError(
      `${channel.name}: maxConnectionsPerKey needs the option connectionKey, because a Request has no remote address`,
    )
  }
  const endpoint = new SendEndpoint(channel, options)
  return (request) =>
    serve([endpoint], request, (_endpoint, exchange, next) =>
      endpoint.handle(exchange, next, async (_, parameters, sendEvent, body) => {
        const context = { request, parameters, sendEvent, body: body as Body }
        const response = await callback(context)
        if (response === undefined) return
        if (exchange.isDisconnected) {
          await response.body?.cancel()
          return
        }
        if (exchange.isAnswered) {
          throw new Error(
            `the callback of ${channel.name} returned a Response after the stream had begun; return it before the first sendEvent`,
          )
        }
        exchange.respondWith(response)
      }),
    )
}

/** A hub with a Fetch handler. */
export interface FetchRoutes {
  /** Handles a request. It does not use `this`: `export const GET = hub.fetch`. */
  readonly fetch: FetchHandler
}

/** Adds `fetch` to a hub or to runs. */
export function withFetch<Hub extends Served>(hub: Hub): Hub & FetchRoutes {
  const endpoints = endpointsOf(hub)
  const fetch: FetchHandler = (request) =>
    serve(endpoints, request, (endpoint, exchange, next) => endpoint.handle(exchange, next))
  return Object.assign(hub, { fetch })
}

/** Serves a request with the first endpoint that has its path. */
function serve<Info extends RouteInfo<Request>>(
  endpoints: readonly Info[],
  request: Request,
  handle: (endpoint: Info, exchange: FetchExchange, next: Next) => Promise<void>,
): Promise<Response> {
  const url = new URL(request.url)
  const method = routedMethod(request.method, request.headers.get('access-control-request-method'))
  for (const endpoint of endpoints) {
    const path = withoutPrefix(url.pathname, endpoint.prefix)
    if (path === undefined || !endpoint.matches(path, request.url, method)) continue
    const exchange = new FetchExchange(request, url, path)
    dispatch(endpoint, exchange, (next) => handle(endpoint, exchange, next))
    return exchange.answer
  }
  const exchange = new FetchExchange(request, url, url.pathname)
  sendProblem(exchange, { status: 404, detail: 'no channel has this address' })
  return exchange.answer
}
