import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

export interface RunOptions {
  readonly cwd?: string
  /** On top of this process's own. */
  readonly env?: Readonly<Record<string, string>>
  /** Fed to its standard input. */
  readonly input?: string
  /** ms after which it is killed and has failed. Default 120000. */
  readonly timeout?: number
}

export interface Finished {
  /** Exit code; null where a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end, whatever its exit code. */
export async function run(
  command: string,
  args: readonly string[],
  { cwd, env, input, timeout = 120_000 }: RunOptions = {},
): Promise<Finished> {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const out = collect(child)
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  let late = false
  const timer = setTimeout(() => {
    late = true
    child.kill('SIGKILL')
  }, timeout)
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    if (late) throw new Error(`${command} did not end within ${timeout} ms\n${tail(out.text())}`)
    return { code, stdout: out.stdout(), stderr: out.stderr() }
  } finally {
    clearTimeout(timer)
  }
}

/** Runs a program that must succeed; what it printed otherwise is the error. */
export async function succeed(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  const finished = await run(command, args, options)
  if (finished.code === 0) return finished
  throw new Error(
    `exit code ${finished.code}: ${tail(`${finished.stdout}\n${finished.stderr}`.trim())}`,
  )
}

/** A program that runs beside the cell, a server mostly. */
export class Running {
  readonly #child: ChildProcess
  readonly #out: Collected
  readonly #ended: Promise<unknown>

  constructor(command: string, args: readonly string[], { cwd, env }: RunOptions = {}) {
    this.#child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#out = collect(this.#child)
    this.#ended = once(this.#child, 'close').catch(() => undefined)
  }

  /** Resolves with the match once it has printed what is looked for. */
  async printed(pattern: RegExp, timeout = 30_000): Promise<RegExpMatchArray> {
    return new Promise((resolve, reject) => {
      const look = (over: boolean): void => {
        const text = this.#out.text()
        const match = text.match(pattern)
        if (match === null && !over) return
        clearTimeout(timer)
        this.#child.off('printed', onPrinted).off('close', onEnd)
        if (match !== null) resolve(match)
        else reject(new Error(`${pattern} was not printed, but: ${tail(text) || 'nothing'}`))
      }
      const onPrinted = (): void => look(false)
      const onEnd = (): void => look(true)
      const timer = setTimeout(onEnd, timeout)
      this.#child.on('printed', onPrinted).on('close', onEnd)
      look(this.#child.exitCode !== null || this.#child.signalCode !== null)
    })
  }

  /** Resolves with its exit code once it has ended by itself; it is killed when it does not. */
  async ended(timeout = 15_000): Promise<Finished> {
    let late = false
    const timer = setTimeout(() => {
      late = true
      this.#child.kill('SIGKILL')
    }, timeout)
    await this.#ended
    clearTimeout(timer)
    if (late) throw new Error(`it did not end by itself: ${tail(this.#out.text())}`)
    return {
      code: this.#child.exitCode,
      stdout: this.#out.stdout(),
      stderr: this.#out.stderr(),
    }
  }

  /** Ends it with a signal, so that its own children end too; kills it if it does not end. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM')
    await this.ended(5000).catch(() => undefined)
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGKILL')
    }
    await this.#ended
  }
}

interface Collected {
  stdout(): string
  stderr(): string
  text(): string
}

function collect(child: ChildProcess): Collected {
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    child.emit('printed')
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    child.emit('printed')
  })
  return { stdout: () => stdout, stderr: () => stderr, text: () => stdout + stderr }
}

/** The end of a long text, where programs print their errors. */
function tail(text: string, length = 1500): string {
  return text.length <= length ? text : `… ${text.slice(-length)}`
}
