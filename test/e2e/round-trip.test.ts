import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import express, { type Router } from 'express'
import { outputFiles, plan } from '../../pipeline/generate'
import type { Channel, ChannelEvent } from '../../pipeline/view/view'
import { Hosts } from '../runtime/server/support/host'
import { collect, loadModule, type Received } from '../streams/support/generated'
import { parseFile } from '../support/document'

// Each message of each channel of the examples, sent by the generated server without `{ event }`, to the generated client.

const examples = join(__dirname, '../../examples')
const documents = readdirSync(examples, { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.yaml'),
)

type Send = (message: unknown) => Promise<boolean>
type Module = Readonly<Record<string, unknown>>

/** Generates the code of a document and loads it: one bundle, so that client and server share their classes. */
async function generate(path: string): Promise<{ channels: readonly Channel[]; module: Module }> {
  const document = await parseFile(join(examples, path))
  const { view, templates } = plan({ document, parameters: {} })
  const files = outputFiles(view, templates).map(({ path, content }) => [path, content])
  const module = (await loadModule(
    Object.fromEntries(files) as Record<string, string>,
    'index',
  )) as Module
  return { channels: view.server?.channels ?? [], module }
}

/** The form in which a message is sent: an instance of its class, or plain content. */
type Form = 'instance' | 'plain content'

describe.each(documents)('%s', (path) => {
  const hosts = new Hosts()
  let generated: Awaited<ReturnType<typeof generate>>
  beforeAll(async () => {
    generated = await generate(path)
    expect(generated.channels.length).toBeGreaterThan(0)
  })
  afterEach(hosts.close)

  function call<Result>(name: string, ...args: unknown[]): Result {
    const target = generated.module[name]
    if (typeof target !== 'function') throw new Error(`there is no function ${name}`)
    return (target as (...args: unknown[]) => Result)(...args)
  }

  function contentOf({ payload, sample }: ChannelEvent, form: Form): unknown {
    if (payload === null) return null
    if (sample === null) throw new Error('the message has no sample')
    if (form === 'plain content' || !payload.isClass) return sample.value
    const Model = generated.module[payload.name.text] as new (input: unknown) => unknown
    return new Model(sample.value)
  }

  /** Serves a channel, sends contents to one client, and returns what that received. */
  async function exchange(
    channel: Channel,
    contents: readonly unknown[],
  ): Promise<{ received: Received[]; refusals: string[] }> {
    const refusals: string[] = []
    const app = express()
    call(
      `registerSend${channel.name.text}`,
      app as Router,
      async (
        _req: unknown,
        _res: unknown,
        _next: unknown,
        _parameters: unknown,
        send: Send & { close(): void },
      ) => {
        for (const content of contents) {
          await send(content).catch((error: unknown) => refusals.push(String(error)))
        }
        // A request stream ends with its callback.
        if (!channel.isRequest) send.close()
      },
      { authorize: false, onError: () => undefined },
    )
    const { parameters, query, body } = channel.example
    const options = {
      baseUrl: await hosts.serve(app),
      reconnect: channel.isRequest ? undefined : false,
      ...(query && { query }),
      ...(body && { body: body.value }),
    }
    const { events, error } = await collect(
      call(
        `stream${channel.name.text}`,
        ...(parameters === null ? [options] : [parameters, options]),
      ),
    )
    expect(error).toBeUndefined()
    return { received: events, refusals }
  }

  it.each<Form>(['instance', 'plain content'])(
    'each message of each channel arrives as itself, or is refused: as %s',
    async (form) => {
      for (const channel of generated.channels) {
        const { events } = channel
        const contents = events.map((event) => contentOf(event, form))
        const isSent = (event: ChannelEvent): boolean =>
          events.length === 1 || (form === 'instance' && event.isInstanceUnique)
        const { received, refusals } = await exchange(channel, contents)
        expect(received.map(({ type, payload }) => [type, payload])).toEqual(
          events.filter(isSent).map((event) => [event.type, contentOf(event, 'instance')]),
        )
        expect(refusals).toEqual(
          events
            .filter((event) => !isSent(event))
            .map(() => expect.stringMatching(/cannot be inferred; pass \{ event \}/) as string),
        )
      }
    },
  )
})
