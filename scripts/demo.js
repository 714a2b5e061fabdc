#!/usr/bin/env node
// Runs an example: generates its code, bundles its page, and keeps its server running. `npm run demo` is
// examples/dashboard, `npm run demo:chat` is examples/llm-chat. PORT sets the port (default 8080; 0: a free one).
const { execFileSync, fork } = require('node:child_process')
const { copyFileSync, mkdirSync, readFileSync } = require('node:fs')
const { createServer } = require('node:net')
const { join, resolve } = require('node:path')
const { buildSync } = require('esbuild')

const ROOT = resolve(__dirname, '..')
const DEMOS = {
  dashboard: {
    title: 'Shop Dashboard',
    document: 'dashboard/asyncapi.yaml',
    page: 'page.tsx',
    source: 'shop.ts',
    parameters: ['-p', 'ui=react,share'],
  },
  'llm-chat': {
    title: 'Chat',
    document: 'llm-chat.yaml',
    page: 'page.ts',
    parameters: ['-p', 'runs=true', '-p', 'broker=redis'],
  },
}
const [, , name = 'dashboard'] = process.argv
const { title, document, page, source, parameters } = DEMOS[name]
const HERE = join(ROOT, 'examples', name)
const OUT = join(ROOT, 'out', name)
const RESTART = 75

function build() {
  execFileSync(
    process.execPath,
    [
      ...[join(__dirname, 'generate.js'), join(ROOT, 'examples', document)],
      ...['-o', join(HERE, '__gen__'), ...parameters],
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  )
  mkdirSync(join(OUT, 'public'), { recursive: true })
  const options = { bundle: true, target: 'es2022', logLevel: 'warning' }
  buildSync({
    ...options,
    entryPoints: [join(HERE, page)],
    outfile: join(OUT, 'public', 'page.js'),
    platform: 'browser',
    format: 'esm',
    jsx: 'automatic',
    define: {
      'process.env.NODE_ENV': '"development"',
      // The page shows its source.
      ...(source && { SHOP_SOURCE: JSON.stringify(readFileSync(join(HERE, source), 'utf8')) }),
    },
  })
  buildSync({
    ...options,
    entryPoints: [join(HERE, 'server.ts')],
    outfile: join(OUT, 'server.js'),
    platform: 'node',
    packages: 'external',
  })
  for (const file of ['index.html', 'page.css']) {
    copyFileSync(join(HERE, file), join(OUT, 'public', file))
  }
}

function start() {
  const server = fork(join(OUT, 'server.js'), { env: { ...process.env, PORT: port } })
  server.once('message', (listening) => {
    port = String(listening)
    console.log(`${title}: http://localhost:${port}`)
  })
  server.once('exit', (code) => {
    if (code === RESTART) start()
    else process.exit(code ?? 1)
  })
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.removeAllListeners(signal)
    process.once(signal, () => server.kill(signal))
  }
}

let port = process.env.PORT ?? '8080'
// Before the build, which takes seconds.
const probe = createServer()
probe.once('error', (error) => {
  console.error(
    error.code === 'EADDRINUSE'
      ? `error: port ${port} is in use; set PORT to another port, e.g. PORT=0 for a free one`
      : `error: cannot listen on port ${port}: ${error.message}`,
  )
  process.exitCode = 1
})
probe.listen(Number(port), () =>
  probe.close(() => {
    build()
    start()
  }),
)
