import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compile } from '../support/compile'
import { readFolder, scratchFolder } from '../support/folder'
import { generate } from '../support/generator'

/** Payloads in other languages than JSON Schema, through the schema parsers that the generator brings along. */

const AVRO = {
  type: 'record',
  name: 'User',
  doc: 'Somebody.',
  fields: [
    { name: 'name', type: 'string', doc: 'To be shown.' },
    { name: 'age', type: ['null', 'int'], default: null },
    { name: 'role', type: { type: 'enum', name: 'Role', symbols: ['ADMIN', 'GUEST'] } },
    { name: 'tags', type: { type: 'array', items: 'string' } },
    { name: 'scores', type: { type: 'map', values: 'double' } },
  ],
}

const PROTOBUF = `
  syntax = "proto3";
  message Point {
    // Degrees.
    double x = 1;
    repeated string labels = 2;
    optional bool exact = 3;
  }
`

const OPENAPI = {
  type: 'object',
  required: ['id', 'note'],
  properties: {
    id: { type: 'integer', minimum: 1 },
    note: { type: 'string', nullable: true },
  },
}

async function generated(): Promise<Record<string, string>> {
  const folder = scratchFolder()
  const path = join(folder, 'asyncapi.json')
  const message = (schemaFormat: string, schema: unknown): object => ({
    payload: { schemaFormat, schema },
  })
  const messages = {
    User: message('application/vnd.apache.avro+json;version=1.9.0', AVRO),
    Point: message('application/vnd.google.protobuf;version=3', PROTOBUF),
    Note: message('application/vnd.oai.openapi+json;version=3.0.0', OPENAPI),
  }
  const document = {
    asyncapi: '3.0.0',
    info: { title: 'Formats', version: '1.0.0' },
    channels: { all: { address: 'all', messages } },
  }
  writeFileSync(path, JSON.stringify(document))
  const out = join(folder, 'out')
  await generate(path, out, '-p', 'model=interface')
  return readFolder(out)
}

let files: Record<string, string> = {}
beforeAll(async () => {
  files = await generated()
})

test('the output compiles', () => {
  expect(compile(files, { types: ['node'] })).toEqual([])
})

test('Avro', () => {
  expect(files['payloads/User.ts']).toMatch(/name: string\b/)
  expect(files['payloads/User.ts']).toMatch(/age\?: (number \| null|null \| number)/)
  expect(files['payloads/User.ts']).toMatch(/'ADMIN' \| 'GUEST'|"ADMIN" \| "GUEST"/)
  expect(files['payloads/User.ts']).toMatch(/tags: string\[\]/)
  expect(files['payloads/User.ts']).toMatch(/\[key: string\]: number/)
  expect(files['payloads/User.ts']).toContain('To be shown.')
})

test('Protobuf', () => {
  // Without `optional`, a proto3 field always has a value.
  expect(files['payloads/Point.ts']).toMatch(/x: number\b/)
  expect(files['payloads/Point.ts']).toMatch(/labels: string\[\]/)
  expect(files['payloads/Point.ts']).toMatch(/exact\?: boolean\b/)
})

test('OpenAPI, with nullable', () => {
  expect(files['payloads/Note.ts']).toMatch(/id: number\b/)
  expect(files['payloads/Note.ts']).toMatch(/note: (string \| null|null \| string)/)
})
