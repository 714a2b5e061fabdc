import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { createServer as createHttp2Server, type ServerHttp2Session } from 'node:http2'
import type { AddressInfo, Server as NetServer, Socket } from 'node:net'
import { serve as serveHono } from '@hono/node-server'
import express5 from 'express'
import express4 from 'express4'
import fastify from 'fastify'
import { Hono } from 'hono'
import * as fastifyHost from '../../../runtime/fastify'
import {
  createNodeHandler,
  withNode,
  type HttpRequest,
  type HttpResponse,
  type NodeHandler,
} from '../../../runtime/node'
import { createHub } from '../../../runtime/hub'
import * as express from '../../runtime/server/support/express'
import { deferred } from '../../runtime/server/support/host'
import type { Difference } from './differences'
import { fetchService } from './fetch-service'
import type { Host } from './host'
import { LocalRun } from './run'
import { RUNTIME_HOSTS } from './runtime-hosts'
import { hostOptions, type Service } from './service'

/** Listens on a free port of the loopback interface. */
async function listenOn(server: NetServer): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function closeServer(server: NetServer): Promise<void> {
  if (!server.listening) return
  server.close()
  await once(server, 'close')
}

/** A host in this process. */
function localHost(
  name: string,
  differences: readonly Difference[],
  create: () => Service,
  isHttp2 = false,
): Host {
  return {
    name,
    differences,
    isHttp2,
    start: (scenario, options) => LocalRun.start(create(), scenario, options),
  }
}

function expressService(create: typeof express5): Service {
  const app = create()
  const server = createServer(app)
  return {
    hub: (channel, options) => {
      const hub = express.withExpress(createHub(channel, options))
      hub.register(app)
      return hub
    },
    send: (channel, callback, options = {}) => {
      express.registerSend(
        channel,
        app,
        ({ body }, _res, _next, parameters, sendEvent) => callback(parameters, sendEvent, body),
        hostOptions(options),
      )
    },
    listen: () => {
      app.use((_req, res) => void res.status(404).end())
      return listenOn(server)
    },
    close: () => closeServer(server),
  }
}

function nodeService(
  listen: (listener: (request: HttpRequest, response: HttpResponse) => void) => Promise<string>,
  close: () => Promise<void>,
): Service {
  const handlers: NodeHandler[] = []
  return {
    hub: (channel, options) => {
      const hub = withNode(createHub(channel, options))
      handlers.push(hub.handle)
      return hub
    },
    send: (channel, callback, options = {}) => {
      const handle = createNodeHandler(
        channel,
        ({ body }, _response, parameters, sendEvent) => callback(parameters, sendEvent, body),
        hostOptions(options),
      )
      handlers.push(handle)
    },
    listen: () =>
      listen((request, response) => {
        if (handlers.some((handle) => handle(request, response))) return
        response.statusCode = 404
        response.end()
      }),
    close,
  }
}

function nodeHttpService(): Service {
  const server = createServer()
  return nodeService(
    (listener) => listenOn(server.on('request', listener)),
    () => closeServer(server),
  )
}

function nodeHttp2Service(): Service {
  const server = createHttp2Server()
  const sessions = new Set<ServerHttp2Session>()
  const sockets = new Set<Socket>()
  server.on('session', (session) => {
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
  })
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return nodeService(
    (listener) => listenOn(server.on('request', listener)),
    async () => {
      // The server waits for its sessions, and a session for the client to close the connection.
      for (const session of sessions) session.close()
      const timer = setTimeout(() => sockets.forEach((socket) => socket.destroy()), 300)
      await closeServer(server)
      clearTimeout(timer)
    },
  )
}

function fastifyService(): Service {
  const app = fastify()
  return {
    hub: (channel, options) => {
      const hub = fastifyHost.withFastify(createHub(channel, options))
      hub.register(app)
      return hub
    },
    send: (channel, callback, options = {}) => {
      fastifyHost.registerSend(
        channel,
        app,
        ({ body }, _reply, parameters, sendEvent) => callback(parameters, sendEvent, body),
        hostOptions(options),
      )
    },
    listen: () => app.listen({ port: 0, host: '127.0.0.1' }),
    close: () => app.close(),
  }
}

function honoService(): Service {
  return fetchService(async (handle) => {
    const app = new Hono().all('*', ({ req }) => handle(req.raw))
    const { promise, resolve } = deferred<number>()
    const server = serveHono({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
      resolve(port),
    ) as Server
    return { url: `http://127.0.0.1:${await promise}`, close: () => closeServer(server) }
  })
}

export const HOSTS: readonly Host[] = [
  localHost('Express 5', ['fallsThrough'], () => expressService(express5)),
  localHost('Express 4', ['fallsThrough'], () =>
    expressService(express4 as unknown as typeof express5),
  ),
  localHost('node:http', [], nodeHttpService),
  localHost('node:http2', [], nodeHttp2Service, true),
  localHost(
    'Fastify 5',
    ['fallsThrough', 'limitsParameters', 'refusesMalformedPaths'],
    fastifyService,
  ),
  localHost('Hono on Node', ['noRemoteAddress'], honoService),
  ...RUNTIME_HOSTS,
]
