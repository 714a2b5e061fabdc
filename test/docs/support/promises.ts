import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT = join(__dirname, '../../..')

/** A row of test/security/promises.md: a guarantee, and the tests and scripts that verify it. */
export interface PromiseRow {
  readonly promise: string
  readonly scripts: readonly string[]
  readonly tests: readonly { readonly path: string; readonly titles: readonly string[] }[]
}

export function readPromises(): PromiseRow[] {
  const page = readFileSync(join(ROOT, 'test/security/promises.md'), 'utf8')
  return page
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (-|guarantee )/.test(line))
    .map((line) => {
      const [, promise = '', held = ''] = line.split('|').map((cell) => cell.trim())
      return {
        promise,
        scripts: [...held.matchAll(/`npm run ([\w:]+)`/g)].map(([, name = '']) => name),
        tests: held.split(/(?=`test\/)/).flatMap((part) => {
          const path = /^`(test\/[^`]+)`/.exec(part)?.[1]
          const titles = [...part.matchAll(/"([^"]+)"/g)].map(([, title = '']) => title)
          return path === undefined ? [] : [{ path, titles }]
        }),
      }
    })
}

/** Result of one test, as Jest reports it. */
export interface TestOutcome {
  readonly fullName: string
  readonly status: string
  readonly numPassingAsserts?: number
}

/**
 * The guarantees that a run of Jest has not confirmed. Each title needs a test that ran, passed, and made an assertion.
 * @param outcomes by path relative to the root; guarantees with other files are not checked
 * @param requiresAll whether a skipped test breaks its guarantee: it needs a program that is not installed
 */
export function findBrokenPromises(
  rows: readonly PromiseRow[],
  outcomes: ReadonlyMap<string, readonly TestOutcome[]>,
  requiresAll: boolean,
): string[] {
  return rows.flatMap(({ promise, tests }) =>
    tests.flatMap(({ path, titles }) => {
      const own = outcomes.get(path)
      if (own === undefined) return []
      return titles.flatMap((title) => {
        const found = own.filter(({ fullName }) => matches(fullName, title))
        const isHeld = found.some(
          ({ status, numPassingAsserts = 0 }) => status === 'passed' && numPassingAsserts > 0,
        )
        const isSkipped = found.length > 0 && found.every(({ status }) => status === 'pending')
        if (isSkipped && !requiresAll) return []
        const isBroken = !isHeld || found.some(({ status }) => status === 'failed')
        return isBroken ? [`${promise}: no passed assertion in ${path} "${title}"`] : []
      })
    }),
  )
}

/** Whether a full name has a title, in which `%s` and similar placeholders match the values of a table. */
function matches(fullName: string, title: string): boolean {
  const source = title
    .split(/%[sdifjop#]|\$\w+/)
    .map((text) => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`))
    .join('.*')
  return new RegExp(source, 's').test(fullName)
}
