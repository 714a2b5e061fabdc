// CPU of a page's main thread at 10 000 events a second: a store beside a bare `listenFor…`, in Chromium.
// Run with: npm run bench:store
//
// Two pages take turns in one browser. The CPU time of the thread is measured, not the wall clock, and each ratio is that of
// neighbors in time: other load of the machine affects both.
const { execFileSync } = require('node:child_process')
const { createServer } = require('node:http')
const { join } = require('node:path')
const { performance } = require('node:perf_hooks')
const { clearInterval, setInterval } = require('node:timers')
const { build } = require('esbuild')
const { chromium } = require('playwright-core')
const { eventOf } = require('./order.js')

const RUNS = Number(process.env.RUNS ?? 10)
const WARM_UP = 2
const EVENTS = 30_000
/** Events of one write; a write every 10 ms makes 10 000 events a second. */
const BATCH = 100
const PERIOD = 10

/** CPU of the store divided by CPU of `listenFor…`. */
const MAX_RATIO = 1.2

const root = join(__dirname, '..')
const out = join(root, 'out', 'bench-store')

const PAGE = `
import { listenForOrders } from './channels/event_source_client'
import { createOrdersStore } from './channels/event_source_store'

const frames = { notified: 0, drawn: 0 }
const draw = () => { frames.drawn++; requestAnimationFrame(draw) }
draw()

const variants = {
  listen: (finish) => {
    let total = 0
    const subscription = listenForOrders((order) => {
      if (order !== null && ++total === ${EVENTS}) finish(subscription)
    })
  },
  store: (finish) => {
    const store = createOrdersStore({ initial: 0, reduce: (total) => total + 1 })
    store.subscribe(() => {
      frames.notified++
      if (store.getSnapshot().data === ${EVENTS}) finish(store)
    })
  },
}

globalThis.run = (name) =>
  new Promise((resolve) => {
    frames.notified = frames.drawn = 0
    variants[name]((stream) => {
      stream.close()
      resolve({ ...frames })
    })
  })
`

async function bundle() {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit', cwd: root })
  const generate = [join(root, 'scripts/generate.js'), join(__dirname, 'client.yaml')]
  execFileSync(process.execPath, [...generate, '-o', out, '-p', 'side=client', '-p', 'ui=store'], {
    cwd: root,
    stdio: 'inherit',
  })
  const { outputFiles } = await build({
    stdin: { contents: PAGE, resolveDir: out },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  })
  return outputFiles[0].text
}

/** Serves the page, and EVENTS events to each stream. */
function serve(script) {
  const server = createServer((request, response) => {
    if (request.url === '/page.js') {
      response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(script)
      return
    }
    if (request.url !== '/orders') {
      response
        .writeHead(200, { 'Content-Type': 'text/html' })
        .end('<!doctype html><title>bench</title><script type="module" src="/page.js"></script>')
      return
    }
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    let sent = 0
    const started = performance.now()
    const timer = setInterval(() => {
      // A late timer sends the events of the time that has passed.
      const due = Math.min(EVENTS, (Math.floor((performance.now() - started) / PERIOD) + 1) * BATCH)
      const events = []
      while (sent < due) events.push(eventOf(sent++))
      response.write(events.join(''))
      if (sent === EVENTS) clearInterval(timer)
    }, PERIOD)
    response.once('close', () => clearInterval(timer))
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

/** A page, and a function that measures the CPU, s, of its main thread during one run. */
async function openPage(browser, url, name) {
  const page = await browser.newPage()
  await page.goto(url)
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const readTime = async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return metrics.find((metric) => metric.name === 'ThreadTime' || metric.name === 'TaskDuration')
      .value
  }
  return async () => {
    await page.bringToFront()
    const before = await readTime()
    const frames = await page.evaluate((variant) => globalThis.run(variant), name)
    return { cpu: (await readTime()) - before, ...frames }
  }
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1]
}

async function main() {
  const server = await serve(await bundle())
  const executablePath = execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim()
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  const url = `http://localhost:${server.address().port}/`
  const names = ['listen', 'store']
  const measure = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await openPage(browser, url, name)])),
  )
  const runs = { listen: [], store: [] }
  for (let run = -WARM_UP; run < RUNS; run++) {
    for (const name of run % 2 === 0 ? names : [...names].reverse()) {
      const result = await measure[name]()
      if (run >= 0) runs[name].push(result)
    }
  }
  await browser.close()
  server.close()

  console.log(`${browser.version()}, ${RUNS} interleaved runs of ${EVENTS} events, 10 000 a second`)
  for (const name of names) {
    const micros = (median(runs[name].map(({ cpu }) => cpu)) / EVENTS) * 1e6
    console.log(`  ${name.padEnd(8)} ${micros.toFixed(2)} µs CPU an event`)
  }
  const ratio = median(runs.store.map(({ cpu }, n) => cpu / runs.listen[n].cpu))
  const isFast = ratio <= MAX_RATIO
  console.log(
    `  ${isFast ? 'met   ' : 'MISSED'} store against listen: ${ratio.toFixed(2)} (at most ${MAX_RATIO})`,
  )
  const isBatched = runs.store.every(({ notified, drawn }) => notified <= drawn + 1)
  const { notified, drawn } = runs.store[0]
  console.log(
    `  ${isBatched ? 'met   ' : 'MISSED'} at most one notification a frame: ${notified} in ${drawn} frames`,
  )
  if (!isFast || !isBatched) process.exitCode = 1
}

main()
