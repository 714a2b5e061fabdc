#!/usr/bin/env node
// Makes the package of the runtime and publishes it, unless npm has this version. It goes first: the scaffold of the pack
// depends on it.
const { execFileSync, spawnSync } = require('node:child_process')
const { mkdtempSync, rmSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { version } = require('../package.json')

const NAME = 'asyncapi-eventsource-runtime'
const run = (command, args) => execFileSync(command, args, { stdio: 'inherit' })

const { stdout } = spawnSync('npm', ['view', `${NAME}@${version}`, 'version'], { encoding: 'utf8' })
if (stdout.trim() === version) console.log(`${NAME}@${version} is published`)
else {
  const folder = mkdtempSync(join(tmpdir(), 'runtime-package-'))
  try {
    run('npm', ['run', '--silent', 'runtime:package', '--', folder])
    run('node', ['scripts/publisher.js', folder])
    run('npm', ['publish', folder, '--access', 'public'])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
