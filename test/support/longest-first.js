// Starts the longest test files first, so that no worker ends with one of them alone. Jest does so with the durations of
// its cache, which a fresh checkout does not have.
const { existsSync } = require('node:fs')
const { join } = require('node:path')
const Sequencer = require('@jest/test-sequencer').default

const ROOT = join(__dirname, '../..')

/** Files of half a minute and more with two workers, the longest first. */
const LONGEST = [
  'test/security/hostile.test.ts',
  'test/runtime/brokers/redis/run-kills.test.ts',
  'test/e2e/scaffold.test.ts',
  'test/docs/blocks.test.ts',
  'test/security/input.test.ts',
  'test/ui/sharing.test.ts',
  'test/security/construction.test.ts',
  'test/e2e/runtime-package.test.ts',
  'test/e2e/fork.test.ts',
  'test/e2e/llm-chat.test.ts',
  'test/e2e/generator.test.ts',
  'test/e2e/command.test.ts',
  'test/runtime/hub/snapshot-kills.test.ts',
  'test/runtime/brokers/redis/kills.test.ts',
  'test/docs/messages.test.ts',
  'test/ui/frameworks.test.ts',
  'test/security/findings.test.ts',
  'test/docs/ci-and-git.test.ts',
  'test/e2e/dashboard.test.ts',
  'test/docs/hosts.test.ts',
  'test/ui/react.test.ts',
].map((path) => join(ROOT, path))

const missing = LONGEST.filter((path) => !existsSync(path))
if (missing.length > 0)
  throw new Error(`test/support/longest-first.js lists missing files: ${missing.join(', ')}`)

class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const index = LONGEST.indexOf(path)
      return index === -1 ? LONGEST.length : index
    }
    return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b))
  }
}

module.exports = LongestFirst
