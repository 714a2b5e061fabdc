import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** A TypeScript file that runs in a separate Node process and communicates by messages. */
export class Child {
  readonly #process: ChildProcess
  #isKilled = false

  private constructor(process: ChildProcess) {
    this.#process = process
  }

  /**
   * Starts a file; resolves after its first message. `onMessage` receives all messages, including the first.
   * @param preload a module that the process loads before the file
   */
  static async start(
    file: string,
    args: readonly string[],
    onMessage: (message: unknown) => void = () => undefined,
    preload?: string,
  ): Promise<Child> {
    const child = fork(file, args, {
      execArgv: ['typescript-hook.js', 'exit-with-parent.js']
        .map((name) => join(__dirname, name))
        .concat(preload ?? [])
        .flatMap((path) => ['-r', path]),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    // Ignore errors: tests send messages to a process that was just killed.
    child.on('error', () => undefined)
    child.on('message', onMessage)
    const ended = once(child, 'exit').then(() => {
      throw new Error(`${file} ended before it was ready`)
    })
    await Promise.race([once(child, 'message'), ended])
    ended.catch(() => undefined)
    return new Child(child)
  }

  /** Calls a function if the process ends before `kill`. */
  onUnexpectedEnd(callback: (error: Error) => void): void {
    this.#process.once('exit', (code, signal) => {
      if (this.#isKilled) return
      callback(new Error(`${this.#process.spawnargs.at(-1)} ended: ${code ?? signal}`))
    })
  }

  send(message: string): void {
    if (this.#process.connected) this.#process.send(message, () => undefined)
  }

  /** Sends a signal that does not end the process, such as SIGSTOP. */
  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }

  /** Ends the process; resolves after its exit and after all its messages were received. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#process
    this.#isKilled = true
    const isAlive = child.exitCode === null && child.signalCode === null
    const gone = [
      ...(isAlive ? [once(child, 'exit')] : []),
      ...(child.connected ? [once(child, 'disconnect')] : []),
    ]
    child.kill(signal)
    await Promise.all(gone)
  }
}
