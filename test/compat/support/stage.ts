import { join } from 'node:path'
import type { Application } from './application'
import { scratch } from './folders'
import { Running, succeed } from './processes'
import type { Node } from './programs'

/** A program that runs TypeScript or JavaScript: its command in front of the file. */
export interface Runtime {
  readonly title: string
  readonly command: readonly string[]
}

export const nodeRuntime = ({ title, path }: Node): Runtime => ({ title, command: [path] })

export interface Staging {
  /** Of the server. */
  readonly env?: Readonly<Record<string, string>>
  /** Origin of another server, on which the client publishes. */
  readonly publisher?: string
  /** The program that runs against the server. Default: `client`. */
  readonly program?: string
}

/** Runs the server and a client, then signals the server to end; both must exit by themselves. */
export async function playedBy(
  built: Application,
  runtime: Runtime,
  { env = {}, publisher, program = 'client' }: Staging = {},
): Promise<void> {
  const { stdout } = await withServer(built, runtime, env, async (origin) => {
    const origins = publisher === undefined ? [origin] : [origin, publisher]
    const [command = '', ...args] = [...runtime.command, built.program(program), ...origins]
    return succeed(command, args, { cwd: built.folder, env: quiet(), timeout: 60_000 })
  })
  if (!stdout.includes('scenario passed')) throw new Error(`the client printed only: ${stdout}`)
}

/** Runs a function against a server, which must then exit by itself. */
export async function withServer<T>(
  { folder, program }: Application,
  runtime: Runtime,
  env: Readonly<Record<string, string>>,
  use: (origin: string, server: Running) => Promise<T>,
): Promise<T> {
  const [command = '', ...args] = [...runtime.command, program('server')]
  const server = new Running(command, args, { cwd: folder, env: { ...quiet(), ...env } })
  try {
    const [, port] = await server.printed(/listening on (\d+);/)
    const origin = `http://127.0.0.1:${port}`
    const result = await use(origin, server)
    await fetch(`${origin}/control/exit`, { method: 'POST' })
    const { code, stderr } = await server.ended()
    if (code !== 0) throw new Error(`the server ended with ${code}: ${stderr}`)
    return result
  } finally {
    await server.kill()
  }
}

/** Deno keeps its caches elsewhere; no program prints colors or checks for updates. */
function quiet(): Record<string, string> {
  return { NO_COLOR: '1', DENO_DIR: join(scratch('cache'), 'deno'), DENO_NO_UPDATE_CHECK: '1' }
}
