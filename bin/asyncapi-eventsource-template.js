#!/usr/bin/env node
// The command of the pack, compiled from pipeline/command/. See docs/command.md.
const { run } = require('../dist/pipeline/command/command.js')

void run(process.argv.slice(2)).then((code) => {
  process.exitCode = code
})
