// Times of a run for 10, 100 and 1000 channels, by phase: `npm run bench:generate`. Exits with 1 when a limit is missed.
import type { AsyncAPIDocumentInterface } from '@asyncapi/parser'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync, type Stats } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(__dirname, '..')
const compiled = createRequire(join(ROOT, 'dist/pipeline/x.js'))

interface Request {
  readonly document: AsyncAPIDocumentInterface
  readonly parameters: object
  readonly folder: string
}

/** The parts of a run as the hooks call them. */
interface Pipeline {
  startWorkers(request: Request): object | undefined
  plan(request: Request): object
  generate(
    request: Request & { plan: object; workers?: object | undefined; progress: Mark },
  ): Promise<string>
}

/** Called when a phase begins. */
type Mark = (phase: string) => void

const PHASES = ['parse', 'describe', 'render', 'format', 'write', 'again'] as const
type Times = Record<(typeof PHASES)[number], number>

/** A document with that many channels, each with parameters, two messages and a shared schema. */
export function documentOf(channels: number): object {
  const many = Array.from({ length: channels }, (_, index) => index)
  return {
    asyncapi: '3.0.0',
    info: { title: 'Many', version: '1.0.0', description: 'A document with many channels.' },
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
          [`Removed${index}`, { summary: 'An item was removed.', payload: removed() }],
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

/** @param ahead whether formatting workers start with the run, as they do for users; without them, the other phases use the processors alone */
async function measure(
  channels: number,
  parent: string,
  ahead: boolean,
): Promise<{ times: Times; bytes: number; files: number }> {
  const { startWorkers, plan, generate } = compiled('./generate.js') as Pipeline
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
  const clock = new Clock()
  clock.begin('parse')
  const { document } = await parse(text, {}, settings)
  const request = { document, parameters: {}, folder }
  clock.begin('describe')
  const workers = ahead ? startWorkers(request) : undefined
  const made = plan(request)
  await generate({ ...request, plan: made, workers, progress: clock.mark })
  clock.end()
  const files = filesOf(folder)
  const last = Math.max(...files.map(({ mtimeMs }) => mtimeMs))
  const second = new Clock()
  await generate({ ...request, plan: plan(request), progress: second.mark })
  second.end()
  const rewritten = filesOf(folder).filter(({ mtimeMs }) => mtimeMs > last)
  if (rewritten.length > 0) throw new Error(`the second run wrote ${rewritten.length} files`)
  return {
    times: { ...clock.times, again: second.times.format + second.times.write },
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    files: files.length,
  }
}

/** Times of the phases that a run reports. */
class Clock {
  readonly times: Times = { parse: 0, describe: 0, render: 0, format: 0, write: 0, again: 0 }
  #phase: keyof Times = 'parse'
  #since = performance.now()

  begin(phase: keyof Times): void {
    this.end()
    this.#phase = phase
  }

  readonly mark: Mark = (phase) => {
    if (phase === 'render' || phase === 'format' || phase === 'write') this.begin(phase)
  }

  end(): void {
    const now = performance.now()
    this.times[this.#phase] += now - this.#since
    this.#since = now
  }
}

function filesOf(folder: string): Stats[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)))
}

type Row = Awaited<ReturnType<typeof measure>> & { channels: number }

/** Runs for one number of channels, in processes of their own. */
function runsOf(channels: number, count: number, parent: string, ahead = true): Row[] {
  return Array.from({ length: count }, () => {
    const hook = join(ROOT, 'test/support/typescript-hook.js')
    const args = ['-r', hook, __filename, String(channels), parent, String(ahead)]
    return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Row
  })
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

/**
 * The limits of a run: what must hold, and what was measured. Phases of one run are compared run by run.
 * @param alone runs whose other phases do not share the processors with formatting threads
 */
function limits(
  hundred: readonly Row[],
  thousand: readonly Row[],
  alone: readonly Row[],
): [string, number, number][] {
  type Measure = (times: Times) => number
  const of = (rows: readonly Row[], measured: Measure): number =>
    median(rows.map(({ times }) => measured(times)))
  const growth = (measured: Measure): number => of(thousand, measured) / of(hundred, measured)
  const own: Measure = ({ describe, render, write }) => describe + render + write
  const whole: Measure = (times) => own(times) + times.format
  return [
    ['describe, render and write, alone / parse', of(alone, (it) => own(it) / it.parse), 1],
    ['format / parse', of(thousand, ({ format, parse }) => format / parse), 3],
    ['describe, render, format and write / parse', of(thousand, (it) => whole(it) / it.parse), 4],
    ['growth of describe, render and write, 100 → 1000', growth(own), 12],
    ['growth of format, 100 → 1000', growth(({ format }) => format), 12],
    ['a second run / the first', of(thousand, ({ again, format }) => again / format), 0.2],
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
    const alone = runsOf(1000, runs, parent, false)
    for (const [name, value, limit] of limits(hundred, thousand, alone)) {
      const missed = value > limit
      console.log(
        `${missed ? 'MISSED' : 'ok    '}  ${name}: ${value.toFixed(2)} (at most ${limit})`,
      )
      if (missed) process.exitCode = 1
    }
  } finally {
    rmSync(parent, { recursive: true })
  }
}

if (require.main === module) main()

function main(): void {
  const [channels, parent, ahead] = process.argv.slice(2)
  if (channels === undefined || parent === undefined) report()
  else {
    void measure(Number(channels), parent, ahead === 'true').then((row) => {
      console.log(JSON.stringify({ ...row, channels: Number(channels) }))
    })
  }
}
