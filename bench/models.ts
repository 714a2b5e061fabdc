import { createRequire } from 'node:module'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import Ajv from 'ajv'
import addFormats from 'ajv-formats'
import { buildSync } from 'esbuild'
import {
  describeSchemas,
  modelRuntime,
  renderModels,
} from '../test/pipeline/codegen/support/models-of'

/**
 * `npm run bench:models`: generated validators beside Ajv compiled at run time, and `unmarshal` beside bare `JSON.parse`,
 * as ratios of medians over interleaved rounds in one process.
 */
const ROUNDS = 9
const CALLS = 100_000

const order = {
  type: 'object',
  required: ['id', 'customer', 'lines', 'createdAt'],
  properties: {
    id: { type: 'string', format: 'uuid' },
    createdAt: { type: 'string', format: 'date-time' },
    status: { enum: ['open', 'paid', 'shipped'] },
    total: { type: 'number', minimum: 0 },
    currency: { type: 'string', pattern: '^[A-Z]{3}$' },
    note: { type: ['string', 'null'], maxLength: 200 },
    express: { type: 'boolean' },
    customer: {
      type: 'object',
      required: ['name', 'email'],
      properties: {
        name: { type: 'string', minLength: 1 },
        email: { type: 'string', format: 'email' },
      },
    },
    lines: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['sku', 'quantity'],
        properties: { sku: { type: 'string' }, quantity: { type: 'integer', minimum: 1 } },
        additionalProperties: false,
      },
    },
    tags: { type: 'object', additionalProperties: { type: 'string' } },
  },
}

const value = {
  id: '123e4567-e89b-12d3-a456-426614174000',
  createdAt: '2024-05-06T07:08:09.123Z',
  status: 'paid',
  total: 12.5,
  currency: 'EUR',
  note: null,
  express: true,
  customer: { name: 'Ada', email: 'ada@example.com' },
  lines: [
    { sku: 'a-1', quantity: 2 },
    { sku: 'b-2', quantity: 1 },
  ],
  tags: { source: 'web', campaign: 'spring' },
}

const fields = {
  type: 'object',
  required: ['f0', 'f1'],
  properties: Object.fromEntries(
    Array.from({ length: 10 }, (_, index) => [
      `f${index}`,
      index % 2 === 0 ? { type: 'string' } : { type: 'number' },
    ]),
  ),
}

const fieldsValue = Object.fromEntries(
  Array.from({ length: 10 }, (_, index) => [`f${index}`, index % 2 === 0 ? 'text' : index]),
)

interface Model {
  validate(value: unknown): { valid: boolean }
  unmarshal(text: string): unknown
}

function main(): void {
  const ajv = new Ajv()
  addFormats(ajv)
  for (const [name, schema, good] of [
    ['an order (formats, nested, 2 lines)', order, value],
    ['10 plain fields', fields, fieldsValue],
  ] as const) {
    const model = bundled(schema)
    const validate = ajv.compile(schema)
    const bad = { ...good, ...('f0' in good ? { f0: 1 } : { total: -1 }) }
    const text = JSON.stringify(good)
    if (!model.validate(good).valid || !validate(good)) throw new Error('should be valid')
    if (model.validate(bad).valid || validate(bad)) throw new Error('should be invalid')
    console.log(name)
    // Several objects: with one only, V8 would optimize for a constant result.
    const goods = copies(good)
    const bads = copies(bad)
    compare(
      '  valid',
      (call) => model.validate(goods[call & 63]).valid,
      (call) => validate(goods[call & 63]),
    )
    compare(
      '  invalid',
      (call) => model.validate(bads[call & 63]).valid,
      (call) => validate(bads[call & 63]),
    )
    compare(
      '  unmarshal ÷ JSON.parse',
      () => model.unmarshal(text),
      () => JSON.parse(text) as unknown,
    )
  }
}

function copies(value: unknown): unknown[] {
  return Array.from({ length: 64 }, () => JSON.parse(JSON.stringify(value)) as unknown)
}

/** The model as an application has it: bundled. */
function bundled(schema: unknown): Model {
  const folder = mkdtempSync(join(tmpdir(), 'bench-models-'))
  try {
    const files = { ...modelRuntime(), ...renderModels(describeSchemas({ Subject: schema })) }
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    const outfile = join(folder, 'bundle.cjs')
    buildSync({
      entryPoints: [join(folder, 'payloads/Subject.ts')],
      bundle: true,
      format: 'cjs',
      target: 'es2022',
      outfile,
    })
    return (createRequire(__filename)(outfile) as { Subject: Model }).Subject
  } finally {
    rmSync(folder, { recursive: true })
  }
}

type Run = (call: number) => unknown

function compare(name: string, ours: Run, theirs: Run): void {
  const rounds = Array.from({ length: ROUNDS }, () => [rate(ours), rate(theirs)] as const)
  const a = median(rounds.map(([one]) => one))
  const b = median(rounds.map(([, one]) => one))
  console.log(`${name.padEnd(28)} ${thousands(a)} against ${thousands(b)}: ${(a / b).toFixed(2)} ×`)
}

/** Calls per second. */
function rate(run: Run): number {
  const start = process.hrtime.bigint()
  for (let call = 0; call < CALLS; call += 1) run(call)
  return (CALLS * 1e9) / Number(process.hrtime.bigint() - start)
}

function thousands(perSecond: number): string {
  return `${Math.round(perSecond / 1000)} k/s`
}

function median(list: readonly number[]): number {
  return [...list].sort((x, y) => x - y)[Math.floor(list.length / 2)] ?? 0
}

main()
