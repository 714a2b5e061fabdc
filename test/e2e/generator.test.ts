import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BANNER } from '../support/banner'
import { readFolder, scratchFolder } from '../support/folder'
import { generate } from '../support/generator'

jest.setTimeout(300_000)

const ROOMS = 'examples/rooms.yaml'

/** Output and exit code of a failing run. */
async function failure(run: Promise<unknown>): Promise<{ code: number; stderr: string }> {
  return run.then(
    () => {
      throw new Error('the run succeeded')
    },
    (error: unknown) => error as { code: number; stderr: string },
  )
}

function overrides(files: Record<string, string>): string {
  const folder = scratchFolder()
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

describe('the real generator', () => {
  test('a second run writes nothing', async () => {
    const folder = scratchFolder()
    const first = await generate(ROOMS, folder)
    expect(first.stdout).toMatch(/: (\d+) written, 0 unchanged, 0 removed$/m)
    // The generator finds the hooks twice: in the folder and in package.json. They run once.
    expect(first.stdout.match(/^EventSource files in /gm)).toHaveLength(1)
    const files = readFolder(folder)
    const second = await generate(ROOMS, folder)
    expect(second.stdout).toMatch(/: 0 written, (\d+) unchanged, 0 removed$/m)
    expect(readFolder(folder)).toEqual(files)
  })

  test('files that are no longer generated are removed', async () => {
    const folder = scratchFolder()
    await generate(ROOMS, folder)
    await generate(ROOMS, folder, '-p', 'side=client', '-p', 'include=mail')
    const files = Object.keys(readFolder(folder)).filter((path) => !path.startsWith('runtime/'))
    expect(files).toEqual([
      '.eventsource-files.json',
      'channels/event_source_client.ts',
      'channels/index.ts',
      'index.ts',
      'payloads/Counted.ts',
      'payloads/index.ts',
    ])
    expect(readdirSync(folder).sort()).toEqual([
      '.eventsource-files.json',
      'channels',
      'index.ts',
      'payloads',
      'runtime',
    ])
  })

  test('--no-overwrite keeps a file that was edited', async () => {
    const folder = scratchFolder()
    await generate(ROOMS, folder)
    writeFileSync(join(folder, 'payloads/Joined.ts'), 'mine')
    const { stdout } = await generate(ROOMS, folder, '-n', 'payloads/*')
    expect(stdout).toContain('kept (--no-overwrite)')
    expect(readFolder(folder)['payloads/Joined.ts']).toBe('mine')
  })

  test('a wrong parameter is one clear error, and nothing is written', async () => {
    const folder = join(scratchFolder(), 'out')
    const { code, stderr } = await failure(
      generate(ROOMS, folder, '-p', 'model=klass', '-p', 'client=fetsh'),
    )
    expect(code).toBe(1)
    expect(stderr).toContain(
      'parameter "model": "klass" is not one of class, interface (did you mean "class"?)',
    )
    expect(stderr).toContain(
      'parameter "client": "fetsh" is not one of fetch, eventsource (did you mean "fetch"?)',
    )
    expect(readFolder(join(folder, '..'))).toEqual({})
  })

  test('a template that fails leaves what was there, and no copy of a template', async () => {
    const folder = scratchFolder()
    await generate(ROOMS, folder)
    const files = readFolder(folder)
    const templates = overrides({ 'payloads/[payload].ts.hbs': 'export {}\n{{payload.typo}}' })
    const { code, stderr } = await failure(generate(ROOMS, folder, '-p', `templates=${templates}`))
    expect(code).toBe(1)
    expect(stderr).toContain(`${templates}/payloads/[payload].ts.hbs:2: there is no "typo" here`)
    expect(readFolder(folder)).toEqual(files)
  })

  test('templates of the user replace and add: by path, one for each model, and partials', async () => {
    const folder = scratchFolder()
    const templates = overrides({
      'names.ts.hbs': 'export const names = [{{#each channels}}{{literal address}},{{/each}}]',
      'docs/[channel].md.hbs': '# {{channel.name}}\n\n{{> line}}\n',
      'partials/line.hbs': '{{markdown channel.address}}',
      'channels/index.ts.hbs': "export * from './event_source_client'\n",
      'note.txt': 'not a template',
    })
    const { stdout } = await generate(
      ROOMS,
      folder,
      '-p',
      `templates=${templates}`,
      '-p',
      'side=client',
    )
    const files = readFolder(folder)
    expect(files['names.ts']).toBe(
      BANNER +
        'export const names = [\n  "rooms/{roomId}/events",\n  "notices/{level}",\n  "mail",\n  "pulse",\n];\n',
    )
    expect(files['docs/Mail.md']).toBe('# Mail\n\nmail\n')
    expect(files['channels/index.ts']).toBe(`${BANNER}export * from "./event_source_client";\n`)
    expect(stdout).toContain(
      'note: parameter "templates": "note.txt" is not an .hbs file and is ignored',
    )
  })

  test("the user's own Prettier options are followed, their plugins reported", async () => {
    const folder = scratchFolder()
    writeFileSync(
      join(folder, '.prettierrc.json'),
      JSON.stringify({
        semi: false,
        singleQuote: true,
        plugins: ['prettier-plugin-that-is-not-there'],
      }),
    )
    const { stdout } = await generate(ROOMS, join(folder, 'src/gen'))
    expect(readFolder(join(folder, 'src/gen'))['channels/index.ts']).toContain(
      "import * as event_source_client from './event_source_client'\n",
    )
    expect(stdout).toContain(
      'note: the plugins in your Prettier configuration are not run on the generated files',
    )
  })

  test('ES modules under nodenext get extensions, and the report names the reason', async () => {
    const folder = scratchFolder()
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(folder, 'tsconfig.json'), '{ "compilerOptions": { "module": "nodenext" } }')
    const { stdout } = await generate(ROOMS, join(folder, 'gen'))
    expect(stdout).toContain(
      `note: importExtension=js: ${join(folder, 'tsconfig.json')}: module resolution "nodenext" of ES modules needs extensions`,
    )
    expect(readFolder(join(folder, 'gen'))['runtime/fetch-client.ts']).toContain(
      'from "./client/errors.js"',
    )
    await generate(ROOMS, join(folder, 'gen'), '-p', 'importExtension=none')
    expect(readFolder(join(folder, 'gen'))['runtime/fetch-client.ts']).toContain(
      'from "./client/errors"',
    )
  })
})
