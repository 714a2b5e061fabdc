import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { name } from '../../package.json'
import { scratchFolder } from '../support/folder'
import { whenInstalled } from '../support/requirement'

const root = join(__dirname, '../..')
const [major = 0] = process.versions.node.split('.').map(Number)
/** Changesets 3 needs Node.js 22.11. The tests of versions and platforms bring a newer one. */
const node = major > 22 ? process.execPath : join(root, 'test/compat/node_modules/node24/bin/node')

whenInstalled(
  'Node.js 24',
  node,
  'npm ci --prefix test/compat',
)('changeset version', () => {
  it('raises the version, adds to the changelog and removes the changeset', () => {
    const folder = scratchFolder()
    const path = (file: string): string => join(folder, file)
    const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8')
    mkdirSync(path('.changeset'))
    cpSync(join(root, '.changeset'), path('.changeset'), { recursive: true })
    // The example of .changeset/README.md is a changeset.
    const readme = readFileSync(path('.changeset/README.md'), 'utf8')
    const example = /^```md\n(.*?)^```$/ms.exec(readme)?.[1] ?? ''
    writeFileSync(path('.changeset/example.md'), example)
    writeFileSync(path('package.json'), JSON.stringify({ name, version: '1.0.0' }))
    writeFileSync(path('package-lock.json'), '{}')
    writeFileSync(path('CHANGELOG.md'), changelog)
    for (const args of [
      ['init', '-q', '-b', 'main'],
      ['add', '.'],
    ])
      execFileSync('git', args, { cwd: folder })
    const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com']
    execFileSync('git', [...identity, 'commit', '-qm', 'feat: example'], { cwd: folder })

    const command = join(root, 'node_modules/@changesets/cli/bin.js')
    execFileSync(node, [command, 'version'], { cwd: folder, stdio: 'pipe' })

    const manifest = JSON.parse(readFileSync(path('package.json'), 'utf8')) as { version: string }
    expect(manifest.version).toBe('1.1.0')
    expect(existsSync(path('.changeset/example.md'))).toBe(false)
    const [title, ...sections] = readFileSync(path('CHANGELOG.md'), 'utf8').split(/\n(?=## )/)
    expect(title?.trim()).toBe('# Changelog')
    expect(sections[0]).toMatch(
      /^## 1\.1\.0\n\n### Minor Changes\n\n- .*The client has an option `credentials`/,
    )
    expect(sections.slice(1).join('\n')).toBe(changelog.slice(changelog.indexOf('## ')))
  })
})
