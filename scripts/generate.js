#!/usr/bin/env node
// Runs the pack through the real generator: `npm run generate -- <document> -o <folder> [-p name=value …] [-n glob …]`.
// The AsyncAPI CLI does the same; this needs nothing that is not in this checkout.
const { readFileSync } = require('node:fs')
const { resolve } = require('node:path')
const { parseArgs } = require('node:util')

const USAGE = 'usage: npm run generate -- <document> -o <folder> [-p name=value …] [-n glob …]'
const HELP = `${USAGE}

  -o, --output        output folder
  -p, --param         template parameter; docs/parameters.md lists them
  -n, --no-overwrite  files to keep; put globs in quotes: -n 'payloads/*'
  -h, --help          this text
`

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      output: { type: 'string', short: 'o' },
      param: { type: 'string', short: 'p', multiple: true, default: [] },
      help: { type: 'boolean', short: 'h' },
      'no-overwrite': { type: 'string', short: 'n', multiple: true, default: [] },
    },
  })
  if (values.help) {
    console.log(HELP)
    return
  }
  const [path] = positionals
  if (positionals.length !== 1 || values.output === undefined) throw new Error(USAGE)

  const parameters = values.param.map((pair) => {
    const at = pair.indexOf('=')
    if (at < 1) throw new Error(`-p ${pair}: a parameter is given as name=value\n${USAGE}`)
    return [pair.slice(0, at), pair.slice(at + 1)]
  })
  const document = readFileSync(path, 'utf8')
  // Takes a second, so the arguments are checked first.
  const Generator = require('@asyncapi/generator')
  const generator = new Generator(resolve(__dirname, '..'), resolve(values.output), {
    templateParams: Object.fromEntries(parameters),
    noOverwriteGlobs: values['no-overwrite'],
    forceWrite: true,
  })
  await generator.generateFromString(document, { path: resolve(path) })
}

main().catch((error) => {
  if (Array.isArray(error?.diagnostics)) {
    const { parserHintText } = require('../dist/pipeline/document/parser-hints.js')
    console.error(parserHintText(error.diagnostics))
  }
  console.error(`error: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
})
