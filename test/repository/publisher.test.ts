import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import manifest from '../../package.json'
import { scratchFolder } from '../support/folder'

/** Runs the command that npm runs before `npm publish`, for a package of this GitHub account. */
function prepublish(account: string): { status: number | null; stderr: string } {
  const folder = scratchFolder()
  mkdirSync(join(folder, '.github'))
  cpSync(join(__dirname, '../../scripts/publisher.js'), join(folder, 'scripts/publisher.js'))
  const funding = `https://github.com/sponsors/${account}`
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'x', funding }, null, 2))
  writeFileSync(join(folder, '.github/CODEOWNERS'), `# Reviewers.\n* @${account}\n`)
  const [command = '', ...args] = manifest.scripts.prepublishOnly.split(' ')
  expect(command).toBe('node')
  return spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
}

it('npm publish refuses placeholders, and names each place', () => {
  const { status, stderr } = prepublish('OWNER')
  expect(status).toBe(1)
  expect(stderr.split('\n').slice(0, 2)).toEqual([
    'package.json:3: "funding": "https://github.com/sponsors/OWNER"',
    '.github/CODEOWNERS:2: * @OWNER',
  ])
})

it('npm publish accepts a package without placeholders', () => {
  const { status, stderr } = prepublish('acme')
  expect([status, stderr]).toEqual([0, ''])
})

it('a package in another folder is checked by its manifest', () => {
  const folder = scratchFolder()
  writeFileSync(join(folder, 'package.json'), '{\n  "author": "OWNER"\n}\n')
  const script = join(__dirname, '../../scripts/publisher.js')
  const { status, stderr } = spawnSync(process.execPath, [script, folder], { encoding: 'utf8' })
  expect(status).toBe(1)
  expect(stderr).toContain(`${join(folder, 'package.json')}:2: "author": "OWNER"`)
})

it('all addresses of package.json are in one repository', () => {
  const repository = manifest.repository.url.replaceAll(/^git\+|\.git$/g, '')
  expect(repository).toMatch(/^https:\/\/[^/]+\/[\w.-]+\/[\w.-]+$/)
  expect(manifest.homepage.startsWith(`${repository}#`)).toBe(true)
  expect(manifest.bugs).toBe(`${repository}/issues`)
})
