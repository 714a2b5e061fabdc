import { plan } from '../../../pipeline/generate'
import { parseDocument } from '../../support/document'
import { outputOf } from '../../support/output'
import { load } from './support/models-of'

// The Avro parser of the generator writes a union as `oneOf`, and a named type at its second use as `{}`.

const PERSON = {
  type: 'record',
  name: 'Person',
  fields: [
    {
      name: 'home',
      type: { type: 'record', name: 'Address', fields: [{ name: 'city', type: 'string' }] },
    },
    { name: 'work', type: ['null', 'Address'], default: null },
    { name: 'friends', type: { type: 'array', items: 'Person' } },
    { name: 'amount', type: ['int', 'double'] },
    { name: 'scores', type: { type: 'map', values: ['long', 'float'] } },
  ],
}

const FORMAT = 'application/vnd.apache.avro;version=1.9.0'
const info = { title: 'Test', version: '1' }

const DOCUMENTS: [string, object, string][] = [
  [
    '2.6.0',
    {
      channels: {
        people: {
          subscribe: { message: { name: 'person', schemaFormat: FORMAT, payload: PERSON } },
        },
      },
    },
    '#/channels/people/subscribe/message/payload',
  ],
  [
    '3.0.0',
    {
      channels: {
        people: {
          address: 'people',
          messages: { person: { payload: { schemaFormat: FORMAT, schema: PERSON } } },
        },
      },
    },
    '#/channels/people/messages/person/payload/schema',
  ],
]

describe.each(DOCUMENTS)('Avro in AsyncAPI %s', (asyncapi, parts, place) => {
  const parsed = parseDocument(structuredClone({ asyncapi, info, ...parts }))
  const person = {
    home: { city: 'a' },
    work: null,
    friends: [],
    amount: 1,
    scores: { a: 1, b: 0.5 },
  }

  test('a value that matches several branches of a union is valid', async () => {
    const { Person } = load(outputOf(await parsed), 'payloads/Person.ts') as {
      Person: { validate(value: unknown): { valid: boolean } }
    }
    expect(Person.validate(person)).toEqual({ valid: true })
    expect(Person.validate({ ...person, amount: 0.5, work: undefined }).valid).toBe(true)
    expect(Person.validate({ ...person, amount: 'a' }).valid).toBe(false)
    expect(Person.validate({ ...person, scores: { a: 'a' } }).valid).toBe(false)
  })

  test('a named type that the conversion lost is a note', async () => {
    const { diagnostics } = plan({ document: await parsed, parameters: {} })
    const reason =
      'the parser converts a named type of Avro at its first use only, so any value is taken here; write the payload as JSON Schema to check it'
    expect(diagnostics.allNotes).toEqual([
      `${place}/properties/work/oneOf/0: ${reason}`,
      `${place}/properties/friends/items: ${reason}`,
    ])
  })
})
