// CPU per event of the whole generated client, beside its peers at equal work, and where the time goes.
// Run with: npm run bench:client
//
// The source of events is a scripted `fetch` in the same process, so each read is exactly one chunk. User and system time
// are measured, not the wall clock, and each ratio is that of neighbors in time: other load of the machine affects both.
require('../test/support/typescript-hook.js')
const { Buffer } = require('node:buffer')
const { execFileSync, fork } = require('node:child_process')
const { existsSync, readFileSync } = require('node:fs')
const { once } = require('node:events')
const { join } = require('node:path')
const { setImmediate } = require('node:timers')
const { eventOf } = require('./order.js')

/** Runs of each process, and processes of each variant. */
const RUNS = Number(process.env.RUNS ?? 5)
const PROCESSES = Number(process.env.PROCESSES ?? 9)
const WARM_UP = 5

/** Bytes of an event, events in one chunk, and events of a run. */
const CELLS = [
  { size: 187, batch: 1, events: 20_000 },
  { size: 187, batch: 50, events: 20_000 },
  { size: 4500, batch: 1, events: 5000 },
  { size: 4500, batch: 50, events: 5000 },
]

/**
 * CPU of the second divided by CPU of the first must reach the limit in each cell. A ratio without a limit is for comparison:
 * its sides do different work, as an instance and the result of `JSON.parse`, or it shows what an iterator costs a peer.
 */
const LIMITS = [
  ['generated client', 'eventsource-client + Ajv', 1],
  ['generated client, validate: false', 'eventsource-client + instances', 1],
  ['generated client, validate: false', 'eventsource-client'],
  ['model=interface, validate: false', 'eventsource-client', 1],
  ['generated client', 'fetch-event-source + Ajv', 1],
  ['generated stream', 'generated client', 0.95],
  ['generated stream', 'eventsource-client, for await + Ajv', 1],
  ['generated stream, validate: false', 'eventsource-client, for await + instances'],
  ['eventsource-client, for await', 'eventsource-client'],
]

const root = join(__dirname, '..')
const out = join(root, 'out', 'bench-client')
/** Without classes: the same result as a bare `JSON.parse`. */
const plainOut = join(root, 'out', 'bench-client-interface')

function prepare() {
  if (!existsSync(join(__dirname, 'node_modules', 'eventsource-client'))) {
    execFileSync('npm', ['ci', '--prefix', __dirname], { stdio: 'inherit' })
  }
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit', cwd: root })
  const generate = [join(root, 'scripts/generate.js'), join(__dirname, 'client.yaml'), '-o']
  for (const [folder, ...parameters] of [[out], [plainOut, '-p', 'model=interface']]) {
    execFileSync(process.execPath, [...generate, folder, ...parameters], { cwd: root })
  }
}

/** A `fetch` whose response is all events of a cell, one chunk a read. */
function scriptedFetch({ size, batch, events }) {
  const texts = Array.from({ length: batch }, (_, n) => eventOf(n, size))
  const chunk = new Uint8Array(Buffer.from(texts.join('')))
  return async () => {
    let left = events / batch
    const body = new globalThis.ReadableStream(
      {
        pull(controller) {
          // A chunk of a socket arrives in a turn of the event loop of its own.
          if (left-- > 0) setImmediate(() => controller.enqueue(chunk))
        },
      },
      { highWaterMark: 0 },
    )
    return new globalThis.Response(body, { headers: { 'Content-Type': 'text/event-stream' } })
  }
}

function ajvValidator() {
  const Ajv = require('ajv').default
  const ajv = new Ajv()
  require('ajv-formats').default(ajv)
  const document = readFileSync(join(__dirname, 'client.yaml'), 'utf8')
  return ajv.compile(require('js-yaml').load(document).components.messages.Order.payload)
}

/** Ways to receive all events of a cell; each resolves when it has them. */
function variants(cell) {
  const { events } = cell
  const { listenForOrders, streamOrders } = require(join(out, 'channels/event_source_client.ts'))
  const { Order } = require(join(out, 'payloads/index.ts'))
  const plain = require(join(plainOut, 'channels/event_source_client.ts'))
  const { createEventReader } = require(join(out, 'runtime/client/event-reader.ts'))
  const { createUtf8Decoder } = require(join(out, 'runtime/client/utf8-decoder.ts'))
  const { fetchEventSource } = require('@microsoft/fetch-event-source')
  const { createEventSource } = require('eventsource-client')
  const validate = ajvValidator()
  const parseValid = (data) => {
    if (!validate(JSON.parse(data))) throw new Error('invalid')
  }
  const baseUrl = 'http://localhost'
  const url = `${baseUrl}/orders`
  const fetch = scriptedFetch(cell)
  // What fetch-event-source takes for granted.
  globalThis.window ??= globalThis
  globalThis.document ??= { removeEventListener: () => undefined }

  const counting = (resolve) => {
    let seen = 0
    return () => void (++seen === events && resolve())
  }

  const listening = (listen, options) => async () => {
    let subscription
    await new Promise((resolve, reject) => {
      const count = counting(resolve)
      subscription = listen(
        (_message, _parameters, error) =>
          error === undefined ? count() : reject(new Error(error)),
        { baseUrl, fetch, ...options },
      )
    })
    subscription.close()
  }

  const eventSourceClient = (decode) => async () => {
    let source
    await new Promise((resolve) => {
      const count = counting(resolve)
      source = createEventSource({
        url,
        fetch,
        onMessage({ data }) {
          decode(data)
          count()
        },
      })
    })
    source.close()
  }

  const iterating = (options) => async () => {
    let seen = 0
    for await (const { type } of streamOrders({ baseUrl, fetch, ...options })) {
      if (type === 'order' && ++seen === events) break
    }
  }

  const iteratingPeer = (decode) => async () => {
    let seen = 0
    const source = createEventSource({ url, fetch })
    for await (const { data } of source) {
      decode(data)
      if (++seen === events) break
    }
    source.close()
  }

  const reading = (use) => async () => {
    const { body } = await fetch()
    const reader = body.getReader()
    for (let chunks = events / cell.batch; chunks > 0; chunks--) use((await reader.read()).value)
  }

  return {
    'generated client': listening(listenForOrders, {}),
    'eventsource-client + Ajv': eventSourceClient(parseValid),
    'generated stream': iterating({}),
    'generated stream, validate: false': iterating({ validate: false }),
    'generated client, validate: false': listening(listenForOrders, { validate: false }),
    'eventsource-client': eventSourceClient(JSON.parse),
    'eventsource-client + instances': eventSourceClient(Order.unmarshal),
    'eventsource-client, for await': iteratingPeer(JSON.parse),
    'eventsource-client, for await + Ajv': iteratingPeer(parseValid),
    'eventsource-client, for await + instances': iteratingPeer(Order.unmarshal),
    'model=interface, validate: false': listening(plain.listenForOrders, { validate: false }),
    'fetch-event-source + Ajv': () =>
      new Promise((resolve, reject) => {
        const count = counting(resolve)
        const controller = new globalThis.AbortController()
        fetchEventSource(url, {
          openWhenHidden: true,
          signal: controller.signal,
          fetch,
          onmessage({ data }) {
            parseValid(data)
            count()
          },
          onerror: reject,
        }).catch(reject)
      }),
    'stage: read': reading(() => undefined),
    'stage: read, parse': async () => {
      const decode = createUtf8Decoder()
      const ignore = () => undefined
      const read = createEventReader(
        { onEvent: ignore, onId: ignore, onRetry: ignore, onComment: ignore },
        0x1000000,
      )
      await reading((chunk) => read(decode(chunk)))()
    },
  }
}

/** Runs one variant of one cell for each message of the parent process. */
async function serve(cell, name) {
  const run = variants(cell)[name]
  process.on('message', async () => {
    const before = process.cpuUsage()
    await run()
    const { user, system } = process.cpuUsage(before)
    process.send(user + system)
  })
  process.send('ready')
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1]
}

/**
 * CPU, µs, of each variant and run. Each variant has processes of its own, as a page or a service has one client: no variant
 * affects the compiled code or the heap of another. Processes of one variant differ by up to 20 %, so there are several of each.
 */
async function measure(cell, index) {
  const names = Object.keys(variants(cell))
  const runs = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = 0; round < PROCESSES; round++) await measureOnce(names, index, runs)
  return runs
}

/** Adds the runs of one process of each variant. They take turns, in rotated order. */
async function measureOnce(names, index, runs) {
  const children = await Promise.all(
    names.map(async (name) => {
      const child = fork(join(__dirname, 'client.js'), [String(index), name])
      await once(child, 'message')
      return child
    }),
  )
  // The first runs are for the compiler.
  for (let run = -WARM_UP; run < RUNS; run++) {
    for (let turn = 0; turn < names.length; turn++) {
      const at = (turn + run + WARM_UP) % names.length
      children[at].send('run')
      const [cpu] = await once(children[at], 'message')
      if (run >= 0) runs[names[at]].push(cpu)
    }
  }
  for (const child of children) child.kill()
}

/** @returns whether each limit is met */
function report({ size, batch, events }, runs) {
  const micros = Object.fromEntries(
    Object.entries(runs).map(([name, values]) => [name, median(values) / events]),
  )
  console.log(`\n${size} B, ${batch} a chunk`)
  for (const [name, value] of Object.entries(micros)) {
    if (!name.startsWith('stage')) console.log(`  ${name.padEnd(36)} ${value.toFixed(2)} µs`)
  }
  const parsed = micros['generated client, validate: false']
  const stages = {
    read: micros['stage: read'],
    'parse the stream': micros['stage: read, parse'] - micros['stage: read'],
    'decode and deliver': parsed - micros['stage: read, parse'],
    validate: micros['generated client'] - parsed,
  }
  for (const [stage, time] of Object.entries(stages)) {
    console.log(`    ${stage.padEnd(20)} ${time.toFixed(2)} µs`)
  }
  return LIMITS.map(([ours, theirs, limit]) => {
    const ratio = median(runs[theirs].map((time, n) => time / runs[ours][n]))
    const text = `${ours} against ${theirs}: ${ratio.toFixed(2)}`
    const isMet = limit === undefined || ratio >= limit
    console.log(
      limit === undefined
        ? `         ${text}`
        : `  ${isMet ? 'met   ' : 'MISSED'} ${text} (limit ${limit})`,
    )
    return isMet
  }).every(Boolean)
}

async function main() {
  prepare()
  console.log(
    `Node ${process.versions.node}, ${PROCESSES} processes of each variant with ${RUNS} interleaved runs`,
  )
  for (const [index, cell] of CELLS.entries()) {
    if (!report(cell, await measure(cell, index))) process.exitCode = 1
  }
}

const [, , index, name] = process.argv
if (name === undefined) main()
else serve(CELLS[index], name)
