import { freePort } from '../../../../support/free-port'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createClient } from 'redis'
import type { RedisClientType } from 'redis'
import { whenInstalled } from '../../../../support/requirement'

export const describeRedis = whenInstalled(
  'redis-server',
  'redis-server',
  'apt-get install redis-server (or your system’s package of Redis 6.2 or later)',
)

/** A Redis for one test: on a free port, with a temporary folder. It stores nothing unless the flags set it. */
export class RedisServer {
  readonly port: number
  readonly #folder = mkdtempSync(join(tmpdir(), 'redis-'))
  readonly #flags: readonly string[]
  readonly #clients: { destroy(): void }[] = []
  #process: ChildProcess | undefined

  private constructor(port: number, flags: readonly string[]) {
    this.port = port
    this.#flags = flags
  }

  static async start(...flags: string[]): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), flags)
    await server.up()
    return server
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  get folder(): string {
    return this.#folder
  }

  /** Starts it (again) on the same port and folder; resolves once it listens, which is before it has loaded. */
  async up(): Promise<void> {
    const flags = ['--port', `${this.port}`, '--bind', '127.0.0.1', '--dir', this.#folder]
    const child = spawn('redis-server', [...flags, '--save', '', ...this.#flags], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    this.#process = child
    const lines = createInterface(child.stdout)
    const log: string[] = []
    await new Promise<void>((resolve, reject) => {
      lines.on('line', (line) => {
        log.push(line)
        if (/Running mode=/.test(line)) resolve()
      })
      child.once('exit', () => reject(new Error(`redis-server did not start:\n${log.join('\n')}`)))
    })
  }

  /** Ends the process with a signal; resolves once it has exited. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGCONT')
    child.kill(signal)
    await once(child, 'exit')
  }

  /** Makes it unresponsive: connections stay open, commands get no reply. */
  hang(): void {
    this.#process?.kill('SIGSTOP')
  }

  resume(): void {
    this.#process?.kill('SIGCONT')
  }

  /** A client to hand to a broker; never connected itself. */
  client(options: Parameters<typeof createClient>[0] = {}): RedisClientType {
    return createClient({ url: this.url, ...options }) as RedisClientType
  }

  /** Runs one command on a connection of the test's. */
  async command(...args: string[]): Promise<unknown> {
    const client = createClient({ url: this.url, RESP: 2 })
    client.on('error', () => undefined)
    await client.connect()
    try {
      return await client.sendCommand(args)
    } finally {
      client.destroy()
    }
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.destroy()
    await this.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
