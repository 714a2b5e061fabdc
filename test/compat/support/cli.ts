import { cpSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { filesBelow, packageFolder, scratch } from './folders'
import { run, type Finished } from './processes'
import type { Node } from './programs'
import { checkout, installed } from './snapshot'

/** A project of a user, with the pack installed. */
export interface Project {
  readonly folder: string
  /** Path in it. */
  readonly document: string
  readonly node: Node
  /** Whether `out/` was generated already. */
  readonly made?: boolean
}

/** A project of its own for one cell. */
export async function project(node: Node): Promise<Project> {
  const folder = scratch('cli')
  cpSync(await installed(), folder, { recursive: true, verbatimSymlinks: true })
  cpSync(join(await checkout(), 'examples/rooms.yaml'), join(folder, 'rooms.yaml'))
  return { folder, document: 'rooms.yaml', node }
}

/** `asyncapi generate fromTemplate …` in the project; must succeed. */
export async function cli(
  own: Project,
  args: readonly string[],
  wrapper: readonly string[] = [],
): Promise<Finished> {
  const finished = await fromTemplate(own, args, wrapper)
  if (finished.code !== 0) {
    throw new Error(`exit code ${finished.code}: ${finished.stdout}${finished.stderr}`.trim())
  }
  return finished
}

/** The same, where the CLI must refuse: exit code 1, the reason, and not a file written. */
export async function expectRefusal(
  own: Project,
  args: readonly string[],
  says: RegExp,
): Promise<void> {
  const out = join(own.folder, 'out')
  const before = existsSync(out) ? filesBelow(out) : []
  const { code, stdout, stderr } = await fromTemplate(own, [...args, '-o', 'out'])
  if (code !== 1) throw new Error(`exit code ${code}: ${stdout}${stderr}`)
  if (!says.test(stdout + stderr)) throw new Error(`the output lacks ${says}: ${stdout}${stderr}`)
  const after = existsSync(out) ? filesBelow(out) : []
  if (after.join() !== before.join()) throw new Error(`it wrote ${after.join(', ')}`)
}

async function fromTemplate(
  { folder, node }: Project,
  args: readonly string[],
  wrapper: readonly string[] = [],
): Promise<Finished> {
  const program = packageFolder('@asyncapi/cli')
  // The CLI creates this folder at its first start, and fails if another process does so at the same time.
  mkdirSync(join(program, 'lib/utils/logs'), { recursive: true })
  const [command = '', ...rest] = [
    ...wrapper,
    node.path,
    join(program, 'bin/run_bin'),
    'generate',
    'fromTemplate',
    ...args,
    '--no-interactive',
    // Empty: else the CLI looks for a registry, also where it needs none.
    '--registry-url=',
  ]
  return run(command, rest, {
    cwd: folder,
    env: {
      CI: 'true',
      NO_COLOR: '1',
      SUPPRESS_NO_CONFIG_WARNING: '1',
      ASYNCAPI_METRICS_CONFIG_PATH: join(folder, 'metrics'),
    },
  })
}
