import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** A TypeScript file that runs in a Node process of its own and talks in messages. */
export class Child {
  readonly #process: ChildProcess

  private constructor(process: ChildProcess) {
    this.#process = process
  }

  /** Starts a file; resolves once it has sent its first message. `onMessage` hears that and all others. */
  static async start(
    file: string,
    args: readonly string[],
    onMessage: (message: unknown) => void = () => undefined,
  ): Promise<Child> {
    const child = fork(file, args, {
      execArgv: ['-r', join(__dirname, 'typescript-hook.js')],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    // Sending to a process that was killed a moment ago is part of what is tested.
    child.on('error', () => undefined)
    child.on('message', onMessage)
    const ended = once(child, 'exit').then(() => {
      throw new Error(`${file} ended before it was ready`)
    })
    await Promise.race([once(child, 'message'), ended])
    ended.catch(() => undefined)
    return new Child(child)
  }

  send(message: string): void {
    if (this.#process.connected) this.#process.send(message, () => undefined)
  }

  /** Ends the process; resolves once it is gone and all that it said has been heard. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#process
    const isAlive = child.exitCode === null && child.signalCode === null
    const gone = [
      ...(isAlive ? [once(child, 'exit')] : []),
      ...(child.connected ? [once(child, 'disconnect')] : []),
    ]
    child.kill(signal)
    await Promise.all(gone)
  }
}
