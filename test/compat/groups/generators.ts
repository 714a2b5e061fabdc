import { chmodSync, cpSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { difference, hashes, packageVersion, scratch } from '../support/folders'
import { generate, type Job, type Through } from '../support/generation'
import { CannotRun, once, type Matrix } from '../support/matrix'
import { run } from '../support/processes'
import { node, nodes } from '../support/programs'
import { checkout, installed, installedFromGit } from '../support/snapshot'

const GROUP = 'Generators: the same bytes come out'
const DOCUMENTS = ['account-service', 'rooms', 'ticker']
const PARAMETERS: Readonly<Record<string, string>>[] = [
  {},
  {
    importExtension: 'js',
    client: 'eventsource',
    model: 'interface',
    broker: 'redis',
    scaffold: 'true',
  },
]
const GENERATORS = ['@asyncapi/generator', 'generator2'] as const

/** Each generator, on each Node, from each place that the pack can lie in, against one reference. */
export function addGenerators(matrix: Matrix): void {
  const reference = once(() => outputs({}))
  const check = (
    from: string,
    through: Required<Pick<Through, 'generator' | 'node'>>,
    rest: () => Promise<Through>,
  ): void =>
    matrix.check(
      GROUP,
      `generator ${packageVersion(through.generator)}, ${from}`,
      through.node.title,
      async () => {
        const found = difference(
          await reference(),
          await outputs({ ...through, ...(await rest()) }),
        )
        if (found.length > 0)
          throw new Error(`${found.length} files: ${found.slice(0, 10).join(', ')}`)
        return `${Object.keys(await reference()).length} files`
      },
    )
  for (const generator of GENERATORS) {
    for (const version of nodes()) {
      check('from a checkout', { generator, node: version }, async () => ({}))
    }
    for (const version of [node(20), node(24)]) {
      check(
        'from a packed tarball in a read-only node_modules',
        { generator, node: version },
        readOnly,
      )
      check('from a git URL', { generator, node: version }, async () => ({
        template: template(await installedFromGit()),
      }))
    }
  }
}

const template = (project: string): string =>
  join(project, 'node_modules/asyncapi-eventsource-template')

/** Hashes of what comes out of all documents, with all parameters. */
async function outputs(through: Through): Promise<Record<string, string>> {
  const folder = scratch('generated')
  const examples = join(await checkout(), 'examples')
  const jobs: Job[] = DOCUMENTS.flatMap((name) =>
    PARAMETERS.map((parameters, n) => ({
      document: join(examples, `${name}.yaml`),
      folder: join(folder, name, String(n)),
      parameters,
    })),
  )
  await generate(jobs, through)
  return hashes(folder)
}

/** The installed tarball in a read-only folder: without write permission, and for root on a read-only mount. */
const readOnly = once(async (): Promise<Through> => {
  const folder = join(scratch('read-only'), 'project')
  cpSync(await installed(), folder, { recursive: true, verbatimSymlinks: true })
  const modules = join(folder, 'node_modules')
  const place = template(folder)
  if (process.getuid?.() !== 0) {
    chmodAll(modules)
    return { template: place }
  }
  const mounted = ['unshare', '--mount', 'sh', '-c', MOUNT, modules]
  const { code, stderr } = await run(mounted[0] ?? '', [
    ...mounted.slice(1),
    'sh',
    '-c',
    `! touch ${place}/written`,
  ])
  if (code !== 0) throw new CannotRun(`root cannot mount a folder read-only here: ${stderr.trim()}`)
  return { template: place, wrapper: mounted }
})

/** Mounts the folder in `$0` onto itself, read-only, for the command in the arguments alone. */
const MOUNT = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'

function chmodAll(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) chmodAll(path)
    else if (entry.isFile()) chmodSync(path, 0o444)
  }
  chmodSync(folder, 0o555)
}
