import { execFile, fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EventSource } from 'eventsource'
import { compile } from '../support/compile'
import { readFolder, scratchFolder } from '../support/folder'
import { generate, linkPackages } from '../support/generator'

/** The example of the design, unchanged except for the body of the callback, which records its events. */
const EXAMPLE = `import express, { Router } from 'express'
import { UserSignedup } from './__gen__/payloads/UserSignedup'
import { Protocols } from './__gen__/channels'
const { event_source_client, event_source_express } = Protocols
const { listenForUserSignedup } = event_source_client
const { registerSendUserSignedup } = event_source_express

listenForUserSignedup(
  async (messageEvent: UserSignedup | null, parameters: unknown, error?: string) => { process.send?.({ messageEvent, parameters, error }) },
  { baseUrl: 'http://localhost:3000' },
)

const router = Router()
const app = express()
registerSendUserSignedup(router, (req, res, next, parameters, sendEvent) => {
  sendEvent(new UserSignedup({ displayName: 'test', email: 'test@test.dk' }))
})
app.use(router)
app.listen(3000)
`

const URL_OF_IT = 'http://localhost:3000/user/signedup'
const DATA = '{"displayName":"test","email":"test@test.dk"}'

describe('the account service, through the real generator', () => {
  const folder = scratchFolder()
  let running: ChildProcess | undefined

  beforeAll(async () => {
    await generate('examples/account-service.yaml', join(folder, '__gen__'))
    linkPackages(folder)
    writeFileSync(join(folder, 'example.ts'), EXAMPLE)
  })

  afterAll(async () => {
    if (running === undefined || running.exitCode !== null) return
    running.kill()
    await once(running, 'exit')
  })

  test('leaves no template behind', () => {
    expect(
      Object.keys(readFolder(join(folder, '__gen__'))).filter((path) => path.endsWith('.hbs')),
    ).toEqual([])
  })

  test('the example compiles strictly', () => {
    const generated = readFolder(join(folder, '__gen__'))
    const files = Object.fromEntries(
      Object.entries(generated).map(([path, text]) => [`__gen__/${path}`, text]),
    )
    expect(compile(files, { types: ['node'] })).toEqual([])
    expect(
      compile(
        { ...files, 'example.ts': EXAMPLE },
        // The example ignores most of what its callbacks are given.
        { types: ['node'], noUnusedLocals: false, noUnusedParameters: false },
      ),
    ).toEqual([])
  })

  test('the example runs: its client receives the events of its server', async () => {
    running = fork(join(folder, 'example.ts'), {
      execArgv: ['-r', join(__dirname, '../support/typescript-hook.js')],
    })
    const [received] = (await once(running, 'message', {
      signal: AbortSignal.timeout(20_000),
    })) as unknown[]
    expect(received).toEqual({ messageEvent: JSON.parse(DATA), parameters: null })
  })

  test('the eventsource package receives the events', async () => {
    const source = new EventSource(URL_OF_IT)
    try {
      const [event] = (await once(source as unknown as NodeJS.EventEmitter, 'message')) as [
        MessageEvent<string>,
      ]
      expect(event.data).toBe(DATA)
    } finally {
      source.close()
    }
  })

  test('curl receives the events', async () => {
    const curl = execFile('curl', ['-sN', '-i', URL_OF_IT])
    try {
      let text = ''
      for await (const chunk of curl.stdout ?? []) {
        text += String(chunk)
        if (text.includes('data:')) break
      }
      expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
      expect(text).toMatch(/^content-type: text\/event-stream/im)
      expect(text).toContain(`\ndata: ${DATA}\n`)
    } finally {
      curl.kill()
    }
  })
})
