#!/usr/bin/env node
// The dashboard of examples/dashboard: generates its code, bundles the page, and keeps the server running.
// `npm run demo`; PORT says where (default 8080; 0 takes a free one).
const { execFileSync, fork } = require('node:child_process')
const { copyFileSync, mkdirSync } = require('node:fs')
const { join, resolve } = require('node:path')
const { buildSync } = require('esbuild')

const ROOT = resolve(__dirname, '..')
const HERE = join(ROOT, 'examples', 'dashboard')
const OUT = join(ROOT, 'out', 'dashboard')
const RESTART = 75

function build() {
  execFileSync(
    process.execPath,
    [join(__dirname, 'generate.js'), join(HERE, 'asyncapi.yaml'), '-o', join(HERE, '__gen__')],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  )
  mkdirSync(join(OUT, 'public'), { recursive: true })
  const options = { bundle: true, target: 'es2022', logLevel: 'warning' }
  buildSync({
    ...options,
    entryPoints: [join(HERE, 'page.ts')],
    outfile: join(OUT, 'public', 'page.js'),
    platform: 'browser',
    format: 'esm',
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
    console.log(`Shop Dashboard: http://localhost:${port}`)
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
build()
start()
