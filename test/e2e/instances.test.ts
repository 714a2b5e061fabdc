import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { linkPackages } from '../support/generator'
import { parseDocument } from '../support/document'
import { scratchFolder } from '../support/folder'
import { outputOf } from '../support/output'

const change = { type: 'object', required: ['id'], properties: { id: { type: 'string' } } }

/** Three messages of one schema, one of which has the name of the schema. */
const DOCUMENT = {
  asyncapi: '3.0.0',
  info: { title: 'Cluster', version: '1.0.0' },
  channels: {
    cluster: {
      address: '/cluster',
      messages: Object.fromEntries(
        ['change', 'node', 'task'].map((name) => [
          name,
          { payload: { $ref: '#/components/schemas/Change' } },
        ]),
      ),
    },
  },
  components: { schemas: { Change: change } },
}

const PROGRAM = `import express from 'express'
import { createClusterHub, listenForCluster } from './__gen__/channels/index'
import { Change, Node, Task } from './__gen__/payloads/index'

const hub = createClusterHub()
const app = express()
hub.register(app)
const received: unknown[] = []
const server = app.listen(0, () => {
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  listenForCluster(
    (message, _parameters, _error, { type }) => {
      received.push([type, message?.constructor.name, message?.id])
      if (received.length === 3) process.send?.(received)
    },
    {
      baseUrl: 'http://localhost:' + port,
      onOpen: async () => {
        await hub.publish(new Task({ id: 'a' }))
        await hub.publish(new Node({ id: 'b' }))
        await hub.publish(new Change({ id: 'c' }))
      },
    },
  )
})
`

test('an instance is sent and received as its own message, although other messages share its schema', async () => {
  const folder = scratchFolder()
  for (const [path, content] of Object.entries(outputOf(await parseDocument(DOCUMENT)))) {
    const file = join(folder, '__gen__', path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
  linkPackages(folder)
  writeFileSync(join(folder, 'program.ts'), PROGRAM)
  const program = fork(join(folder, 'program.ts'), {
    execArgv: ['-r', join(__dirname, '../support/typescript-hook.js')],
  })
  try {
    const [received] = (await once(program, 'message', {
      signal: AbortSignal.timeout(30_000),
    })) as unknown[]
    expect(received).toEqual([
      ['task', 'Task', 'a'],
      ['node', 'Node', 'b'],
      ['change', 'Change', 'c'],
    ])
  } finally {
    program.kill()
  }
}, 60_000)
