// One of the two processes of redis.js: `redis-process.js <port> publish|receive hub|pubsub`.
require('../test/support/typescript-hook.js')
const { setTimeout } = require('node:timers')
const { createClient } = require('redis')
const { redisBroker } = require('../runtime/redis')
const { dataSink } = require('./redis-sink')

const [, , port, role, way] = process.argv
const HUB = { name: 'Bench', maxEvents: 1000, maxBytes: 8 * 1024 * 1024 }
const FILLER = 'x'.repeat(180)
/** One clock for all processes of a machine, in ns. */
const now = () => process.hrtime.bigint()

const client = createClient({
  url: `redis://127.0.0.1:${port}`,
  commandOptions: { timeout: undefined },
})

/** Both ways as one: publish(text) resolves when Redis has stored it, receive(callback) is called for each text. */
async function hub() {
  const broker = redisBroker(client)(HUB)
  return {
    publish: (text) => broker.append('rooms/1', '', text),
    receive: (callback) => broker.open(dataSink(callback)),
  }
}

async function pubsub() {
  await client.connect()
  return {
    publish: (text) => client.publish('bench', text),
    receive: (callback) => client.subscribe('bench', callback),
  }
}

/** Publishes `count` events, `rate` a second, without waiting for answers. */
async function pace(publish, { count, rate }) {
  const start = now()
  const pending = []
  for (let sent = 0; sent < count;) {
    const due = Math.min(count, Math.floor((Number(now() - start) / 1e9) * rate) + 1)
    for (; sent < due; sent++) pending.push(publish(`${now()} ${FILLER}`))
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await Promise.all(pending)
}

/** Publishes `count` events as fast as they are acknowledged, `window` at a time. */
async function saturate(publish, { count, window }) {
  let sent = 0
  const worker = async () => {
    while (sent++ < count) await publish(`${now()} ${FILLER}`)
  }
  await Promise.all(Array.from({ length: window }, worker))
}

async function main() {
  const { publish, receive } = await { hub, pubsub }[way]()
  let arrivals = []
  let awaited = Infinity
  if (role === 'receive') {
    await receive((text) => {
      const at = now()
      arrivals.push([Number(at - BigInt(text.slice(0, text.indexOf(' ')))), at])
      if (arrivals.length < awaited) return
      const [[, first], [, last]] = [arrivals[0], arrivals.at(-1)]
      const latencies = arrivals.map(([ns]) => ns / 1e6).sort((a, b) => a - b)
      const at50 = latencies[Math.floor(latencies.length / 2)]
      const at99 = latencies[Math.floor(latencies.length * 0.99)]
      const seconds = Number(last - first) / 1e9
      process.send({ p50: at50, p99: at99, perSecond: arrivals.length / seconds })
      arrivals = []
    })
  }
  process.on('message', (task) => {
    if (task.expect) awaited = task.expect
    const done = () => process.send({ done: true })
    if (task.pace) void pace(publish, task.pace).then(done)
    if (task.saturate) void saturate(publish, task.saturate).then(done)
    if (task.expect) done()
    if (task.cpu) process.send(process.cpuUsage())
  })
  process.send({ ready: true })
}

void main()
