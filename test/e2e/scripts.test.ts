import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'

const scripts = join(__dirname, '../../scripts')

interface Result {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a script of the repository to its end. */
async function run(
  name: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Result> {
  const child = spawn(process.execPath, [join(scripts, name), ...args], {
    env: { ...process.env, ...env },
  })
  const printed = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => (printed[stream] += text))
  }
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...printed }
}

describe('npm run generate', () => {
  it.each(['--help', '-h'])('explains each option with %s', async (flag) => {
    const { code, stdout, stderr } = await run('generate.js', [flag])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^usage: npm run generate -- <document> -o <folder>/)
    for (const option of ['--output', '--param', '--no-overwrite', '--help']) {
      expect(stdout).toMatch(new RegExp(`^  -\\w, ${option} +\\w`, 'm'))
    }
  })

  it.each([
    ['a document', ['-o', 'out'], /^error: usage: npm run generate/],
    ['a folder', ['a.yaml'], /^error: usage: npm run generate/],
    [
      'a value of a parameter',
      ['a.yaml', '-o', 'out', '-p', 'side'],
      /^error: -p side: .*name=value/,
    ],
    [
      'an option that exists',
      ['a.yaml', '-o', 'out', '--sides', 'x'],
      /^error: Unknown option '--sides'/,
    ],
  ])('requires %s', async (_, args, message) => {
    const { code, stdout, stderr } = await run('generate.js', args)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(message)
  })
})

describe('npm run demo', () => {
  it.each(['dashboard', 'llm-chat'])('names the remedy if its port is in use: %s', async (name) => {
    const other = createServer().listen(0)
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    try {
      const { code, stdout, stderr } = await run('demo.js', [name], { PORT: `${port}` })
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toBe(
        `error: port ${port} is in use; set PORT to another port, e.g. PORT=0 for a free one\n`,
      )
    } finally {
      other.close()
      await once(other, 'close')
    }
  })
})
