// The chat's server: runs that the generated code makes, and a model that writes one word at a time.
import express from 'express'
import type { Response } from 'express'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { createChatCompletionsRuns } from './__gen__/channels'
import { Completed, Token } from './__gen__/payloads'
import { memoryRuns, type RunBroker } from './__gen__/runtime/runs'
import { redisRuns } from './__gen__/runtime/redis-runs'

/** ms for one token */
const TOKEN_TIME = 60

/** The exit code after which `npm run demo:chat` starts the server again. */
const RESTART = 75

/** ms after which a run of a dead process is failed */
const LEASE = Number(process.env['LEASE'] ?? 15_000)

async function main(): Promise<void> {
  const runs = createChatCompletionsRuns(
    async function* ({ body, signal }) {
      const question = body.messages.at(-1)?.content ?? ''
      const limit = body.maxTokens ?? 256
      let tokens = 0
      for await (const text of answer(question, signal)) {
        if (tokens === limit) break
        tokens++
        yield new Token({ type: 'token', text })
      }
      const finishReason = tokens === limit ? 'length' : 'stop'
      yield new Completed({ type: 'completed', finishReason, tokens })
    },
    { broker: await createBroker(), heartbeat: 2000, onError: (error) => console.error(error) },
  )

  const app = express()
  const streams = new Set<Response>()
  app.use((request, response, next) => {
    if (request.headers.accept?.includes('text/event-stream') === true) {
      streams.add(response)
      response.once('close', () => streams.delete(response))
    }
    next()
  })
  runs.register(app)
  // What a bad network does: every stream breaks in the middle.
  app.post('/drop', (_request, response) => {
    for (const stream of streams) stream.socket?.destroy()
    response.status(204).end()
  })
  // What a crash does: the process ends, and a new one takes its place.
  app.post('/kill', () => process.exit(RESTART))
  app.use(express.static(join(__dirname, 'public')))

  const server = app.listen(Number(process.env['PORT'] ?? 8080), (error?: Error) => {
    if (error !== undefined) throw error
    const address = server.address()
    if (typeof address === 'object') process.send?.(address?.port)
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      server.close()
      void runs.close().then(() => process.exit(0))
    })
  }
}

/** With Redis, runs outlive a process, and are read and stopped through any process. */
async function createBroker(): Promise<RunBroker> {
  const url = process.env['REDIS_URL']
  if (url === undefined) return memoryRuns()
  const { createClient } = await import('redis')
  return redisRuns(createClient({ url }), { lease: LEASE })
}

/** The words of the answer, as a stream of a model has them. */
async function* answer(question: string, signal: AbortSignal): AsyncGenerator<string> {
  const text = `You asked: “${question}” This server has no language model, so it sends this text, one word at a time. Each word is an event, and the server stores each event before a client receives it. Reload this page: it reads the events again and continues. Open its address in another tab: both tabs show the same words at the same time. Drop the connection: the client continues after the last word that it has. Press Stop: the answer ends in all tabs, and the server cancels the request to the model.`
  for (const word of text.split(/(?<= )/)) {
    await setTimeout(TOKEN_TIME)
    if (signal.aborted) return
    yield word
  }
}

void main()
