import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ROOT, scratch } from './folders'
import { once } from './matrix'
import { succeed } from './processes'

/**
 * The current checkout, uncommitted work included, as a repository of its own: what is tried cannot change while it is
 * tried, and can be installed by a git URL.
 */
export const repository = once(async () => {
  const folder = join(scratch('repository'), 'asyncapi-eventsource-template')
  const { stdout } = await succeed(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'],
    { cwd: ROOT },
  )
  const { stdout: deleted } = await succeed('git', ['ls-files', '-z', '--deleted'], { cwd: ROOT })
  const gone = new Set(deleted.split('\0'))
  for (const path of stdout.split('\0')) {
    if (path === '' || gone.has(path)) continue
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    cpSync(join(ROOT, path), join(folder, path))
  }
  const git = (...args: string[]): Promise<unknown> =>
    succeed('git', ['-c', 'user.name=compat', '-c', 'user.email=compat@localhost', ...args], {
      cwd: folder,
    })
  await git('init', '-q', '-b', 'main')
  await git('add', '-A')
  await git('commit', '-q', '-m', 'Current state')
  return folder
})

/** The checkout, installed and built, as someone has it who forks the pack. */
export const checkout = once(async () => {
  const folder = join(scratch('checkout'), 'asyncapi-eventsource-template')
  await succeed('git', ['clone', '-q', await repository(), folder])
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir')
  await succeed('npm', ['run', '--silent', 'build'], { cwd: folder })
  return folder
})

/** What `npm pack` makes of it. */
export const tarball = once(async () => {
  const folder = scratch('tarball')
  const { stdout } = await succeed('npm', ['pack', '--silent', '--pack-destination', folder], {
    cwd: await checkout(),
  })
  return join(folder, stdout.trim().split('\n').at(-1) ?? '')
})

/** A project that has installed the tarball, as a user has it. */
export const installed = once(async () => {
  const folder = scratch('project')
  await npmInstall(folder, await tarball())
  return folder
})

/** A project that has installed the git URL: npm builds it with its `prepare`, and packs it. */
export const installedFromGit = once(async () => {
  const folder = scratch('git-project')
  await npmInstall(folder, `git+file://${await repository()}`)
  return folder
})

async function npmInstall(folder: string, specifier: string): Promise<void> {
  await succeed('npm', ['init', '-y'], { cwd: folder })
  await succeed('npm', ['install', '--no-audit', '--no-fund', specifier], {
    cwd: folder,
    timeout: 400_000,
  })
}
