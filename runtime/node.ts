import type { HttpRequest, HttpResponse } from './http'
import { pathOf } from './http'
import type { Cors } from './cors'
import { ChannelHub } from './hub'
import { answerProblem } from './problem'
import { SendEndpoint, type Next } from './send-endpoint'
import { reportTo } from './server-errors'
import type {
  CommonHubOptions,
  CommonSendOptions,
  HubBase,
  SendEvent,
  ServerChannel,
} from './server-types'

/**
 * Serves a request of node:http or node:http2. Returns false, and leaves the request alone, where its path is not the
 * channel's: then it is someone else's.
 */
export type NodeHandler<
  Q extends HttpRequest = HttpRequest,
  S extends HttpResponse = HttpResponse,
> = (request: Q, response: S) => boolean

/** Serves one client; until the first `sendEvent`, or until it ends, the response is its own. */
export type NodeSendCallback<E, C, P, Q = HttpRequest, S = HttpResponse> = (
  request: Q,
  response: S,
  parameters: P,
  sendEvent: SendEvent<E, C>,
) => void | Promise<void>

/** A hub that node:http or node:http2 serves; Express does not run on node:http2. */
export interface NodeHub<E, C, P, Q extends HttpRequest = HttpRequest> extends HubBase<E, C, P> {
  handle: NodeHandler<Q>
}

/** Calls back for each client that connects to a channel: `registerSend…` without Express. */
export function createNodeHandler<E, C, P, Q extends HttpRequest, S extends HttpResponse, A>(
  channel: ServerChannel<E, C, P, A>,
  callback: NodeSendCallback<E, C, P, Q, S>,
  options: CommonSendOptions<P, Q, A> = {},
): NodeHandler<Q, S> {
  const endpoint = new SendEndpoint<E, C, P, Q, A>(channel, options)
  return route(channel, endpoint.gate, options, (request, response: S, path, next) =>
    endpoint.visit({
      request,
      response,
      path,
      next,
      serve: (_, parameters, sendEvent) => callback(request, response, parameters, sendEvent),
    }),
  )
}

/** `create…Hub` without Express. */
export function createNodeHub<E, C, P, A, Q extends HttpRequest = HttpRequest>(
  channel: ServerChannel<E, C, P, A>,
  options: CommonHubOptions<P, Q, A> = {},
): NodeHub<E, C, P, Q> {
  const hub = new ChannelHub<E, C, P, Q, A>(channel, options)
  const handle = route(channel, hub.gate, options, (request: Q, response, path, next) =>
    hub.visit(request, response, path, next),
  )
  return Object.assign(hub, { handle })
}

/** What a router does for Express: path, methods, preflight, and failures that nobody else answers. */
function route<Q extends HttpRequest, S extends HttpResponse>(
  channel: { readonly route: RegExp },
  { cors }: { readonly cors: Cors | undefined },
  options: { onError?(error: unknown): void },
  visit: (request: Q, response: S, path: string, next: Next) => Promise<void>,
): NodeHandler<Q, S> {
  return (request, response) => {
    const path = pathOf(request)
    if (!channel.route.test(path)) return false
    const { method } = request
    if (method === 'OPTIONS' && cors !== undefined) {
      cors.preflight(request, response)
    } else if (method === 'GET' || method === 'HEAD') {
      void visit(request, response, path, (error) => {
        reportTo(options.onError && ((each) => options.onError?.(each)), error)
        if (response.headersSent || response.writableEnded) return
        answerProblem(response, { status: 500, detail: 'the server failed' })
      })
    } else {
      response.setHeader('Allow', 'GET, HEAD')
      answerProblem(response, { status: 405, detail: 'an event stream is read with GET' })
    }
    return true
  }
}
