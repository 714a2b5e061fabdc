/* global global, performance, AbortController, setTimeout */
// Runs in Redis: bytes of an idle run, and events a second from the producer in one process to a reader in another, beside
// the hub of redis.js. Run by redis.js.
require('../test/support/typescript-hook.js')
const { createClient } = require('redis')
const { redisRuns } = require('../runtime/redis-runs')
const { RunService } = require('../runtime/runs/run-service')

const FILLER = 'x'.repeat(180)
const OWNER = { owner: 'ada', address: 'chat' }

function service(port) {
  return new RunService({
    name: 'Bench',
    broker: redisRuns(createClient({ url: `redis://127.0.0.1:${port}` })),
    retention: 600_000,
    maxRunTime: 600_000,
    maxRunBytes: 1e9,
    maxRuns: 1e6,
    maxRunsPerKey: Infinity,
    sealTimeout: 5000,
    sentinel: undefined,
    // The idle runs are ended at last.
    onError: () => undefined,
  })
}

const start = async (runs, produce) =>
  (
    await runs.start({
      ...OWNER,
      limitKey: '',
      idempotencyKey: undefined,
      body: null,
      produce,
    })
  ).run

async function eventsPerSecond(port, runCount, count) {
  const [writer, reader] = [service(port), service(port)]
  async function* produce() {
    for (let n = 0; n < count; n++) {
      yield { event: 'token', data: FILLER, isTerminal: false }
    }
  }
  const begin = performance.now()
  const read = async () => {
    const run = await start(writer, produce)
    let seen = 0
    for await (const page of reader.pages(run, 0, new AbortController().signal)) seen += page.length
    if (seen !== count) throw new Error(`${seen} of ${count} events`)
  }
  await Promise.all(Array.from({ length: runCount }, read))
  const seconds = (performance.now() - begin) / 1000
  await Promise.all([writer.close(), reader.close()])
  return (runCount * count) / seconds
}

async function bytesPerIdleRun(port, count) {
  const client = createClient({ url: `redis://127.0.0.1:${port}` })
  await client.connect()
  const used = async () => Number(/used_memory:(\d+)/.exec(await client.info('memory'))[1])
  const runs = service(port)
  async function* produce(_, signal) {
    yield { event: 'token', data: FILLER, isTerminal: false }
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
  }
  global.gc?.()
  const before = [await used(), process.memoryUsage().heapUsed]
  for (let n = 0; n < count; n += 100) {
    await Promise.all(Array.from({ length: 100 }, () => start(runs, produce)))
  }
  await new Promise((resolve) => setTimeout(resolve, 500))
  global.gc?.()
  const after = [await used(), process.memoryUsage().heapUsed]
  await runs.drain(0)
  await runs.close()
  client.destroy()
  return after.map((bytes, index) => Math.round((bytes - before[index]) / count))
}

async function main() {
  const [, , port] = process.argv
  const [inRedis, inProcess] = await bytesPerIdleRun(port, 2000)
  console.table([
    {
      '': 'redisRuns',
      '1 run, events/s': Math.round(await eventsPerSecond(port, 1, 100_000)),
      '100 runs, events/s': Math.round(await eventsPerSecond(port, 100, 1000)),
      'bytes per idle run in Redis': inRedis,
      'in the process': inProcess,
    },
  ])
  process.exit(0)
}

void main()
