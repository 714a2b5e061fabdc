// How many clients one process can serve; writes docs/capacity.md with its plot.
// Run with: npm run capacity   (about three minutes; `ulimit -n` must be above the largest number of clients)
const { fork, spawnSync } = require('node:child_process')
const { once } = require('node:events')
const { writeFileSync } = require('node:fs')
const { cpus, loadavg } = require('node:os')
const { join } = require('node:path')
const { performance } = require('node:perf_hooks')
const { setTimeout } = require('node:timers/promises')
const { pageOf } = require('./capacity-page.js')
const { plotOf } = require('./capacity-plot.js')

const CLIENTS = (process.env.CLIENTS ?? '500,2000,5000,10000').split(',').map(Number)
const CLIENTS_PER_PROCESS = 5000
/** Events per second, and events of a run. */
const RATE = 5
const EVENTS = 25
const RUNS = 3
const ROOMS = Number(process.env.ROOMS ?? 1_000_000)
const docs = join(__dirname, '../docs')

const answer = async (child) => (await once(child, 'message'))[0]
const ask = (child, question) => {
  const answered = answer(child)
  child.send(question)
  return answered
}
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1]

async function startProcess(file, args, execArgv = []) {
  const child = fork(join(__dirname, file), args, { execArgv })
  return { child, first: await answer(child) }
}

/** Client processes with together that many streams. */
async function connectClients(port, count) {
  const processes = []
  for (let left = count; left > 0; left -= CLIENTS_PER_PROCESS) {
    const clients = Math.min(left, CLIENTS_PER_PROCESS)
    const { child } = await startProcess('server-clients.js')
    await ask(child, { open: { port, clients } })
    processes.push({ child, clients })
  }
  return processes
}

/** CPU, µs, and event-loop delay of the server while `run` does its work, and its duration. */
async function observe(server, run) {
  const started = performance.now()
  await ask(server, { start: true })
  await run()
  const { cpu, delayMs } = await ask(server, { stop: true })
  return { cpu, delayMs, ms: performance.now() - started }
}

/** Sends paced events to all clients, and waits until each has arrived everywhere. */
async function deliver(server, processes) {
  const arrived = processes.map(({ child, clients }) => ask(child, { expect: EVENTS * clients }))
  await ask(server, { pace: { events: EVENTS, rate: RATE } })
  await Promise.all(arrived)
}

async function measure(count) {
  const { child: server, first } = await startProcess(
    'server-process.js',
    ['hubOnNode'],
    ['--expose-gc'],
  )
  const { port } = first
  // The first clients compile the code.
  const warm = await connectClients(port, 50)
  await deliver(server, warm)
  for (const { child } of warm) {
    child.kill()
    await once(child, 'exit')
  }
  const before = await ask(server, { memory: true })
  const processes = await connectClients(port, count)
  const after = await ask(server, { memory: true })

  const idle = await observe(server, () => setTimeout(3000))
  const runs = []
  for (let run = 0; run < RUNS; run++) {
    runs.push(await observe(server, () => deliver(server, processes)))
  }
  let reopenedMs = 0
  const storm = await observe(server, async () => {
    const reopened = processes.map(({ child }) => ask(child, { reopen: { port } }))
    for (const each of await Promise.all(reopened))
      reopenedMs = Math.max(reopenedMs, each.reopenedMs)
  })
  for (const { child } of processes) child.kill()
  server.kill()
  // The server measures its event loop with a timer, which costs CPU when there are no events too.
  const idleRate = idle.cpu / idle.ms
  const work = ({ cpu, ms }) => Math.max(0, cpu - idleRate * ms)
  return {
    count,
    heap: (after.heapUsed - before.heapUsed) / count,
    rss: (after.rss - before.rss) / count,
    cpu: median(runs.map(work)) / (EVENTS * count),
    idleDelay: idle.delayMs,
    delay: median(runs.map(({ delayMs }) => delayMs)),
    stormSeconds: reopenedMs / 1000,
    stormCpu: work(storm) / count,
    stormDelay: storm.delayMs,
  }
}

/** Bytes per room, from `bench:rooms` with that many rooms. */
function measureRooms() {
  const { stdout } = spawnSync(
    process.execPath,
    ['--expose-gc', '--max-old-space-size=4096', join(__dirname, 'rooms.js')],
    { env: { ...process.env, ROOMS: String(ROOMS) }, encoding: 'utf8' },
  )
  const [empty, withEvent, withClient] = [...stdout.matchAll(/(\d+) bytes$/gm)].map(([, bytes]) =>
    Number(bytes),
  )
  if (withClient === undefined) throw new Error(`bench/rooms.js printed no figures:\n${stdout}`)
  // The rooms of the first row have no events any more; the hub stores the newest id of 100 000 of them.
  return {
    count: ROOMS,
    emptyStored: (empty * ROOMS) / Math.min(ROOMS, 100_000),
    withEvent,
    withClient,
  }
}

async function main() {
  const machine = {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    cores: cpus().length,
    model: cpus()[0]?.model ?? 'unknown',
    load: loadavg()[0],
  }
  const rows = []
  for (const count of CLIENTS) {
    rows.push(await measure(count))
    console.log(JSON.stringify(rows.at(-1)))
  }
  const rooms = measureRooms()
  console.log(JSON.stringify({ machine, rooms }))
  writeFileSync(join(docs, 'capacity.svg'), plotOf(rows))
  writeFileSync(join(docs, 'capacity.md'), pageOf({ machine, rows, rooms, rate: RATE }))
}

main()
