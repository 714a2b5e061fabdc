import { parseArgs } from 'node:util'
import { addGenerators } from './groups/generators'
import { addCli } from './groups/cli'
import { addBrowser } from './groups/browser'
import { addInterop } from './groups/interop'
import { addLibraries } from './groups/libraries'
import { addRuntimes } from './groups/runtimes'
import { addTypeScript } from './groups/typescript'
import { removeScratch } from './support/folders'
import { install } from './support/install'
import { Matrix, type Cell } from './support/matrix'
import { checkout } from './support/snapshot'
import { printed } from './support/table'

const USAGE = `usage: npm run compat -- [--only <group>]
  --only   groups, comma-separated: generators, cli, typescript, runtimes, libraries, browser, interop`

const groups: Readonly<Record<string, (matrix: Matrix) => void | Promise<void>>> = {
  generators: addGenerators,
  cli: addCli,
  typescript: addTypeScript,
  runtimes: addRuntimes,
  libraries: addLibraries,
  browser: addBrowser,
  interop: addInterop,
}

/** Runs the matrix and prints it; exit code 1 where a claim does not hold, and with `CI_REQUIRE_ALL=1` where a cell could not run. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: 'string' } } })
  const names = values.only?.split(',') ?? Object.keys(groups)
  const start = performance.now()
  await install()
  // What does not build has nothing to try.
  await checkout()
  const matrix = new Matrix(2, progress)
  for (const name of names) {
    const group = groups[name]
    if (group === undefined) throw new Error(`${name}: there is no such group\n${USAGE}`)
    await group(matrix)
  }
  const cells = await matrix.cells()
  console.log(printed(cells))
  console.log(`${Math.round((performance.now() - start) / 1000)} s`)
  for (const problem of problems(cells)) console.error(`\n${problem}`)
  const bad = process.env['CI_REQUIRE_ALL'] === '1' ? ['failed', 'not run'] : ['failed']
  if (cells.some(({ outcome }) => bad.includes(outcome.kind))) process.exitCode = 1
}

/** Each failure in full, once, with the cells that it is of. */
function problems(cells: readonly Cell[]): string[] {
  const byDetail = new Map<string, string[]>()
  for (const { group, what, on, outcome } of cells) {
    if (outcome.kind !== 'failed') continue
    const cell = `${group}: ${what}, ${on}`
    byDetail.set(outcome.detail, [...(byDetail.get(outcome.detail) ?? []), cell])
  }
  return [...byDetail].map(([detail, failed]) => [...failed, detail].join('\n'))
}

function progress({ group, what, on, outcome, took }: Cell): void {
  process.stderr.write(
    `${outcome.kind}  ${group}: ${what}, ${on} (${(took / 1000).toFixed(1)} s)\n`,
  )
}

main()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  })
  .finally(removeScratch)
