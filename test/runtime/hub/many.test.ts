import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Child } from '../../support/child'

const CLIENTS = 2000

// The server is a process of its own: its memory is measured.
describe('Two thousand idle clients', () => {
  it('need little memory, all receive an event, and leave no memory behind', async () => {
    const messages: unknown[] = []
    let wake = (): void => undefined
    const server = await Child.start(join(__dirname, 'support/many-server.ts'), [], (message) => {
      messages.push(message)
      wake()
    })
    const answers = async (count: number): Promise<void> => {
      while (messages.length < count) await new Promise<void>((resolve) => (wake = resolve))
    }
    const [{ port }] = messages as [{ port: number }]
    const clients = fork(join(__dirname, 'support/many-clients.js'), [
      String(port),
      String(CLIENTS),
    ])
    try {
      await once(clients, 'message')
      server.send('memory')
      await answers(2)
      server.send('publish')
      const [{ received }] = (await once(clients, 'message')) as [{ received: number }]
      expect(received).toBe(CLIENTS)
    } finally {
      clients.kill()
      await once(clients, 'exit')
    }
    await answers(3)
    await server.kill()
    const [, memory, after] = messages as [
      unknown,
      { heap: number; rss: number; clients: number },
      { left: number },
    ]
    console.log(
      `${memory.clients} idle clients: heap ${memory.heap} bytes and RSS ${memory.rss} bytes each`,
    )
    expect(memory.clients).toBe(CLIENTS)
    // Far above what is measured (about 10 kB): this finds leaks, the bench compares.
    expect(memory.heap).toBeLessThan(20_000)
    expect(after).toEqual({ left: 0 })
  })
})
