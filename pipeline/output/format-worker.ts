import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { parentPort, type MessagePort } from 'node:worker_threads'
import type { FormatJob } from './format-workers'
import { formatText } from './format-text'
import type { OutputFile } from '../render/render'
import { PACK_ROOT } from '../pack'

/** Runs in a worker thread: formats the received jobs and posts one result. */
async function formatJobs(port: MessagePort): Promise<void> {
  let hasJobs = false
  const jobsMessage = once(port, 'message').finally(() => {
    hasJobs = true
  })
  for (const file of warmUpFiles()) {
    await setImmediate()
    if (hasJobs) break
    // Ignore formatting errors during warm-up.
    await formatText(file, {}).catch(() => undefined)
  }
  const [jobs] = (await jobsMessage) as [readonly FormatJob[]]
  const results: [string, string][] = []
  for (const job of jobs) results.push([job.path, await formatText(job, job.options)])
  port.postMessage(results)
}

/** Text similar to most outputs: the runtime modules. */
function* warmUpFiles(): Generator<OutputFile> {
  const folder = join(PACK_ROOT, 'runtime')
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.ts')) continue
    yield { path, content: readFileSync(join(folder, path), 'utf8') }
  }
}

if (parentPort !== null) void formatJobs(parentPort)
