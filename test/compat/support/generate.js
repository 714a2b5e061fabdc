// Runs the pack through a real generator, as `generateFromString` does it: run by the Node, with the generator, of a cell.
// Standard input: { generator, template, jobs: [{ document, folder, parameters }] }; paths are absolute.
const { readFileSync } = require('node:fs')

async function main() {
  const { generator, template, jobs } = JSON.parse(readFileSync(0, 'utf8'))
  const Generator = require(generator)
  for (const { document, folder, parameters } of jobs) {
    const run = new Generator(template, folder, { templateParams: parameters, forceWrite: true })
    await run.generateFromString(readFileSync(document, 'utf8'), { path: document })
  }
}

main().catch((error) => {
  console.error(error)
  process.exitCode = 1
})
