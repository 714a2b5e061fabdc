// Fails a run of Jest in which a guarantee of test/security/promises.md is not confirmed by a test that passed with an assertion.
require('./typescript-hook.js')
const { relative, sep } = require('node:path')
const { findBrokenPromises, readPromises, ROOT } = require('../docs/support/promises.ts')

class PromisesReporter {
  #error
  #globalConfig

  constructor(globalConfig) {
    this.#globalConfig = globalConfig
  }

  onRunComplete(_, { testResults }) {
    // With -t most tests of a file do not run.
    if (this.#globalConfig.testNamePattern) return
    const outcomes = new Map(
      testResults.map(({ testFilePath, testResults: results }) => [
        relative(ROOT, testFilePath).split(sep).join('/'),
        results,
      ]),
    )
    const requiresAll = process.env.CI_REQUIRE_ALL === '1'
    const broken = findBrokenPromises(readPromises(), outcomes, requiresAll)
    if (broken.length === 0) return
    const text = `test/security/promises.md: ${broken.length} guarantees are not confirmed by this run:\n${broken.join('\n')}\n`
    process.stderr.write(text)
    this.#error = new Error(text)
  }

  getLastError() {
    return this.#error
  }
}

module.exports = PromisesReporter
