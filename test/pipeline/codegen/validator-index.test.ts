import fc from 'fast-check'
import { buildValidators } from '../../../pipeline/codegen/validators/validators'
import { describeSchemas } from './support/models-of'
import { schemas } from './support/random'

/** Whether the index and the emitter need a validator for each module of a document with these schemas. */
function needs(list: readonly unknown[]): { schema: string; index: boolean; emitter: boolean }[] {
  const { payloads } = describeSchemas(
    Object.fromEntries(list.map((schema, number) => [`Subject${number}`, schema])),
  )
  const validated = payloads.flatMap((one) => (one.hasValidator ? [one.name.text] : []))
  return payloads.map(({ schema, hasValidator }) => ({
    schema: JSON.stringify(schema),
    index: hasValidator,
    emitter:
      buildValidators([{ name: 'check', schema, isExported: true }], { validated }).functions
        .length > 0,
  }))
}

test.each([
  { schema: {}, expected: false },
  { schema: { properties: { a: {} }, items: true }, expected: false },
  { schema: { properties: { a: {} }, required: ['a'] }, expected: true },
  { schema: { minLength: 0, minItems: 0, minProperties: 0 }, expected: false },
  { schema: { anyOf: [{ type: 'string' }, {}] }, expected: false },
  { schema: { oneOf: [true, false] }, expected: false },
  { schema: { oneOf: [true, true] }, expected: true },
  { schema: { not: false }, expected: false },
  { schema: { if: { type: 'string' }, else: {} }, expected: false },
  { schema: { if: false, then: false, else: true }, expected: false },
  { schema: { if: {}, else: { type: 'string' } }, expected: false },
  { schema: { format: 'email' }, expected: true },
  { schema: { format: 'colour' }, expected: false },
  { schema: { dependencies: { a: {} } }, expected: false },
  { schema: { dependencies: { a: ['b'] } }, expected: true },
])('a module for $schema has a validator: $expected', ({ schema, expected }) => {
  expect(needs([schema]).map(({ index, emitter }) => [index, emitter])).toEqual([
    [expected, expected],
  ])
})

test('for random schemas, the index finds a validator exactly if the emitter writes one', () => {
  const seed = Number(process.env['RANDOM_SEED'] ?? Date.now())
  const results = needs(fc.sample(schemas, { numRuns: 600, seed }))
  expect(results.filter(({ index, emitter }) => index !== emitter)).toEqual([])
  expect(new Set(results.map(({ index }) => index)).size).toBe(2)
})
