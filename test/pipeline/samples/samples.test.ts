import { UNDOCUMENTED, type Schema, type SchemaNode } from '../../../pipeline/schema/schema'
import { isValidValue } from '../../../pipeline/samples/validate'
import { sampleOfPattern } from '../../../pipeline/samples/pattern-text'
import { exampleOf, sample } from '../../../pipeline/samples/sample'

const node = (keywords: Omit<SchemaNode, 'documentation'>): SchemaNode => ({
  documentation: UNDOCUMENTED,
  ...keywords,
})
const none = (): undefined => undefined
const text = node({ types: ['string'] })

describe('a text that matches an expression', () => {
  it.each([
    String.raw`^u\d+$`,
    '^[a-z]{2,8}$',
    String.raw`^\d{4}-\d{2}-\d{2}$`,
    '^(eu|us)-[a-z]+-[0-9]$',
    '^[A-Z0-9]{8}(?:-[A-Z0-9]{4}){3}$',
    '^[^@]+@[^@]+$',
    '^(?<year>20[0-9]{2})$',
    String.raw`^\+?[1-9][0-9]{1,14}$`,
    '^$',
    'a*b+c?',
    String.raw`^\/v1\/.*\.json$`,
  ])('is found for %s', (source) => {
    expect(sampleOfPattern(source)).toMatch(new RegExp(source, 'u'))
  })

  it.each(['(?=a)b', '(?!x)y', String.raw`(a)\1`, String.raw`\p{L}`])(
    'is not guessed for %s',
    (source) => {
      expect(sampleOfPattern(source)).toBeUndefined()
    },
  )
})

describe('a sample', () => {
  const cases: [string, Schema, unknown][] = [
    ['takes an enum', node({ values: ['a', 'b'] }), 'a'],
    ['takes a format', node({ types: ['string'], format: 'email' }), 'ada@example.com'],
    ['keeps to bounds', node({ types: ['integer'], minimum: 7, maximum: 9 }), 7],
    ['keeps above an exclusive bound', node({ types: ['number'], exclusiveMinimum: 0 }), 1],
    ['keeps to a multiple', node({ types: ['number'], multipleOf: 5, minimum: 12 }), 15],
    ['keeps to a decimal', node({ types: ['number'], multipleOf: 0.1, minimum: 0.25 }), 1],
    [
      'keeps to a decimal between bounds',
      node({ types: ['number'], multipleOf: 0.1, minimum: 0.25, maximum: 0.35 }),
      0.3,
    ],
    ['keeps to a length', node({ types: ['string'], minLength: 6, maxLength: 6 }), 'text..'],
    ['prefers what is not null', node({ types: ['null', 'boolean'] }), true],
    [
      'prefers a schema to null',
      node({
        if: node({ types: ['null'] }),
        else: node({ allOf: [node({ types: ['boolean'] })] }),
      }),
      true,
    ],
    [
      'has the properties',
      node({ types: ['object'], properties: [{ name: 'displayName', schema: text }] }),
      { displayName: 'display name' },
    ],
    [
      'has a required property that is not declared',
      node({ types: ['object'], required: ['a'] }),
      { a: 'a' },
    ],
    [
      'has items that differ',
      node({ types: ['array'], items: text, minItems: 2, uniqueItems: true }),
      ['text', 'text 2'],
    ],
    [
      'has a tuple',
      node({ types: ['array'], tuple: [text, node({ types: ['integer'] })], items: false }),
      ['text', 1],
    ],
    [
      'meets all of several',
      node({
        allOf: [
          node({ required: ['a'], properties: [{ name: 'a', schema: node({ minimum: 3 }) }] }),
          node({ properties: [{ name: 'a', schema: node({ types: ['integer'] }) }] }),
        ],
      }),
      { a: 3 },
    ],
    [
      'meets exactly one of several',
      node({ oneOf: [node({ types: ['integer'] }), node({ types: ['number'], maximum: 0.5 })] }),
      1,
    ],
    ['is none of what is not wanted', node({ types: ['integer'], not: node({ values: [1] }) }), 0],
  ]
  it.each(cases)('%s', (_, schema, want) => {
    expect(sample(schema, none)).toEqual({ value: want })
    expect(isValidValue(schema, want, none)).toBe(true)
  })

  it('is null if no valid value exists', () => {
    expect(sample(false, none)).toBeUndefined()
    expect(sample(node({ types: ['string'], values: [1] }), none)).toBeUndefined()
  })

  it('ends if a schema contains itself', () => {
    const tree: Schema = node({
      types: ['object'],
      required: ['name'],
      properties: [
        { name: 'name', schema: text },
        { name: 'children', schema: node({ types: ['array'], items: { reference: 'Tree' } }) },
        { name: 'parent', schema: { reference: 'Tree' } },
      ],
    })
    const resolve = (): Schema => tree
    const made = sample({ reference: 'Tree' }, resolve)
    expect(made).toBeDefined()
    expect(isValidValue(tree, made?.value, resolve)).toBe(true)
  })

  it('is the first example that is valid', () => {
    expect(exampleOf(text, [1, 'two'], none)).toEqual({ value: 'two' })
  })
})
