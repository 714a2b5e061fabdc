import { createServer, request, type Server } from 'node:http'
import { join } from 'node:path'
import { createAdaptorServer } from '@hono/node-server'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { withExpress } from '../../runtime/express'
import { withFastify } from '../../runtime/fastify'
import { createFetchHandler, withFetch } from '../../runtime/fetch'
import { withNode } from '../../runtime/node'
import { createHub } from '../../runtime/hub'
import { Joined, rooms } from '../runtime/server/support/channels'
import { deferred, Hosts } from '../runtime/server/support/host'
import { programOf } from '../support/compile'
import { parseFile } from '../support/document'
import { outputOf } from '../support/output'

const clients = new Hosts()

afterEach(clients.close)

it('one hub serves several hosts of a process', async () => {
  const hub = withFastify(withFetch(withNode(withExpress(createHub(rooms)))))
  const app = express()
  hub.register(app)
  const fastifyApp = fastify()
  hub.register(fastifyApp)
  const urls = [
    await clients.serve(app),
    await clients.listen(createServer((request, response) => void hub.handle(request, response))),
    await fastifyApp.listen({ port: 0, host: '127.0.0.1' }),
  ]
  const streams = await Promise.all(urls.map((url) => clients.open(`${url}/rooms/7/events`)))
  const response = await hub.fetch(new Request('http://host/rooms/7/events'))
  expect(hub.size).toBe(4)
  await hub.publish(new Joined({ user: 'ada' }), { parameters: { roomId: '7' } })
  for (const stream of streams) expect((await stream.count(1)).data).toEqual(['{"user":"ada"}'])
  // The response ends with the hub, so its text is complete.
  const text = response.text()
  await hub.close()
  expect(await text).toContain('data: {"user":"ada"}')
  await fastifyApp.close()
})

it.each(['authorize', 'callback'])(
  'middleware continues if the client disconnects during %s, before the response',
  async (place) => {
    const [reached, continued] = [deferred<undefined>(), deferred<number>()]
    const errors: unknown[] = []
    const wait = async (here: string): Promise<void> => {
      if (here !== place) return
      reached.resolve(undefined)
      await continued.promise
    }
    const handle = createFetchHandler(
      rooms,
      async () => {
        await wait('callback')
        return new Response('late')
      },
      {
        authorize: async () => {
          await wait('authorize')
          return true
        },
        onError: (error) => void errors.push(error),
      },
    )
    const app = new Hono()
    app.use(async (context, next) => {
      await next()
      continued.resolve(context.res.status)
    })
    app.get('*', ({ req }) => handle(req.raw))
    const url = await clients.listen(createAdaptorServer({ fetch: app.fetch }) as Server)
    const client = request(`${url}/rooms/7/events`)
    client.on('error', () => undefined)
    client.end()
    await reached.promise
    client.destroy()
    expect(await continued.promise).toBe(499)
    await new Promise(setImmediate)
    expect(errors).toEqual([])
  },
)

it.each(['fetch', 'node'])(
  'the output of host=%s compiles without the types of a framework or of Node.js',
  async (host) => {
    const document = await parseFile(join(__dirname, '../../examples/rooms.yaml'))
    const program = programOf(outputOf(document, { host, side: 'server' }))
    expect(program.getSemanticDiagnostics().map(({ messageText }) => messageText)).toEqual([])
    const packages = program
      .getSourceFiles()
      .map(({ fileName }) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(fileName)?.[1])
      .filter((name) => name !== undefined && name !== 'typescript')
    expect(packages).toEqual([])
  },
)
