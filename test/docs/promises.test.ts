import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  findBrokenPromises,
  readPromises,
  ROOT,
  type PromiseRow,
  type TestOutcome,
} from './support/promises'

const page = readFileSync(join(ROOT, 'docs/security.md'), 'utf8')
const { scripts: SCRIPTS } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: object
}

test('each guarantee of the page has a row, and each row is a guarantee of the page', () => {
  const sections = page
    .split(/^## /m)
    .filter((section) => /^The (document|folder|other end)|^Secrets/.test(section))
  expect(sections).toHaveLength(4)
  const promises = sections.flatMap((section) =>
    [...section.matchAll(/^- (.)(.*)\.$/gm)].map(
      ([, first = '', rest = '']) => first.toLowerCase() + rest,
    ),
  )
  expect(promises).toEqual(readPromises().map(({ promise }) => promise))
})

// That these tests pass, with an assertion each, is checked by test/support/promises-reporter.js after each run.
test.each(readPromises())('$promise: the tests exist', ({ scripts, tests }) => {
  expect(tests.length + scripts.length).toBeGreaterThan(0)
  expect(Object.keys(SCRIPTS)).toEqual(expect.arrayContaining([...scripts]))
  for (const { path, titles } of tests) {
    expect(existsSync(join(ROOT, path))).toBe(true)
    expect(titles.length).toBeGreaterThan(0)
    const source = readFileSync(join(ROOT, path), 'utf8')
    expect(titles.filter((title) => !source.includes(title))).toEqual([])
  }
})

test('Jest runs the check after the tests', () => {
  const { reporters } = jest.requireActual<{ reporters: unknown[] }>('../../jest.config.js')
  expect(reporters).toEqual(['default', '<rootDir>/test/support/promises-reporter.js'])
})

describe('a guarantee', () => {
  const path = 'test/a.test.ts'
  const row: PromiseRow = {
    promise: 'nothing leaks',
    scripts: [],
    tests: [{ path, titles: ['%s does not leak'] }],
  }
  const outcome = (more: Partial<TestOutcome> = {}): TestOutcome => ({
    fullName: 'secrets a header does not leak',
    status: 'passed',
    numPassingAsserts: 1,
    ...more,
  })
  const check = (...outcomes: TestOutcome[]): number =>
    findBrokenPromises([row], new Map([[path, outcomes]]), true).length

  test('is verified by a test that passed with an assertion', () => {
    expect(check(outcome())).toBe(0)
    expect(check(outcome(), outcome({ status: 'pending' }))).toBe(0)
  })

  test.each([
    ['was skipped', outcome({ status: 'pending' })],
    ['failed', outcome({ status: 'failed' })],
    ['made no assertion', outcome({ numPassingAsserts: 0 })],
    ['has another title', outcome({ fullName: 'secrets a header leaks' })],
  ])('is not verified by a test that %s', (_, one) => {
    expect(check(one)).toBe(1)
  })

  test('is not verified if one of several tests of the title failed', () => {
    expect(check(outcome(), outcome({ status: 'failed' }))).toBe(1)
  })

  test('may be skipped where a program is missing, but not in CI', () => {
    const outcomes = new Map([[path, [outcome({ status: 'pending' })]]])
    expect(findBrokenPromises([row], outcomes, false)).toEqual([])
    expect(findBrokenPromises([row], outcomes, true)).toHaveLength(1)
  })

  test('is not checked in a run without its file', () => {
    expect(findBrokenPromises([row], new Map(), true)).toEqual([])
  })
})
