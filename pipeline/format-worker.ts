import { parentPort, workerData } from 'node:worker_threads'
import type { Options as PrettierOptions } from 'prettier'
import { formatText } from './format-text'
import type { OutputFile } from './render'

/** Runs in a thread of its own: formats the files that it was started with, and answers once. */
async function work(): Promise<void> {
  const jobs = workerData as (OutputFile & { options: PrettierOptions })[]
  const results: [string, string][] = []
  for (const job of jobs) results.push([job.path, await formatText(job, job.options)])
  parentPort?.postMessage(results)
}

void work()
