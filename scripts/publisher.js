#!/usr/bin/env node
// Refuses to publish while package.json or .github/CODEOWNERS still has the placeholder for the publisher's GitHub account.
// npm runs it before `npm publish`, in the folder of the package. The package of the runtime has the fields of package.json.
// `node scripts/publisher.js <folder>` checks a package in another folder.
const { readFileSync } = require('node:fs')
const { join } = require('node:path')

const PLACEHOLDER = /\bOWNER\b/
const [folder] = process.argv.slice(2)
const FILES =
  folder === undefined ? ['package.json', '.github/CODEOWNERS'] : [join(folder, 'package.json')]

const places = FILES.flatMap((file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, index) =>
      PLACEHOLDER.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [],
    ),
)
if (places.length > 0) {
  console.error(
    `${places.join('\n')}\nOWNER is a placeholder; replace it with the publisher's GitHub account`,
  )
  process.exitCode = 1
}
