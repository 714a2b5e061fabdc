// Latency from publish to receive, and throughput, of the Redis broker over two processes, beside Redis's
// own PUBLISH (which stores nothing) through the same client. Run with: npm run bench:redis
const { fork, spawn } = require('node:child_process')
const { once } = require('node:events')
const { mkdtempSync, rmSync } = require('node:fs')
const { createServer } = require('node:net')
const { tmpdir } = require('node:os')
const { join } = require('node:path')

const RATES = [200, 2000, 10_000]
const WINDOW = 1000
const COUNT = 100_000
const RUNS = 3

async function startRedis(...flags) {
  const probe = createServer().listen(0)
  await once(probe, 'listening')
  const { port } = probe.address()
  probe.close()
  const folder = mkdtempSync(join(tmpdir(), 'bench-redis-'))
  const args = ['--port', port, '--dir', folder, '--save', '', ...flags].map(String)
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  child.on('error', () => {
    console.error('redis-server is not installed: apt-get install redis-server')
    process.exit(1)
  })
  for await (const chunk of child.stdout) if (/Ready to accept/.test(String(chunk))) break
  return {
    port,
    async close() {
      child.kill('SIGKILL')
      await once(child, 'exit')
      rmSync(folder, { recursive: true })
    },
  }
}

async function startProcess(...args) {
  const child = fork(join(__dirname, 'redis-process.js'), args.map(String))
  await once(child, 'message')
  return child
}

async function run(port, way) {
  const receiver = await startProcess(port, 'receive', way)
  const publisher = await startProcess(port, 'publish', way)
  const measure = async (count, task) => {
    receiver.send({ expect: count })
    await once(receiver, 'message')
    const result = once(receiver, 'message')
    publisher.send(task)
    return (await result)[0]
  }
  await measure(5000, { saturate: { count: 5000, window: WINDOW } })
  const row = {}
  for (const rate of RATES) {
    const count = Math.min(20_000, rate * 3)
    row[rate] = await measure(count, { pace: { count, rate } })
  }
  row.saturated = await measure(COUNT, { saturate: { count: COUNT, window: WINDOW } })
  publisher.kill()
  receiver.kill()
  return row
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]

async function compare(title, flags) {
  const redis = await startRedis(...flags)
  const rows = { hub: [], pubsub: [] }
  for (let n = 0; n < RUNS; n++) {
    for (const way of Object.keys(rows)) rows[way].push(await run(redis.port, way))
  }
  await redis.close()
  console.log(`\n${title}`)
  const table = Object.entries(rows).map(([way, results]) => {
    const line = { '': { hub: 'redisBroker', pubsub: 'PUBLISH' }[way] }
    for (const rate of RATES) {
      const [p50, p99] = ['p50', 'p99'].map((key) => median(results.map((each) => each[rate][key])))
      line[`${rate}/s: p50/p99 ms`] = `${p50.toFixed(2)}/${p99.toFixed(2)}`
    }
    line['saturated, events/s'] = Math.round(
      median(results.map((each) => each.saturated.perSecond)),
    )
    return line
  })
  console.table(table)
}

async function main() {
  console.log(
    `about 200 bytes an event, median of ${RUNS} interleaved runs, Node ${process.version}`,
  )
  await compare('nothing on disk', [])
  await compare('appendonly, appendfsync everysec', ['--appendonly', 'yes'])
  const always = ['--appendonly', 'yes', '--appendfsync', 'always']
  await compare('appendonly, appendfsync always', always)
}

void main()
