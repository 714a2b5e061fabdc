// Mutation tests of the filters that print text: `npm run mutate [-- <part of a path>]`.
// Breaks one rule at a time, in a copy of the project, and runs the tests that must fail.
// Not Stryker: it makes 639 mutants of filters/ alone, and did not finish within 55 minutes on two busy cores.
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { mutantsOf, type Mutant } from './mutants'

/**
 * The files that make text of a document safe, and the tests of each. Types and validators are printed through these; the
 * conformance suites test their content.
 */
const TARGETS: Readonly<Record<string, readonly string[]>> = {
  'filters/address.ts': ['test/filters/address'],
  'filters/code.ts': ['test/filters/literals'],
  'filters/comments.ts': ['test/filters/comments'],
  'filters/literals.ts': ['test/filters/literals'],
  'filters/markdown.ts': ['test/filters/markdown'],
  'filters/naming.ts': ['test/filters/naming'],
  'filters/unicode.ts': ['test/filters/naming', 'test/filters/unicode'],
  'runtime/server/route-expression.ts': ['test/runtime/server/route-expression'],
  'pipeline/codegen/jsdoc.ts': ['test/pipeline/codegen/jsdoc'],
  'pipeline/diagnostics.ts': ['test/pipeline/diagnostics'],
  'pipeline/output/atomic-file.ts': ['test/pipeline/output/atomic-file', 'test/security/folder'],
  'pipeline/output/manifest.ts': ['test/pipeline/output/manifest', 'test/pipeline/output/stale'],
  'pipeline/output/write.ts': [
    'test/pipeline/output/write',
    'test/pipeline/output/stale',
    'test/pipeline/output/atomic-file',
    'test/security/folder',
    'test/security/copies',
  ],
  'pipeline/render/engine.ts': ['test/pipeline/render/engine'],
}

/** A mutant whose tests do not end counts as detected after this time, ms. */
const TIME_LIMIT = 60_000

const root = join(__dirname, '..')

interface Job {
  readonly path: string
  readonly tests: readonly string[]
  readonly mutant: Mutant
}

async function main(): Promise<void> {
  const only = process.argv[2] ?? ''
  const jobs = Object.entries(TARGETS)
    .filter(([path]) => path.includes(only))
    .flatMap(([path, tests]) =>
      mutantsOf(readFileSync(join(root, path), 'utf8')).map((mutant) => ({ path, tests, mutant })),
    )
  const copies = Array.from({ length: Math.min(2, availableParallelism()) }, copyProject)
  const undetected: Job[] = []
  const queue = [...jobs]
  try {
    await Promise.all(
      copies.map(async (copy) => {
        for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
          if (!(await isDetected(copy, job))) undetected.push(job)
        }
      }),
    )
  } finally {
    for (const copy of copies) rmSync(copy, { recursive: true, force: true })
  }
  report(jobs, undetected)
}

function report(jobs: readonly Job[], undetected: readonly Job[]): void {
  for (const { path, mutant } of undetected) console.log(`${path}:${mutant.line}: ${mutant.name}`)
  const detected = jobs.length - undetected.length
  console.log(`${jobs.length} mutants, ${detected} detected, ${undetected.length} undetected`)
  if (undetected.length > 0) process.exitCode = 1
}

/** A checkout of its own: the working tree is not touched. */
function copyProject(): string {
  const copy = mkdtempSync(join(tmpdir(), 'mutate-'))
  for (const part of ['filters', 'pipeline', 'runtime', 'template', 'partials', 'test']) {
    cpSync(join(root, part), join(copy, part), {
      recursive: true,
      filter: (path) => !/node_modules|golden/.test(path),
    })
  }
  for (const file of ['package.json', 'jest.config.js']) cpSync(join(root, file), join(copy, file))
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'dir')
  return copy
}

async function isDetected(copy: string, { path, tests, mutant }: Job): Promise<boolean> {
  const place = join(copy, path)
  const original = readFileSync(place, 'utf8')
  writeFileSync(place, mutant.text)
  try {
    return !(await passes(copy, tests))
  } finally {
    writeFileSync(place, original)
  }
}

function passes(copy: string, tests: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const jest = spawn(
      process.execPath,
      [join(root, 'node_modules/jest/bin/jest.js'), '--bail', '--silent', '-i', ...tests],
      { cwd: copy, stdio: 'ignore', timeout: TIME_LIMIT, killSignal: 'SIGKILL' },
    )
    jest.once('exit', (code) => {
      resolve(code === 0)
    })
  })
}

void main()
