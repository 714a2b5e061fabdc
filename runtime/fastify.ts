import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { endpointsOf, type Next, type RouteInfo, type Served } from './server/exchange'
import { FastifyExchange, unreadBodyParser } from './server/fastify-exchange'
import { pathOf } from './server/http'
import type { PresentedCredentials } from './server/request-credentials'
import { routedMethod } from './server/route'
import { SendEndpoint } from './server/send-endpoint'
import type { CommonSendOptions, SendEvent, ServerChannel } from './server/types'

/**
 * Options of `registerSend…`. `User`: result of `authorize`. `Auth`: credentials that a request can present, by security
 * scheme.
 */
export type FastifyOptions<Params, User = true, Auth = PresentedCredentials> = CommonSendOptions<
  Params,
  FastifyRequest,
  Auth,
  User
>

/**
 * Serves one client. The callback controls the reply until the first `sendEvent`, or until it (or its promise) ends: it may
 * call `reply.code(…).send(…)`.
 */
export type FastifySendCallback<
  Events,
  Content,
  Params,
  User = true,
  Body = unknown,
  Query = unknown,
> = (
  request: FastifyRequest<{ Body: Body }>,
  reply: FastifyReply,
  parameters: Params,
  sendEvent: SendEvent<Events, Content, User, Query>,
) => unknown

/** Registers a callback that is called for each client that connects to a channel. Streams end when Fastify closes. */
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
  fastify: FastifyInstance,
  callback: FastifySendCallback<Events, Content, Params, User, Body, Query>,
  options: FastifyOptions<Params, User, Auth> = {},
): void {
  const endpoint = new SendEndpoint(channel, options)
  fastify.addHook('preClose', async () => endpoint.shutDown())
  addRoute(fastify, endpoint, (exchange, reply, next) => {
    void endpoint.handle(exchange, next, (_, parameters, sendEvent, body) => {
      const request = exchange.request.raw as FastifyRequest<{ Body: Body }>
      if (channel.body !== undefined) request.body = body as Body
      return callback(request, reply, parameters, sendEvent)
    })
  })
}

/** A hub with a route for Fastify. */
export interface FastifyRoutes {
  /** Adds the channel's route to a Fastify instance. The hub closes when Fastify closes. */
  register(fastify: FastifyInstance): void
}

/** Adds `register` to a hub or to runs, in addition to that of another host, if any. */
export function withFastify<Hub extends Served>(hub: Hub): Hub & FastifyRoutes {
  const endpoints = endpointsOf(hub)
  const { register: registerOther } = hub as { register?(router: unknown): void }
  return Object.assign(hub, {
    register: (fastify: FastifyInstance): void => {
      if (registerOther !== undefined && !isFastify(fastify)) {
        registerOther(fastify)
        return
      }
      for (const endpoint of endpoints) {
        fastify.addHook('preClose', () => endpoint.close())
        addRoute(fastify, endpoint, (exchange, _, next) => void endpoint.handle(exchange, next))
      }
    },
  })
}

function isFastify(router: object): boolean {
  return 'decorateReply' in router
}

type Handle = (exchange: FastifyExchange, reply: FastifyReply, next: Next) => void

/** A channel on a route. Returns whether the request belongs to it. */
type Candidate = (request: FastifyRequest, reply: FastifyReply) => boolean

/** By instance, then by method and path. Fastify has one handler for a path; channels can differ by a query parameter. */
const candidates = new WeakMap<FastifyInstance, Map<string, Candidate[]>>()

/** Methods without a body (RFC 9110 §9.3). */
const BODILESS = ['GET', 'HEAD', 'DELETE']

function addRoute(fastify: FastifyInstance, info: RouteInfo<FastifyRequest>, handle: Handle): void {
  if (info.methods.every((method) => BODILESS.includes(method))) {
    addRouteTo(fastify, fastify, info, handle)
    return
  }
  // The parser applies only to the routes of this context.
  fastify.register((context, _options, done) => {
    context.removeAllContentTypeParsers()
    context.addContentTypeParser('*', unreadBodyParser)
    addRouteTo(fastify, context, info, handle)
    done()
  })
}

/** @param owner the instance of the user, whose routes can be shared */
function addRouteTo(
  owner: FastifyInstance,
  fastify: FastifyInstance,
  info: RouteInfo<FastifyRequest>,
  handle: Handle,
): void {
  const { length: depth } = segmentsOf(fastify.prefix)
  const { preflight, address } = info
  const candidate =
    (answer: (exchange: FastifyExchange, reply: FastifyReply) => void): Candidate =>
    (request, reply) => {
      const path = `/${pathOf(request)
        .split('/')
        .slice(depth + 1)
        .join('/')}`
      const method = routedMethod(request.method, request.headers['access-control-request-method'])
      if (!info.matches(path, request.url, method)) return false
      answer(new FastifyExchange(request, reply, path), reply)
      return true
    }
  const serve = candidate((exchange, reply) =>
    handle(exchange, reply, (error) => {
      if (reply.sent) return
      if (error === undefined || error === null) reply.callNotFound()
      else fail(reply, error)
    }),
  )
  for (const method of info.methods) addCandidate(owner, fastify, method, address, serve)
  if (preflight === undefined) return
  const answerPreflight = candidate((exchange, reply) => {
    try {
      preflight(exchange)
    } catch (error) {
      fail(reply, error)
    }
  })
  addCandidate(owner, fastify, 'OPTIONS', address, answerPreflight)
}

function addCandidate(
  owner: FastifyInstance,
  fastify: FastifyInstance,
  method: string,
  address: string,
  candidate: Candidate,
): void {
  const url = fastifyPath(address)
  const routes = candidates.get(owner) ?? new Map<string, Candidate[]>()
  candidates.set(owner, routes)
  const key = `${method} ${url.replaceAll(/:\w+/g, ':')}`
  const existing = routes.get(key)
  if (existing !== undefined) {
    existing.push(candidate)
    return
  }
  const list = [candidate]
  routes.set(key, list)
  fastify.route({
    method,
    url,
    exposeHeadRoute: false,
    handler: (request, reply) => {
      if (!list.some((serve) => serve(request, reply))) reply.callNotFound()
    },
  })
}

/** Fastify sends a value that is not an `Error` as the body of a 200. */
function fail(reply: FastifyReply, error: unknown): void {
  reply.send(error instanceof Error ? error : new Error(String(error)))
}

/**
 * Converts an address to a Fastify path. A segment with several parameters, or with text next to a parameter, becomes one
 * parameter: the route of the channel decides.
 */
function fastifyPath(address: string): string {
  const [path = ''] = address.split(/[?#]/, 1)
  const segments = segmentsOf(path).map((segment, index) => {
    if (!/[{*]/.test(segment)) return segment.replaceAll(':', '::')
    const name = /^\{(\w+)\}$/.exec(segment)?.[1]
    return `:${name ?? `segment${index}`}`
  })
  return `/${segments.join('/')}`
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '')
}
