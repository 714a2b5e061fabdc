// Times of a run for 10, 100 and 1000 channels, by phase: `npm run bench:generate`. Exits with 1 when a bar is missed.
import type { AsyncAPIDocumentInterface } from '@asyncapi/parser'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(__dirname, '..')
const compiled = createRequire(join(ROOT, 'dist/pipeline/x.js'))

interface Pipeline {
  describe(document: AsyncAPIDocumentInterface, options: object, findings: object): object
  readParameters(raw: object, findings: object): object
  loadTemplates(overrides: undefined): object
  outputFiles(view: object, templates: object): { path: string; content: string }[]
  format(request: object): Promise<{ path: string; content: string | null; entry: object }[]>
  write(request: object): { written: string[]; unchanged: string[] }
  readManifest(folder: string): object
  contentHash(folder: string, path: string): string | undefined
  Findings: new () => object
}

const PHASES = ['parse', 'describe', 'render', 'format', 'write', 'again'] as const
type Times = Record<(typeof PHASES)[number], number>

/** A document with that many channels, each with parameters, two messages and a shared schema. */
export function documentOf(channels: number): object {
  const many = Array.from({ length: channels }, (_, index) => index)
  return {
    asyncapi: '3.0.0',
    info: { title: 'Many', version: '1.0.0', description: 'As many channels as asked.' },
    servers: { main: { host: 'api.example.com', protocol: 'https' } },
    channels: Object.fromEntries(
      many.map((index) => [
        `topic${index}`,
        {
          address: `topics/${index}/{itemId}/events`,
          title: `Events of topic ${index}`,
          parameters: { itemId: { description: 'Which item.' } },
          messages: {
            [`changed${index}`]: { $ref: `#/components/messages/Changed${index}` },
            [`removed${index}`]: { $ref: `#/components/messages/Removed${index}` },
          },
        },
      ]),
    ),
    operations: Object.fromEntries(
      many.map((index) => [
        `sendTopic${index}`,
        { action: 'send', channel: { $ref: `#/channels/topic${index}` } },
      ]),
    ),
    components: {
      schemas: {
        Person: {
          type: 'object',
          required: ['id', 'name'],
          properties: {
            id: { type: 'string', format: 'uuid' },
            name: { type: 'string', minLength: 1, description: 'Name to show.' },
            email: { type: 'string', format: 'email' },
          },
        },
      },
      messages: Object.fromEntries(
        many.flatMap((index) => [
          [`Changed${index}`, { summary: 'An item changed.', payload: changed(index) }],
          [`Removed${index}`, { summary: 'An item went.', payload: removed() }],
        ]),
      ),
    },
  }
}

function changed(index: number): object {
  return {
    type: 'object',
    required: ['id', 'at', 'state', 'by'],
    properties: {
      id: { type: 'integer', minimum: 1 },
      at: { type: 'string', format: 'date-time', description: 'When it changed.' },
      state: { enum: ['new', 'open', 'done', `special${index}`] },
      by: { $ref: '#/components/schemas/Person' },
      watchers: { type: 'array', items: { $ref: '#/components/schemas/Person' } },
      tags: { type: 'array', items: { type: 'string' }, uniqueItems: true },
      price: { type: 'number', minimum: 0, description: 'In euros.' },
      note: { type: ['string', 'null'], maxLength: 400 },
    },
  }
}

function removed(): object {
  return {
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'integer' }, reason: { type: 'string' } },
  }
}

function load(): Pipeline {
  return {
    ...(compiled('./describe/describe.js') as Pick<Pipeline, 'describe'>),
    ...(compiled('./parameters.js') as Pick<Pipeline, 'readParameters'>),
    ...(compiled('./templates.js') as Pick<Pipeline, 'loadTemplates'>),
    ...(compiled('./generate.js') as Pick<Pipeline, 'outputFiles'>),
    ...(compiled('./format.js') as Pick<Pipeline, 'format'>),
    ...(compiled('./write.js') as Pick<Pipeline, 'write' | 'contentHash'>),
    ...(compiled('./manifest.js') as Pick<Pipeline, 'readManifest'>),
    ...(compiled('./problems.js') as Pick<Pipeline, 'Findings'>),
  }
}

async function measure(
  channels: number,
  parent: string,
): Promise<{ times: Times; bytes: number; files: number }> {
  const pipeline = load()
  const parser = (await import('@asyncapi/generator/lib/parser.js' as string)) as {
    default: {
      parse(
        text: string,
        options: object,
        generator: object,
      ): Promise<{ document: AsyncAPIDocumentInterface }>
    }
  }
  const parse = parser.default.parse
  const settings = { templateConfig: { apiVersion: 'v3' } }
  await parse(JSON.stringify(documentOf(1)), {}, settings)
  const text = JSON.stringify(documentOf(channels))
  const folder = mkdtempSync(join(parent, 'out-'))
  const times = { parse: 0, describe: 0, render: 0, format: 0, write: 0, again: 0 }
  const timed = async <T>(phase: keyof Times, work: () => T | Promise<T>): Promise<T> => {
    const start = performance.now()
    const result = await work()
    times[phase] += performance.now() - start
    return result
  }
  const { document } = await timed('parse', () => parse(text, {}, settings))
  const findings = new pipeline.Findings()
  const view = await timed('describe', () =>
    pipeline.describe(document, pipeline.readParameters({}, findings), findings),
  )
  const files = await timed('render', () =>
    pipeline.outputFiles(view, pipeline.loadTemplates(undefined)),
  )
  const request = (): object => ({
    files,
    optionsFor: () => ({}),
    manifest: pipeline.readManifest(folder),
    currentHash: (path: string) => pipeline.contentHash(folder, path),
  })
  const formatted = await timed('format', () => pipeline.format(request()))
  const written = { folder, files: formatted, manifest: new Map(), noOverwrite: [] }
  await timed('write', () => pipeline.write(written))
  const second = await timed('again', async () => {
    const again = await pipeline.format(request())
    const changed = again.filter(({ content }) => content !== null).length
    const { written: anew } = pipeline.write({
      ...written,
      files: again,
      manifest: pipeline.readManifest(folder),
    })
    return changed + anew.length
  })
  if (second > 0) throw new Error(`the second run formatted or wrote ${second} files`)
  return { times, bytes: sizeOf(folder), files: files.length }
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}

type Row = Awaited<ReturnType<typeof measure>> & { channels: number }

/** Runs for one number of channels, in processes of their own. */
function runsOf(channels: number, count: number, parent: string): Row[] {
  return Array.from({ length: count }, () => {
    const hook = join(ROOT, 'test/support/typescript-hook.js')
    const args = ['-r', hook, __filename, String(channels), parent]
    return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Row
  })
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

/** The bars of a run: what must hold, and what was measured. Phases of one run are compared run by run. */
function bars(hundred: readonly Row[], thousand: readonly Row[]): [string, number, number][] {
  type Measure = (times: Times) => number
  const of = (rows: readonly Row[], measured: Measure): number =>
    median(rows.map(({ times }) => measured(times)))
  const growth = (measured: Measure): number => of(thousand, measured) / of(hundred, measured)
  const own: Measure = ({ describe, render, write }) => describe + render + write
  const overParse = of(thousand, (times) => own(times) / times.parse)
  return [
    ['describe, render and write / parse, at 1000', overParse, 1],
    ['format / parse, at 1000', of(thousand, ({ format, parse }) => format / parse), 3],
    ['growth of describe, render and write, 100 → 1000', growth(own), 12],
    ['growth of format, 100 → 1000', growth(({ format }) => format), 12],
    ['a second run / the first, at 1000', of(thousand, ({ again, format }) => again / format), 0.2],
  ]
}

function report(): void {
  const runs = Number(process.env['RUNS'] ?? 3)
  // Kept until the end: ext4 is slow to make files just after many were deleted.
  const parent = mkdtempSync(join(tmpdir(), 'bench-generate-'))
  try {
    const groups = [10, 100, 1000].map((channels) => runsOf(channels, runs, parent))
    console.log(`ms, median of ${runs} runs\n`)
    console.log(`| channels | files | MB | ${PHASES.join(' | ')} |`)
    console.log(`| --- | --- | --- | ${PHASES.map(() => '---').join(' | ')} |`)
    for (const rows of groups) {
      const [{ channels, files, bytes } = { channels: 0, files: 0, bytes: 0 }] = rows
      const cells = PHASES.map((phase) => Math.round(median(rows.map(({ times }) => times[phase]))))
      console.log(`| ${[channels, files, (bytes / 1e6).toFixed(1), ...cells].join(' | ')} |`)
    }
    console.log('')
    const [, hundred = [], thousand = []] = groups
    for (const [name, value, bar] of bars(hundred, thousand)) {
      const missed = value > bar
      console.log(`${missed ? 'MISSED' : 'ok    '}  ${name}: ${value.toFixed(2)} (at most ${bar})`)
      if (missed) process.exitCode = 1
    }
  } finally {
    rmSync(parent, { recursive: true })
  }
}

if (require.main === module) main()

function main(): void {
  const [channels, parent] = process.argv.slice(2)
  if (channels === undefined || parent === undefined) report()
  else {
    void measure(Number(channels), parent).then((row) => {
      console.log(JSON.stringify({ ...row, channels: Number(channels) }))
    })
  }
}
