import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** A TypeScript file that runs in a Node process of its own and talks in messages. */
export class Child {
  readonly #process: ChildProcess
  readonly #received: unknown[] = []
  readonly #waiting = new Set<() => void>()

  private constructor(file: string, args: readonly string[]) {
    this.#process = fork(file, args, {
      execArgv: ['-r', join(__dirname, 'typescript-hook.js')],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    this.#process.on('message', (message) => this.#add(message))
    this.#process.on('exit', () => this.#wake())
    // Sending to a process that was killed a moment ago is part of what is tested.
    this.#process.on('error', () => undefined)
  }

  /** Resolves with the child once it has sent its first message, which stays to be read. */
  static async start(file: string, ...args: string[]): Promise<Child> {
    const child = new Child(file, args)
    await child.until(() => child.#received.length > 0)
    return child
  }

  /** All messages so far. */
  get received(): readonly unknown[] {
    return this.#received
  }

  get isAlive(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null
  }

  send(message: object): void {
    if (this.#process.connected) this.#process.send(message, () => undefined)
  }

  /** Resolves once the condition holds, which is looked at again with each message. */
  async until(condition: (received: readonly unknown[]) => boolean): Promise<void> {
    while (!condition(this.#received)) {
      if (!this.isAlive) throw new Error('the child process has ended')
      await new Promise<void>((resolve) => this.#waiting.add(resolve))
    }
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (!this.isAlive) return
    this.#process.kill(signal)
    await once(this.#process, 'exit')
  }

  #add(message: unknown): void {
    this.#received.push(message)
    this.#wake()
  }

  #wake(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const resolve of waiting) resolve()
  }
}
