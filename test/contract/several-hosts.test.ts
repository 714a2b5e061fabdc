import { createServer } from 'node:http'
import { join } from 'node:path'
import express from 'express'
import fastify from 'fastify'
import { withExpress } from '../../runtime/express'
import { withFastify } from '../../runtime/fastify'
import { withFetch } from '../../runtime/fetch'
import { withNode } from '../../runtime/node'
import { createHub } from '../../runtime/hub'
import { Joined, rooms } from '../runtime/server/support/channels'
import { Hosts } from '../runtime/server/support/host'
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
