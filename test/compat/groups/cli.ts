import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cli, expectRefusal, project, type Project } from '../support/cli'
import { difference, filesBelow, hashes, packageVersion, ROOT } from '../support/folders'
import { generate } from '../support/generation'
import { CannotRun, type Matrix } from '../support/matrix'
import { run } from '../support/processes'
import { node, type Node } from '../support/programs'
import { checkout } from '../support/snapshot'

const PACK = 'asyncapi-eventsource-template'

/** Effect of a parameter: a file and its content, or a missing file. */
type Effect = readonly [path: string, text: RegExp] | readonly [absent: string]

const CLIENT = 'channels/event_source_client.ts'
const PARAMETERS: Readonly<Record<string, Effect>> = {
  'side=client': ['channels/event_source_express.ts'],
  'client=eventsource': ['runtime/eventsource-client.ts', /EventSource/],
  'naming=channel': [CLIENT, /function listenForRoomEvents\(/],
  'include=mail': [CLIENT, /^(?![^]*RoomsRoomIdEvents)[^]*function listenForMail\(/],
  'exclude=rooms/**': [CLIENT, /^(?![^]*RoomsRoomIdEvents)[^]*function listenForMail\(/],
  'protocols=http': [CLIENT, /^(?![^]*listenForMail)[^]*RoomsRoomIdEvents/],
  'model=interface': ['payloads/Said.ts', /^(?![^]*class Said)[^]*export interface Said\b/],
  'validation=none': ['payloads/Said.ts', /^(?![^]*4000 characters)/],
  'importExtension=js': ['index.ts', /\.\/channels\/index\.js/],
  'server=production': [CLIENT, /\{region\}\.chat\.example\.com/],
  'broker=redis': ['runtime/redis.ts', /redisBroker/],
  'scaffold=true': ['src/server.ts', /listen\(/],
  'templates=./templates': ['extra.ts', /const title = .Rooms./],
}

/** Refusals: the parameters, and the message to the user. */
const REFUSED: Readonly<Record<string, { args: readonly string[]; says: RegExp }>> = {
  'a wrong value': {
    args: ['-p', 'side=left', '-p', 'model=klass'],
    says: /parameter "side": "left" is not one of both, client, server, operations\n.*parameter "model": "klass" is not one of class, interface \(did you mean "class"\?\)/,
  },
  'an unknown parameter': {
    args: ['-p', 'sied=both'],
    says: /Did you mean "side" instead of "sied"/,
  },
  'an unknown server': { args: ['-p', 'server=nope'], says: /server with name nope/ },
  'no channel left': {
    args: ['-p', 'include=nothing'],
    says: /no channel is left to generate\n.*roomEvents/,
  },
  'a missing folder of templates': {
    args: ['-p', 'templates=./nowhere'],
    says: /parameter "templates": there is no folder "\.\/nowhere"/,
  },
  'a template that prints bare text (an error in a hook)': {
    args: ['-p', 'templates=./bare'],
    says: /bare\/index\.ts\.hbs:1: text of the document cannot be printed as it is/,
  },
}

/** The AsyncAPI CLI as users run it: the pack installed from its tarball, in a project of theirs. */
export function addCli(matrix: Matrix): void {
  const group = `The AsyncAPI CLI ${packageVersion('@asyncapi/cli')}: npm pack, npm install, asyncapi generate fromTemplate`
  const check = (
    what: string,
    test: (project: Project) => Promise<string | void>,
    on: Node = node(24),
  ): void => matrix.check(group, what, on.title, async () => test(await project(on)))

  for (const version of [node(20), node(24), node(26)]) {
    check('gives the same bytes as the generator alone', sameBytes, version)
  }
  check('gives the same from a checkout by its path', async (own) => {
    await cli(own, [own.document, await checkout(), '-o', 'out', '--force-write'])
    return sameBytes({ ...own, made: true })
  })
  for (const version of [node(20), node(24)]) {
    check("the pack's own command gives the same bytes", ownCommand, version)
  }
  check('a second run changes nothing', secondRun)
  for (const [parameter, effect] of Object.entries(PARAMETERS)) {
    check(`-p ${parameter}`, (own) => hasEffect(own, parameter, effect))
  }
  for (const [what, { args, says }] of Object.entries(REFUSED)) {
    check(`refuses ${what}`, (own) => {
      mkdirSync(join(own.folder, 'bare'))
      writeFileSync(join(own.folder, 'bare/index.ts.hbs'), '{{info.title}}\n')
      return expectRefusal(own, [own.document, PACK, '--force-write', ...args], says)
    })
  }
  check('refuses a text that is not a document', async (own) => {
    writeFileSync(join(own.folder, 'wrong.yaml'), 'asyncapi: 3.0.0\ninfo: { title: No version }\n')
    const says = /must have required property "version"[^]*not a correct AsyncAPI document/
    await expectRefusal(own, ['wrong.yaml', PACK, '--force-write'], says)
  })
  check('refuses a folder in use without --force-write', async (own) => {
    mkdirSync(join(own.folder, 'out'))
    writeFileSync(join(own.folder, 'out/mine.txt'), 'mine')
    await expectRefusal(own, [own.document, PACK], /not an empty directory[^]*--force-write/)
  })
  check('--no-overwrite keeps a file', keepsFile)
  check('a stale file goes, an edited one stays', staleFiles)
  check('works without a network', offline)
}

async function sameBytes({ folder, document, node: on, made }: Project): Promise<string> {
  if (made !== true) {
    await cli({ folder, document, node: on }, [document, PACK, '-o', 'out', '--force-write'])
  }
  const alone = join(folder, 'alone')
  await generate([{ document: join(folder, document), folder: alone }])
  const found = difference(hashes(alone), hashes(join(folder, 'out')))
  if (found.length > 0) throw new Error(found.join(', '))
  return `${filesBelow(alone).length} files`
}

/** The command with every output of the CLI beside it: without parameters, with some, and a check of the CLI's output. */
async function ownCommand(own: Project): Promise<string> {
  const { folder, document, node: on } = own
  const parser = join(folder, 'node_modules/@asyncapi/parser')
  mkdirSync(dirname(parser), { recursive: true })
  if (!existsSync(parser)) symlinkSync(join(ROOT, 'node_modules/@asyncapi/parser'), parser, 'dir')
  const command = join(folder, 'node_modules', PACK, 'bin/asyncapi-eventsource-template.js')
  let count = 0
  for (const parameters of [[], ['-p', 'ui=react', '-p', 'scaffold=true']]) {
    const [mine, theirs] = [`own${count}`, `cli${count}`]
    await cli(own, [document, PACK, '-o', theirs, '--force-write', ...parameters])
    for (const args of [
      ['-o', mine, ...parameters],
      ['-o', theirs, ...parameters, '--check'],
    ]) {
      const { code, stderr } = await run(on.path, [command, document, ...args], { cwd: folder })
      if (code !== 0) throw new Error(`${args.join(' ')}: exit code ${code}: ${stderr}`)
    }
    const found = difference(hashes(join(folder, mine)), hashes(join(folder, theirs)))
    if (found.length > 0) throw new Error(found.join(', '))
    count += filesBelow(join(folder, mine)).length
  }
  return `${count} files`
}

async function secondRun(own: Project): Promise<void> {
  const args = [own.document, PACK, '-o', 'out', '--force-write', '-p', 'scaffold=true']
  await cli(own, args)
  const out = join(own.folder, 'out')
  const times = (): Record<string, string> =>
    Object.fromEntries(
      filesBelow(out).map((path) => [path, String(statSync(join(out, path)).mtimeMs)]),
    )
  const before = times()
  const { stdout } = await cli(own, args)
  const found = difference(before, times())
  if (found.length > 0) throw new Error(`touched: ${found.join(', ')}`)
  if (!stdout.includes(': 0 written, ')) throw new Error(stdout)
}

async function hasEffect(own: Project, parameter: string, [path, text]: Effect): Promise<void> {
  mkdirSync(join(own.folder, 'templates'))
  const extra = 'export const title = {{literal info.title}}\n'
  writeFileSync(join(own.folder, 'templates/extra.ts.hbs'), extra)
  await cli(own, [own.document, PACK, '-o', 'out', '--force-write', '-p', parameter])
  const file = join(own.folder, 'out', path)
  if (text === undefined) {
    if (existsSync(file)) throw new Error(`${path} is there`)
  } else if (!text.test(readFileSync(file, 'utf8'))) {
    throw new Error(`${path} does not say ${text}`)
  }
}

async function keepsFile(own: Project): Promise<void> {
  const args = [own.document, PACK, '-o', 'out', '--force-write']
  await cli(own, args)
  const file = join(own.folder, 'out/channels/index.ts')
  writeFileSync(file, '// mine\n')
  const { stdout } = await cli(own, [...args, '--no-overwrite', 'channels/index.ts'])
  if (readFileSync(file, 'utf8') !== '// mine\n') throw new Error('the file was overwritten')
  if (!stdout.includes('1 kept (--no-overwrite)')) throw new Error(stdout)
  await cli(own, args)
  if (readFileSync(file, 'utf8') === '// mine\n') throw new Error('it stays without the option too')
}

async function staleFiles(own: Project): Promise<void> {
  const args = [own.document, PACK, '-o', 'out', '--force-write']
  await cli(own, [...args, '-p', 'broker=redis'])
  const edited = join(own.folder, 'out/runtime/redis.ts')
  writeFileSync(edited, '// mine\n')
  const { stdout } = await cli(own, args)
  if (existsSync(join(own.folder, 'out/runtime/brokers/redis/reader.ts'))) {
    throw new Error('runtime/brokers/redis/reader.ts is left')
  }
  if (readFileSync(edited, 'utf8') !== '// mine\n') throw new Error('an edited file is lost')
  if (!/redis\.ts is no longer generated, but was edited/.test(stdout)) throw new Error(stdout)
}

async function offline(own: Project): Promise<void> {
  const wrapper = ['unshare', '--map-root-user', '--net']
  const { code, stderr } = await run('unshare', [...wrapper.slice(1), 'true']).catch(
    (error: unknown) => ({
      code: 1,
      stderr: String(error),
    }),
  )
  if (code !== 0) throw new CannotRun(`the network cannot be taken away here: ${stderr.trim()}`)
  await cli(own, [own.document, PACK, '-o', 'out', '--force-write'], wrapper)
  if (!existsSync(join(own.folder, 'out/index.ts'))) throw new Error('nothing came out')
}
