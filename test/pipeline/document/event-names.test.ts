import { discriminatorsOf } from '../../../pipeline/document/event-names'

const object = (properties: object): object => ({ type: 'object', properties })

describe('payloads are distinguished by', () => {
  test.each([
    {
      what: 'constants of type',
      schemas: [object({ type: { const: 'a' } }), object({ type: { const: 'b' } })],
      want: ['type=a', 'type=b'],
    },
    {
      what: 'lists of one value',
      schemas: [object({ event_type: { enum: ['a'] } }), object({ event_type: { enum: ['b'] } })],
      want: ['event_type=a', 'event_type=b'],
    },
    {
      what: 'a constant within allOf',
      schemas: [
        { allOf: [object({ n: {} }), object({ type: { const: 'a' } })] },
        object({ type: { const: 'b' } }),
      ],
      want: ['type=a', 'type=b'],
    },
    {
      what: 'numbers',
      schemas: [object({ code: { const: 1 } }), object({ code: { const: 2 } })],
      want: ['code=1', 'code=2'],
    },
    {
      what: 'disjoint lists',
      schemas: [object({ type: { enum: ['a', 'b'] } }), object({ type: { enum: ['c'] } })],
      want: ['type=a,b', 'type=c'],
    },
    {
      what: 'one constant of one payload',
      schemas: [object({ done: { type: 'boolean' } }), object({ done: { enum: [true] } })],
      want: [null, 'done=true'],
    },
    {
      what: 'the property that most payloads have',
      schemas: [
        object({ role: { const: 'x' }, kind: { const: 'a' } }),
        object({ kind: { const: 'b' } }),
      ],
      want: ['kind=a', 'kind=b'],
    },
    {
      what: 'alternatives that all have a constant',
      schemas: [
        { oneOf: [object({ type: { const: 'a' } }), object({ type: { const: 'b' } })] },
        object({ type: { const: 'c' } }),
      ],
      want: ['type=a,b', 'type=c'],
    },
    {
      what: 'a declared discriminator',
      schemas: [
        { discriminator: 'pet', ...object({ pet: { const: 'cat' }, type: { const: 'a' } }) },
        object({ pet: { const: 'dog' }, type: { const: 'b' } }),
      ],
      want: ['pet=cat', 'pet=dog'],
    },
    {
      what: 'nothing: the same constant twice',
      schemas: [object({ type: { const: 'a' } }), object({ type: { const: 'a' } })],
      want: [null, null],
    },
    {
      what: 'nothing: a state of one payload',
      schemas: [object({ state: { enum: ['on', 'off'] } }), object({})],
      want: [null, null],
    },
    {
      what: 'the naming property of an only payload',
      schemas: [object({ event_type: { enum: ['made', 'gone'] }, mode: { const: 'x' } })],
      want: ['event_type=made,gone'],
    },
    { what: 'nothing: no objects', schemas: [{ type: 'string' }, true], want: [null, null] },
  ])('$what', ({ schemas, want }) => {
    const found = discriminatorsOf(schemas)
    expect(found.map((one) => one && `${one.property}=${one.values.join(',')}`)).toEqual(want)
  })

  test('nothing in a schema that contains itself', () => {
    const schema: { allOf: unknown[] } = { allOf: [] }
    schema.allOf.push(schema)
    expect(discriminatorsOf([schema, schema])).toEqual([null, null])
  })
})
