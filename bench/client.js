// Events per second of CPU through the whole generated client, beside its peers, and where the time goes.
// Run with: npm run bench:client
require('../test/support/typescript-hook.js')
const { execFileSync, fork } = require('node:child_process')
const { existsSync } = require('node:fs')
const { once } = require('node:events')
const { join } = require('node:path')

const EVENTS = Number(process.env.EVENTS ?? 50_000)
const RUNS = Number(process.env.RUNS ?? 7)
const BARS = { validated: 1.3, parsed: 1 }

const root = join(__dirname, '..')
const out = join(root, 'out', 'bench-client')

function prepare() {
  if (!existsSync(join(__dirname, 'node_modules', '@microsoft'))) {
    execFileSync('npm', ['ci', '--prefix', __dirname], { stdio: 'inherit' })
  }
  const generate = [join(root, 'scripts/generate.js'), join(__dirname, 'client.yaml'), '-o', out]
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit', cwd: root })
  execFileSync(process.execPath, generate, { stdio: 'inherit', cwd: root })
}

/** Ways to receive `EVENTS` events; each resolves when it has them all. */
function variants(baseUrl) {
  const { listenForOrders } = require(join(out, 'channels/event_source_client.ts'))
  const { createEventReader } = require(join(out, 'runtime/event-reader.ts'))
  const { fetchEventSource } = require('@microsoft/fetch-event-source')
  const { EventSource } = require('eventsource')
  const Ajv = require('ajv').default
  const addFormats = require('ajv-formats').default
  const ajv = new Ajv()
  addFormats(ajv)
  const schema = require('js-yaml').load(
    require('node:fs').readFileSync(join(__dirname, 'client.yaml'), 'utf8'),
  ).components.messages.Order.payload
  const validate = ajv.compile(schema)
  const url = `${baseUrl}/orders?n=${EVENTS}`
  // What fetch-event-source takes for granted.
  globalThis.window ??= globalThis
  globalThis.document ??= { removeEventListener: () => undefined }

  const counting = (resolve) => {
    let seen = 0
    return () => void (++seen === EVENTS && resolve())
  }

  const generated = (options) => async () => {
    let subscription
    await new Promise((resolve, reject) => {
      const count = counting(resolve)
      subscription = listenForOrders(
        (_message, _parameters, error) =>
          error === undefined ? count() : reject(new Error(error)),
        { baseUrl: `${baseUrl}?n=${EVENTS}`, ...options },
      )
    })
    subscription.close()
  }

  const reading = (use) => async () => {
    const { body } = await globalThis.fetch(url)
    for await (const chunk of body) use(chunk)
  }

  return {
    'generated client': generated({}),
    'generated client, validate: false': generated({ validate: false }),
    'fetch-event-source + JSON.parse + Ajv': () =>
      new Promise((resolve, reject) => {
        const count = counting(resolve)
        fetchEventSource(url, {
          openWhenHidden: true,
          fetch: globalThis.fetch,
          onmessage({ data }) {
            if (!validate(JSON.parse(data))) throw new Error('invalid')
            count()
          },
          onerror: reject,
        }).catch(reject)
      }),
    'eventsource + JSON.parse': () =>
      new Promise((resolve) => {
        const source = new EventSource(url)
        const count = counting(() => {
          source.close()
          resolve()
        })
        source.onmessage = ({ data }) => {
          JSON.parse(data)
          count()
        }
      }),
    'stage: fetch': reading(() => undefined),
    'stage: fetch, parse': async () => {
      const decoder = new globalThis.TextDecoder()
      const ignore = () => undefined
      const reader = createEventReader(
        { onEvent: ignore, onBareId: ignore, onRetry: ignore, onComment: ignore },
        0x1000000,
      )
      await reading((chunk) => reader.feed(decoder.decode(chunk, { stream: true }), chunk.length))()
    },
  }
}

async function cpuOf(run) {
  const before = process.cpuUsage()
  await run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / EVENTS
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1]

async function main() {
  prepare()
  const server = fork(join(__dirname, 'client-server.js'))
  const [{ port }] = await once(server, 'message')
  const all = Object.entries(variants(`http://127.0.0.1:${port}`))
  for (const [, run] of all) await run()
  const runs = Object.fromEntries(all.map(([name]) => [name, []]))
  for (let n = 0; n < RUNS; n++) for (const [name, run] of all) runs[name].push(await cpuOf(run))
  server.kill()

  console.log(
    `Node ${process.versions.node}, ${EVENTS} events of 10 fields in batches of 50, ${RUNS} interleaved runs`,
  )
  const micros = (name) => median(runs[name])
  for (const [name] of all.slice(0, 4)) {
    const perEvent = micros(name)
    console.log(
      `${name.padEnd(40)} ${perEvent.toFixed(2)} µs  ${Math.round(1e6 / perEvent)} events/s`,
    )
  }
  const whole = micros('generated client')
  const stages = {
    'fetch, TCP': micros('stage: fetch'),
    'parse the stream': micros('stage: fetch, parse') - micros('stage: fetch'),
    'decode and deliver':
      micros('generated client, validate: false') - micros('stage: fetch, parse'),
    validate: whole - micros('generated client, validate: false'),
  }
  for (const [stage, time] of Object.entries(stages)) {
    console.log(
      `  ${stage.padEnd(20)} ${time.toFixed(2)} µs  ${Math.round((100 * time) / whole)} %`,
    )
  }
  // Ratios of neighbours in time, so that what else the machine does weighs on both.
  const ratio = (ours, theirs) => median(runs[theirs].map((time, n) => time / runs[ours][n]))
  const results = [
    ['validated', ratio('generated client', 'fetch-event-source + JSON.parse + Ajv')],
    ['parsed', ratio('generated client, validate: false', 'eventsource + JSON.parse')],
  ]
  let missed = false
  for (const [name, value] of results) {
    const met = value >= BARS[name]
    missed ||= !met
    console.log(
      `${name}: ${value.toFixed(2)} × the peer (bar ${BARS[name]}) ${met ? 'met' : 'MISSED'}`,
    )
  }
  process.exit(missed ? 1 : 0)
}

main()
