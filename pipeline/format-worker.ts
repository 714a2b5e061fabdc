import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { parentPort, type MessagePort } from 'node:worker_threads'
import type { FormatJob } from './format-threads'
import { formatText } from './format-text'
import type { OutputFile } from './render'
import { PACK } from './templates'

/** Runs in a thread of its own: formats what it is sent, and answers once. */
async function work(port: MessagePort): Promise<void> {
  let isWanted = false
  const sent = once(port, 'message').finally(() => {
    isWanted = true
  })
  for (const file of practice()) {
    await setImmediate()
    if (isWanted) break
    // What cannot be formatted matters where it is wanted, not here.
    await formatText(file, {}).catch(() => undefined)
  }
  const [jobs] = (await sent) as [readonly FormatJob[]]
  const results: [string, string][] = []
  for (const job of jobs) results.push([job.path, await formatText(job, job.options)])
  port.postMessage(results)
}

/** Text like that of most outputs: the runtime's. */
function* practice(): Generator<OutputFile> {
  const folder = join(PACK, 'runtime')
  for (const path of readdirSync(folder)) {
    yield { path, content: readFileSync(join(folder, path), 'utf8') }
  }
}

if (parentPort !== null) void work(parentPort)
