// Latency from publish to receive, throughput and CPU time of the Redis broker over two processes, beside Redis's
// own PUBLISH (which stores nothing) through the same client. Run with: npm run bench:redis
const { fork, spawn } = require('node:child_process')
const { once } = require('node:events')
const { mkdtempSync, rmSync } = require('node:fs')
const { createServer } = require('node:net')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { createClient } = require('redis')

const RATES = [200, 2000, 10_000]
const WINDOW = 1000
const COUNT = Number(process.env.COUNT ?? 100_000)
const RUNS = Number(process.env.RUNS ?? 3)

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

/** CPU time of a process of this benchmark, µs. */
async function cpuOfProcess(child) {
  const answered = once(child, 'message')
  child.send({ cpu: true })
  const [{ user, system }] = await answered
  return user + system
}

/** CPU time of the Redis server, µs. */
async function cpuOfRedis(port) {
  const client = await createClient({ url: `redis://127.0.0.1:${port}` }).connect()
  const text = await client.info('cpu')
  client.destroy()
  const seconds = [...text.matchAll(/^used_cpu_(?:sys|user):([\d.]+)/gm)]
  return seconds.reduce((sum, [, value]) => sum + Number(value) * 1e6, 0)
}

async function run(port, way) {
  const receiver = await startProcess(port, 'receive', way)
  const publisher = await startProcess(port, 'publish', way)
  const measure = async (count, task) => {
    receiver.send({ expect: count })
    await once(receiver, 'message')
    const result = once(receiver, 'message')
    const published = once(publisher, 'message')
    publisher.send(task)
    await published
    return (await result)[0]
  }
  await measure(5000, { saturate: { count: 5000, window: WINDOW } })
  const row = {}
  for (const rate of RATES) {
    const count = Math.min(20_000, rate * 3)
    row[rate] = await measure(count, { pace: { count, rate } })
  }
  const cpuOfAll = () =>
    Promise.all([cpuOfProcess(publisher), cpuOfProcess(receiver), cpuOfRedis(port)])
  const before = await cpuOfAll()
  row.saturated = await measure(COUNT, { saturate: { count: COUNT, window: WINDOW } })
  const after = await cpuOfAll()
  row.cpu = after.map((micros, index) => (micros - before[index]) / COUNT)
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
    line['µs of CPU an event: publisher, reader, Redis'] = [0, 1, 2]
      .map((index) => median(results.map(({ cpu }) => cpu[index])).toFixed(1))
      .join(', ')
    return line
  })
  console.table(table)
}

/** The runs of request streams, in a process of their own. */
async function benchRuns(title, flags) {
  const redis = await startRedis(...flags)
  console.log(`\nruns, ${title}`)
  const args = ['--expose-gc', join(__dirname, 'redis-runs.js'), String(redis.port)]
  await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'exit')
  await redis.close()
}

async function main() {
  console.log(
    `about 200 bytes an event, median of ${RUNS} interleaved runs, Node ${process.version}`,
  )
  await compare('nothing on disk', [])
  await compare('appendonly, appendfsync everysec', ['--appendonly', 'yes'])
  const always = ['--appendonly', 'yes', '--appendfsync', 'always']
  await compare('appendonly, appendfsync always', always)
  await benchRuns('nothing on disk', [])
  await benchRuns('appendonly, appendfsync always', always)
}

void main()
