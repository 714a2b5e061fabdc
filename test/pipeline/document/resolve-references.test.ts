import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseFile, parseText } from '../../support/document'
import { scratchFolder } from '../../support/folder'
import { outputOf } from '../../support/output'

// The parser leaves some references of recursive schemas, if it gets the path of the document.

type Json = Readonly<Record<string, unknown>>

const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` })
const object = (properties: Json): object => ({ type: 'object', properties })

function document(payload: object, schemas: Json, more: Json = {}): string {
  return JSON.stringify({
    asyncapi: '3.0.0',
    info: { title: 'Rooms', version: '1.0.0' },
    channels: { room: { address: 'room', messages: { said: { payload, ...more } } } },
    components: { schemas },
  })
}

/** Writes files to a folder of their own, and parses the first of them. */
function parseFiles(files: Readonly<Record<string, string>>) {
  const folder = scratchFolder()
  const paths = Object.entries(files).map(([name, text]) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  })
  return parseFile(paths[0] ?? '')
}

const REAL = object({ a: ref('Alias') })

test.each([
  [
    'through another name of the schema',
    document(object({ real: ref('Alias') }), { Alias: ref('Real'), Real: REAL }),
  ],
  [
    'to a part of another schema, with an escaped name',
    document(object({ real: ref('Alias') }), {
      Alias: ref('Real/properties/a~1b'),
      Real: object({ 'a/b': object({ real: ref('Real') }) }),
    }),
  ],
])('a file gives the same output as its text, with a reference %s', async (_, text) => {
  const expected = outputOf(await parseText(text))
  expect(outputOf(await parseFiles({ 'a.json': text }))).toEqual(expected)
})

test('references that form a loop are an error', async () => {
  const text = document(object({ a: ref('A') }), { A: ref('B'), B: ref('A') })
  const parsed = await parseText(text)
  expect(() => outputOf(parsed)).toThrow('the references form a loop')
})

test('a local reference of another file is not resolved in the document', async () => {
  const node = (name: string): object => object({ [name]: ref('Node'), alias: ref('Alias') })
  const parsed = await parseFiles({
    'a.json': document(
      { $ref: 'b.json#/components/schemas/Node' },
      { Node: node('ours'), Alias: ref('Node') },
      { traits: [{ title: 'Said' }] },
    ),
    'b.json': JSON.stringify({
      components: { schemas: { Node: node('theirs'), Alias: ref('Node') } },
    }),
  })
  expect(() => outputOf(parsed)).toThrow('was not resolved')
})

test('a schema of another file that refers to the file as a whole is an error', async () => {
  const items = { $ref: '#' }
  const parsed = await parseFiles({
    'a.json': document({ $ref: 'b.json' }, {}),
    'b.json': JSON.stringify(object({ children: { type: 'array', items } })),
  })
  expect(() => outputOf(parsed)).toThrow('the reference "#" is to the whole document')
})
