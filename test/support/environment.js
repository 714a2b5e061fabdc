// The environment of each test file. It ends the processes that the file has started, also if a test has failed: an
// orphaned process keeps its ports, and a process that has inherited the output of Jest prevents its exit.
const { execFileSync } = require('node:child_process')
const { subscribe, unsubscribe } = require('node:diagnostics_channel')
const { once } = require('node:events')
const { TestEnvironment } = require('jest-environment-node')

class ProcessEnvironment extends TestEnvironment {
  #children = new Set()
  #record = ({ process: child }) => this.#children.add(child)

  async setup() {
    await super.setup()
    subscribe('child_process', this.#record)
  }

  async teardown() {
    unsubscribe('child_process', this.#record)
    const running = [...this.#children].filter(isRunning)
    const exits = running.map((child) => once(child, 'exit'))
    const pids = running.map(({ pid }) => pid)
    for (const pid of [...(pids.length > 0 ? descendantsOf(pids) : []), ...pids]) kill(pid)
    await Promise.all(exits)
    await super.teardown()
  }
}

function isRunning({ pid, exitCode, signalCode }) {
  return pid !== undefined && exitCode === null && signalCode === null
}

/** A program such as npm does not end its own processes when it is killed. */
function descendantsOf(pids) {
  const known = new Set(pids)
  const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  for (let size = 0; size !== known.size;) {
    size = known.size
    for (const [pid, parent] of processes) if (known.has(parent)) known.add(pid)
  }
  return [...known].filter((pid) => !pids.includes(pid))
}

function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
}

module.exports = ProcessEnvironment
