import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { build } from 'esbuild'
import { CONTROL_PATH, type ControlRequest } from './control'
import type { ReportedValue, Running } from './run'

/** Bundles a TypeScript module for a runtime that is not this one. */
export async function bundle(entry: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    external: ['node:*'],
    logLevel: 'error',
    nodePaths: [join(__dirname, '../../../node_modules')],
  })
}

/** A server in another process. */
export class RuntimeProcess {
  readonly #process: ChildProcess
  #log = ''

  private constructor(child: ChildProcess) {
    this.#process = child
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#log += text))
  }

  /**
   * Starts a program, and waits for the line that contains its address.
   * @param read returns the URL of a line of stdout, or of file descriptor 3
   */
  static async start(
    program: string,
    args: readonly string[],
    read: (line: string) => string | undefined = (line) => /^http:\S+/.exec(line)?.[0],
    env: NodeJS.ProcessEnv = process.env,
  ): Promise<{ readonly process: RuntimeProcess; readonly url: string }> {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], env })
    const runtime = new RuntimeProcess(child)
    const url = await Promise.race([
      ...[child.stdout, child.stdio[3]].map((output) => firstMatch(output as Readable, read)),
      once(child, 'exit').then(() => {
        throw new Error(`${program} ended before it listened:\n${runtime.log}`)
      }),
    ])
    return { process: runtime, url }
  }

  /** Starts a program that prints nothing. @param cwd its working directory */
  static async spawn(
    program: string,
    args: readonly string[],
    cwd: string,
  ): Promise<RuntimeProcess> {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd })
    await once(child, 'spawn')
    return new RuntimeProcess(child)
  }

  /** What the process wrote to stderr. */
  get log(): string {
    return this.#log
  }

  /** Ends the process; resolves after its exit. */
  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#process
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
}

/** Resolves to the first result; the rest of the output is read and discarded. */
function firstMatch(output: Readable, read: (line: string) => string | undefined): Promise<string> {
  return new Promise((resolve) => {
    createInterface(output).on('line', (line) => {
      const found = read(line)
      if (found !== undefined) resolve(found)
    })
  })
}

/** A scenario that runs in another process. */
export class RemoteRun implements Running {
  readonly url: string
  readonly #control: string

  private constructor(control: string, url: string) {
    this.#control = control
    this.url = url
  }

  static async start(control: string, request: ControlRequest): Promise<RemoteRun> {
    return new RemoteRun(control, (await call(control, 'start', request)) as string)
  }

  run(command: string, ...args: string[]): Promise<unknown> {
    return call(this.#control, 'run', { command, args })
  }

  async reports(name: string): Promise<unknown[]> {
    const values = (await call(this.#control, 'reports', {})) as readonly ReportedValue[]
    return values.filter((each) => each.name === name).map(({ value }) => value)
  }

  async reported(name: string): Promise<unknown> {
    for (;;) {
      const values = await this.reports(name)
      if (values.length > 0) return values[0]
      // workerd cannot respond to one request when another one is served, so the test repeats the request.
      await wait(20)
    }
  }

  async stop(): Promise<void> {
    await call(this.#control, 'stop', {})
  }
}

async function call(control: string, action: string, request: ControlRequest): Promise<unknown> {
  const response = await fetch(`${control}${CONTROL_PATH}${action}`, {
    method: 'POST',
    body: JSON.stringify(request),
  })
  const { result, error } = (await response.json()) as { result?: unknown; error?: string }
  if (error !== undefined) throw new Error(error)
  return result
}
