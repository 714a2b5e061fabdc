import { join } from 'node:path'
import { mkdirSync } from 'node:fs'
import { application, type Application, type ApplicationRequest } from '../support/application'
import { scratch } from '../support/folders'
import type { Matrix } from '../support/matrix'
import { Running, succeed } from '../support/processes'
import { bun, deno, nodes } from '../support/programs'

const GROUP =
  'Runtimes: generated client against generated server, both as processes that end by themselves'

/** A program that runs TypeScript or JavaScript: its command in front of the file. */
export interface Runtime {
  readonly title: string
  readonly command: readonly string[]
}

/** The scenario in each runtime, in each form in which it takes code. */
export function addRuntimes(matrix: Matrix): void {
  const check = (what: string, runtime: Runtime, request: ApplicationRequest): void =>
    matrix.check(GROUP, what, runtime.title, async () => {
      await play(await application(request), runtime)
    })
  for (const client of ['fetch', 'eventsource'] as const) {
    for (const version of nodes()) {
      const runtime = { title: version.title, command: [version.path] }
      check(`client=${client}, ES modules`, runtime, { kind: 'esm', client })
      check(`client=${client}, CommonJS`, runtime, { kind: 'cjs', client })
      if (version.major >= 22) {
        check(`client=${client}, TypeScript as it is`, runtime, { kind: 'ts', client })
      }
    }
    const denoRuntime = {
      title: deno().title,
      command: [
        deno().path,
        'run',
        '--quiet',
        '--no-check',
        '--allow-all',
        '--node-modules-dir=manual',
      ],
    }
    check(`client=${client}, TypeScript as it is`, denoRuntime, { kind: 'ts', client })
    const bunRuntime = { title: bun().title, command: [bun().path, 'run'] }
    check(`client=${client}, TypeScript as it is`, bunRuntime, { kind: 'ts', client })
    check(`client=${client}, importExtension=none`, bunRuntime, { kind: 'bundled', client })
  }
}

/** Runs the server, the client against it, and tells the server to end. */
export async function play(
  { folder, program }: Application,
  runtime: Runtime,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { stdout } = await withServer({ folder, program }, runtime, env, async (origin) => {
    const [command = '', ...args] = [...runtime.command, program('client'), origin]
    return succeed(command, args, { cwd: folder, env: quiet(), timeout: 60_000 })
  })
  if (!stdout.includes('scenario passed')) throw new Error(`the client only said: ${stdout}`)
}

/** Lets something talk to a server, which must end by itself afterwards. */
export async function withServer<T>(
  { folder, program }: Application,
  runtime: Runtime,
  env: Readonly<Record<string, string>>,
  use: (origin: string) => Promise<T>,
): Promise<T> {
  const [command = '', ...args] = [...runtime.command, program('server')]
  const server = new Running(command, args, { cwd: folder, env: { ...quiet(), ...env } })
  try {
    const [, port] = await server.printed(/listening on (\d+);/)
    const origin = `http://127.0.0.1:${port}`
    const result = await use(origin)
    await fetch(`${origin}/control/exit`, { method: 'POST' })
    const { code, stderr } = await server.ended()
    if (code !== 0) throw new Error(`the server ended with ${code}: ${stderr}`)
    return result
  } finally {
    await server.kill()
  }
}

/** Deno keeps its caches elsewhere, and nothing asks for colours or updates. */
function quiet(): Record<string, string> {
  const cache = join(scratch('cache'), 'deno')
  mkdirSync(cache, { recursive: true })
  return { NO_COLOR: '1', DENO_DIR: cache, DENO_NO_UPDATE_CHECK: '1' }
}
