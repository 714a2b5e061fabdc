// A server process: `server.ts <port> <Redis URL> <label>`. Its runs count to the number in the request's body. It reports
// each run that it produces.
import express from 'express'
import { setTimeout } from 'node:timers/promises'
import { createClient } from 'redis'
import { withExpress } from '../../../../server/support/express'
import { redisRuns } from '../../../../../../runtime/redis-runs'
import { createRuns, type RunContext } from '../../../../../../runtime/runs'
import { chat, type Place, type Prompt } from '../../../../runs/support/channel'
import type { Production } from './model'
import { LEASE } from './times'

const [, , port, url, label] = process.argv

const runs = createRuns(
  chat,
  async function* ({ body, run, signal }: RunContext<Place, Prompt>) {
    const by = String(label)
    process.send?.({ run, by } satisfies Production)
    for (let n = 1; n <= body.count && !signal.aborted; n++) {
      yield { event: 'token', message: { n, by } }
      await setTimeout(10)
    }
    if (!signal.aborted) yield { event: 'finish', message: { reason: by } }
  },
  {
    broker: redisRuns(createClient({ url: String(url) }), { lease: LEASE, timeout: 1000 }),
    heartbeat: 300,
    retry: 50,
    // Redis is killed on purpose.
    onError: () => undefined,
  },
)
const app = express()
withExpress(runs).register(app)
app.listen(Number(port), '127.0.0.1', () => process.send?.({ ready: true }))
