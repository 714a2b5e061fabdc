// Server CPU per delivered event, beside better-sse and raw sockets (the lower limit), and memory per idle client; of each host.
// Run with: npm run bench:server (the rows of Bun need: npm ci --prefix test/compat), or only the hosts: -- hosts
const { execFileSync, fork } = require('node:child_process')
const { existsSync } = require('node:fs')
const { once } = require('node:events')
const { join } = require('node:path')

const CLIENTS = 500
const IDLE = 2000
const RUNS = Number(process.env.RUNS ?? 5)
const TICKS = { 1: 400, 10: 150 }
const VARIANTS = ['hub', 'hubThroughResponse', 'betterSse', 'sharedWrite', 'rawSockets']
/** Each host beside better-sse's own adapter; without limits. */
const HOSTS = ['Node', 'Fastify', 'Fetch', 'Bun']
const BUN = join(__dirname, '../test/compat/node_modules/bun/bin/bun')
const MAJOR = Number(process.versions.node.split('.')[0])

// Limits of the design, as ratios: for Node 20, and for Node 24.
const LIMITS =
  MAJOR >= 24 ? { betterSse: { 1: 0.58, 10: 0.22 } } : { betterSse: { 1: 0.52, 10: 0.13 } }
const RAW_LIMIT = 1.25
const THROUGH_LIMITS = { 1: 0.9, 10: 0.27 }
const MEMORY_LIMITS = { heapUsed: 0.6, rss: 0.85 }

const reply = async (child) => (await once(child, 'message'))[0]
const request = (child, question) => {
  const replied = reply(child)
  child.send(question)
  return replied
}

async function start(file, args = []) {
  const options = args[0]?.endsWith('OnBun')
    ? { execPath: BUN, execArgv: [] }
    : { execArgv: ['--expose-gc'] }
  const child = fork(join(__dirname, file), args, options)
  return { child, first: await reply(child) }
}

async function connectTo(port, clients) {
  const { child } = await start('server-clients.js')
  await request(child, { open: { port, clients } })
  return child
}

/** µs of server CPU per event and client. */
async function measure({ server, clients }, perTick, ticks) {
  const delivered = ticks * perTick * CLIENTS
  clients.send({ expect: delivered })
  const done = reply(clients)
  await request(server, { run: { ticks, perTick } })
  await done
  const { cpu } = await request(server, { stop: true })
  return cpu / delivered
}

async function cpu(variants) {
  const peers = {}
  for (const variant of variants) {
    const { child, first } = await start('server-process.js', [variant])
    peers[variant] = { server: child, clients: await connectTo(first.port, CLIENTS) }
  }
  const results = {}
  for (const perTick of [1, 10]) {
    const runs = Object.fromEntries(variants.map((variant) => [variant, []]))
    // The first run is for the compiler. The order rotates, so that no variant always follows the same one.
    for (let run = -1; run < RUNS; run++) {
      for (let turn = 0; turn < variants.length; turn++) {
        const variant = variants[(turn + run + 1) % variants.length]
        const micros = await measure(peers[variant], perTick, TICKS[perTick])
        if (run >= 0) runs[variant].push(micros)
      }
    }
    results[perTick] = runs
  }
  for (const { server, clients } of Object.values(peers)) {
    server.kill()
    clients.kill()
  }
  return results
}

/** Bytes per client that is connected and receives no event. */
async function memory(variant) {
  const { child, first } = await start('server-process.js', [variant])
  const warm = await connectTo(first.port, 50)
  const before = await request(child, { memory: true })
  const clients = await connectTo(first.port, IDLE)
  const after = await request(child, { memory: true })
  for (const each of [child, warm, clients]) each.kill()
  return {
    heapUsed: (after.heapUsed - before.heapUsed) / IDLE,
    rss: (after.rss - before.rss) / IDLE,
  }
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
const fixed = (value) => value.toFixed(2).padStart(7)
let hasMissed = false

function judge(what, value, limit) {
  const isMet = value <= limit
  if (!isMet) hasMissed = true
  console.log(`  ${isMet ? 'met   ' : 'MISSED'} ${what}: ${value.toFixed(3)} (limit ${limit})`)
}

/** Prints a row for each host. Memory is of one round: it varies by less than CPU time. */
async function compareHosts() {
  const hosts = HOSTS.filter((host) => host !== 'Bun' || existsSync(BUN))
  if (hosts.length < HOSTS.length)
    console.log('\nBun is not installed: npm ci --prefix test/compat')
  const names = hosts.flatMap((host) => [`hubOn${host}`, `betterSseOn${host}`])
  const results = await cpu(names)
  const rows = []
  for (const name of names) {
    const { heapUsed, rss } = await memory(name)
    const [one, ten] = [1, 10].map((perTick) => median(results[perTick][name]))
    rows.push({ name, one, ten, heapUsed, rss })
  }
  console.log('\nhosts: µs of CPU per delivered event, bytes per idle client, clients in 1 GiB')
  for (const { name, one, ten, heapUsed, rss } of rows) {
    const memoryText = `heap ${Math.round(heapUsed)}  rss ${Math.round(rss)}`
    const clients = Math.floor(2 ** 30 / rss)
    console.log(
      `  ${name.padEnd(20)} 1 a tick ${fixed(one)}  10 a tick ${fixed(ten)}  ${memoryText}  clients ${clients}`,
    )
  }
}

async function main() {
  if (!existsSync(join(__dirname, 'node_modules', 'better-sse'))) {
    execFileSync('npm', ['ci', '--prefix', __dirname], { stdio: 'inherit' })
  }
  if (process.argv[2] === 'hosts') return compareHosts()
  const results = await cpu(VARIANTS)
  for (const perTick of [1, 10]) {
    const runs = results[perTick]
    // Each ratio compares values of one run, because the load of the machine differs between runs.
    const ratio = (a, b) => median(runs[a].map((value, run) => value / runs[b][run]))
    console.log(
      `\n${perTick} event(s) per tick, ${CLIENTS} clients, Node ${process.version}, ${RUNS} runs: µs of server CPU per delivered event`,
    )
    for (const variant of VARIANTS) {
      const values = runs[variant]
      console.log(
        `  ${variant.padEnd(20)} median ${fixed(median(values))}  min ${fixed(Math.min(...values))}  max ${fixed(Math.max(...values))}  to better-sse ${fixed(ratio(variant, 'betterSse'))}`,
      )
    }
    judge('hub to better-sse', ratio('hub', 'betterSse'), LIMITS.betterSse[perTick])
    judge('hub to raw sockets', ratio('hub', 'rawSockets'), RAW_LIMIT)
    judge(
      'hub through res.write to better-sse',
      ratio('hubThroughResponse', 'betterSse'),
      THROUGH_LIMITS[perTick],
    )
  }

  await compareHosts()

  const rounds = { hub: [], betterSse: [] }
  for (let round = 0; round < 3; round++) {
    for (const variant of ['hub', 'betterSse']) rounds[variant].push(await memory(variant))
  }
  console.log(`\n${IDLE} idle clients: bytes per client`)
  for (const key of ['heapUsed', 'rss']) {
    const of = (variant) => median(rounds[variant].map((each) => each[key]))
    console.log(
      `  ${key.padEnd(9)} hub ${Math.round(of('hub'))}  better-sse ${Math.round(of('betterSse'))}`,
    )
    judge(`${key} to better-sse`, of('hub') / of('betterSse'), MEMORY_LIMITS[key])
  }
  process.exitCode = hasMissed ? 1 : 0
}

main()
